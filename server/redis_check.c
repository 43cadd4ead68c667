/* One try at Redis, in a process of its own. See redis_check.h. */
#include <config.h>

#include "redis_check.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numeral.h"
#include "redis_hint.h"
#include "redis_link.h"

/* Seconds that all of it may take. Looking up a name is the part that nothing else bounds. */
#define CHECK_LIMIT 10

/* What came of it, and the exit status of the child. */
enum finding { FINE, WARNING, ERROR };

static const char *const words[] = {[WARNING] = "warning", [ERROR] = "error"};

static const char *const effects[] = {
    [WARNING] = "Until Redis is back, each sidecar remembers sign-outs and used states alone.",
    [ERROR] = "Each sidecar would remember sign-outs and used states alone. Where this check comes "
              "before the start, as in the systemd unit, the sidecar does not start.",
};

static enum finding complain(const struct site *site, const char *detail)
{
    enum finding finding = redis_hint_lasts(detail) ? ERROR : WARNING;
    const char *cure = redis_hint(detail);

    fprintf(stderr, "redis %s: %s: %s\n", site->options.redis.name, words[finding], detail);
    if (cure)
        fprintf(stderr, "    cure: %s\n", cure);
    fprintf(stderr, "%s\n\n", effects[finding]);
    return finding;
}

static bool pass_over(void *context, const struct registry_entry *entry)
{
    (void)context;
    (void)entry;
    return true;
}

static enum finding try_link(const struct site *site)
{
    static _Atomic bool stopping;
    struct redis_link link;
    bool good;

    if (!redis_link_init(&link, &site->options.redis, site->url, &stopping))
        return complain(site, "no digest can be made");
    good =
        redis_link_open(&link) && redis_link_try(&link) && redis_link_look(&link, pass_over, NULL);
    redis_link_close(&link);
    if (!good)
        return complain(site, link.detail);
    printf("Redis %s takes entries and tells them.\n", site->options.redis.name);
    return FINE;
}

/* The end of the child, whatever it waits for. */
static int wait_for(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return status;
}

/* How the child ended. */
static enum finding read_end(const struct site *site, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) <= ERROR)
        return (enum finding)WEXITSTATUS(status);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        return complain(site, "no answer within " NUMERAL(CHECK_LIMIT) " s");
    fprintf(stderr,
            "redis %s: error: the check came to a bad end (status %d)\n"
            "    cure: check again; the machine's log may say what ended it\n\n",
            site->options.redis.name, status);
    return ERROR;
}

static enum finding try_in_child(const struct site *site)
{
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child < 0)
        return complain(site, strerror(errno));
    if (child == 0) {
        enum finding finding;

        alarm(CHECK_LIMIT);
        finding = try_link(site);
        fflush(stdout);
        _exit(finding);
    }
    return read_end(site, wait_for(child));
}

bool redis_check(struct site *site)
{
    enum finding finding = try_in_child(site);

    site->warnings += finding == WARNING;
    return finding != ERROR;
}
