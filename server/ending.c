/* Signals are blocked and read as an event; once one has come the workers are asked to end, and
 * waited for. See ending.h. */
#include <config.h>

#include "ending.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "front.h"
#include "log.h"
#include "site.h"
#include "wake.h"
#include "worker.h"

/* Seconds that requests in flight get to finish after SIGTERM: longer than load balancers wait for
 * a quiet one (five minutes). Whoever is in more of a hurry sends a second signal. */
#define DRAIN_LIMIT 330

enum ending { ENDING_NONE, ENDING_SIGNAL, ENDING_FAILURE };

/* Why requests are cut, by what ended the wait for them. */
static const char *const why_cut[] = {
    [ENDING_NONE] = "they took longer than is waited for",
    [ENDING_SIGNAL] = "a second signal came",
    [ENDING_FAILURE] = "it could not be waited for",
};

/* Those that ask us to end. */
static const struct {
    int number;
    const char *name;
} signals[] = {{SIGTERM, "SIGTERM"}, {SIGINT, "SIGINT"}, {SIGHUP, "SIGHUP"}};

/* For the log; NULL for none of ours. */
static const char *signal_name(uint32_t number)
{
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        if ((uint32_t)signals[i].number == number)
            return signals[i].name;
    }
    return NULL;
}

/* Whoever starts us by nohup(1) wants us to outlive the terminal: to block what is ignored, and to
 * read it, would undo that. */
static bool outlives_terminal(void)
{
    struct sigaction action;

    return sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int ending_open(void)
{
    sigset_t set;
    int error;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        if (signals[i].number != SIGHUP || !outlives_terminal())
            sigaddset(&set, signals[i].number);
    }
    error = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (error != 0) {
        errno = error; /* which it does not set itself */
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC);
}

/* @param sign set where it is ENDING_SIGNAL. */
static enum ending wait_for_ending(int signal_fd, int stop_fd, int seconds,
                                   struct signalfd_siginfo *sign)
{
    struct pollfd fds[] = {{.fd = signal_fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};

    while (poll(fds, 2, seconds < 0 ? -1 : seconds * 1000) < 0) {
        if (errno != EINTR)
            return ENDING_FAILURE;
    }
    if (fds[1].revents)
        return ENDING_FAILURE;
    if (!fds[0].revents)
        return ENDING_NONE;
    if (read(signal_fd, sign, sizeof(*sign)) != (ssize_t)sizeof(*sign))
        return ENDING_FAILURE;
    return ENDING_SIGNAL;
}

bool ending_wait(const struct site *site, int signal_fd)
{
    struct signalfd_siginfo sign = {0};
    enum ending ending = wait_for_ending(signal_fd, site->stop_fd, -1, &sign);

    log_event(LOG_INFO, "stopping", LOG_TEXT("signal", signal_name(sign.ssi_signo)),
              sign.ssi_pid > 0 ? LOG_NUMBER("sender", sign.ssi_pid) : LOG_TEXT("sender", NULL),
              LOG_TEXT("detail", sign.ssi_signo ? NULL : "it cannot go on: see errors above"),
              LOG_TEXT("effect", "requests in flight are finished, new ones are not taken"));
    return ending == ENDING_SIGNAL;
}

static void stop_workers(struct site *site)
{
    for (unsigned i = 0; i < site->options.workers; i++) {
        if (site->workers[i].started)
            worker_stop(&site->workers[i]);
    }
}

static void join_workers(struct site *site)
{
    for (unsigned i = 0; i < site->options.workers; i++)
        worker_join(&site->workers[i]);
}

struct drain {
    struct site *site;
    int done_fd;
};

static void *join_in_background(void *context)
{
    struct drain *drain = context;

    join_workers(drain->site);
    wake(drain->done_fd);
    return NULL;
}

/* Somebody's download or upload broke off, and the exit status does not say so. */
static void tell_cut(const struct site *site, const char *why)
{
    size_t count = 0;

    for (unsigned i = 0; i < site->options.workers; i++)
        count += front_in_flight(&site->workers[i]);
    if (count > 0)
        log_event(LOG_WARNING, "requests_cut", LOG_NUMBER("requests", count),
                  LOG_TEXT("detail", why),
                  LOG_TEXT("effect", "their connections are closed in the middle of it"));
}

void ending_drain(struct site *site, int signal_fd)
{
    enum ending ending = ENDING_FAILURE;
    struct signalfd_siginfo sign;
    struct drain drain = {.site = site, .done_fd = eventfd(0, EFD_CLOEXEC)};
    pthread_t joiner;

    stop_workers(site);
    if (drain.done_fd >= 0 && pthread_create(&joiner, NULL, join_in_background, &drain) == 0) {
        ending = wait_for_ending(signal_fd, drain.done_fd, DRAIN_LIMIT, &sign);
        if (ending != ENDING_FAILURE) /* all is done, but for what may keep us from hearing of it */
            stop_workers(site);
        pthread_join(joiner, NULL);
    } else {
        stop_workers(site);
        join_workers(site);
    }
    tell_cut(site, why_cut[ending]);
    if (drain.done_fd >= 0)
        close(drain.done_fd);
}
