/* One try at Redis, in a process of its own. See redis_check.h. */
#include <config.h>

#include "redis_check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "redis_hint.h"
#include "redis_link.h"

/* Seconds that all of it may take. Looking up a name is the part that nothing else bounds. */
#define CHECK_LIMIT 10

static bool complain(const struct site *site, const char *detail)
{
    const char *cure = redis_hint(detail);

    fprintf(stderr, "redis %s: error: %s\n", site->options.redis.name, detail);
    if (cure)
        fprintf(stderr, "    cure: %s\n", cure);
    return false;
}

static bool pass_over(void *context, const struct registry_entry *entry)
{
    (void)context;
    (void)entry;
    return true;
}

static bool try_link(const struct site *site)
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
    return true;
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

bool redis_check(const struct site *site)
{
    pid_t child;
    int status;

    fflush(stdout);
    child = fork();
    if (child < 0)
        return complain(site, strerror(errno));
    if (child == 0) {
        bool good;

        alarm(CHECK_LIMIT);
        good = try_link(site);
        fflush(stdout);
        _exit(good ? 0 : 1);
    }
    status = wait_for(child);
    if (!WIFEXITED(status))
        return complain(site, "no answer within 10 s");
    return WEXITSTATUS(status) == 0;
}
