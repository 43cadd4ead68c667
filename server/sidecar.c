/* Start, wait for a signal, let requests finish; or check the configuration and say so. See
 * sidecar.h. */
#include <config.h>

#include "sidecar.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <curl/curl.h>
#include <openssl/crypto.h>

#include "front.h"
#include "listener.h"
#include "log.h"
#include "redis.h"
#include "redis_check.h"
#include "routes.h"
#include "site.h"
#include "site_complaint.h"
#include "wake.h"
#include "worker.h"
#include "xnat_check.h"

/* Seconds that requests in flight get to finish after SIGTERM: longer than load balancers wait for
 * a quiet one (five minutes). Whoever is in more of a hurry sends a second signal. */
#define DRAIN_LIMIT 330

/* Where the process listens, for the log and for whoever asked for port 0. */
struct ports {
    unsigned front;
    unsigned admin;
};

/* What is to be done about a path at which there can be no socket. */
static void cure_for_path(const char *path, int error, char *cure, size_t size)
{
    const char *slash = strrchr(path, '/');
    const size_t folder = slash && slash > path ? (size_t)(slash - path) : 1;
    struct stat status;

    if (error == EADDRINUSE && lstat(path, &status) == 0 && !S_ISSOCK(status.st_mode))
        snprintf(cure, size, "there is a file of this name, and no socket: name another path");
    else if (error == EADDRINUSE)
        snprintf(cure, size, "another process listens there: stop it, or name another path");
    else
        snprintf(cure, size, "%.*s must be a folder that this user may write to", (int)folder,
                 path);
}

static bool say_port_failed(const struct listen_address *address, const char *option)
{
    const int error = errno;
    char detail[128], cure[256];

    if (address->address.ss_family == AF_UNIX)
        cure_for_path(((const struct sockaddr_un *)(const void *)&address->address)->sun_path,
                      error, cure, sizeof(cure));
    else
        snprintf(cure, sizeof(cure), "%s",
                 error == EADDRINUSE
                     ? "another process listens there: stop it, or choose another port"
                     : "choose an address of this machine, and a port this user may use");
    snprintf(detail, sizeof(detail), "cannot listen: %s", strerror(error));
    log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", address->text),
              LOG_TEXT("detail", detail), LOG_TEXT("option", option), LOG_TEXT("hint", cure));
    return false;
}

static bool open_workers(struct site *site, struct ports *ports)
{
    unsigned count = site->options.workers;
    int *fds = calloc(count, sizeof(*fds));
    int admin = -1;
    bool opened = fds != NULL;

    if (opened && !listener_open(&site->options.listen, fds, count, &ports->front))
        opened = say_port_failed(&site->options.listen, "--listen");
    if (opened && !listener_open(&site->options.admin_listen, &admin, 1, &ports->admin)) {
        opened = say_port_failed(&site->options.admin_listen, "--admin-listen");
        for (unsigned i = 0; i < count; i++)
            close(fds[i]);
    }
    for (unsigned i = 0; opened && i < count; i++) {
        opened = worker_open(&site->workers[i], site, i, fds[i], i == 0 ? admin : -1);
        if (!opened)
            log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", "worker"),
                      LOG_TEXT("detail", "the system has no descriptors or memory left"),
                      LOG_TEXT("hint", "allow more (LimitNOFILE= and MemoryMax= in the unit, "
                                       "ulimit -n), or have fewer --workers"));
    }
    free(fds);
    return opened;
}

static bool start_workers(struct site *site)
{
    for (unsigned i = 0; i < site->options.workers; i++) {
        if (!worker_start(&site->workers[i])) {
            log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", "worker"),
                      LOG_TEXT("detail", "the system starts no more threads"),
                      LOG_TEXT("hint", "allow more (TasksMax= in the unit, ulimit -u), or have "
                                       "fewer --workers"));
            return false;
        }
    }
    return true;
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

/* --- the end of it ------------------------------------------------------------------------------
 */

enum ending { ENDING_NONE, ENDING_SIGNAL, ENDING_FAILURE };

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

/* Lets what is in flight finish; a second signal, or the limit, cuts it short. */
static void drain(struct site *site, int signal_fd)
{
    const char *why = "it could not be waited for";
    struct signalfd_siginfo sign;
    struct drain drain = {.site = site, .done_fd = eventfd(0, EFD_CLOEXEC)};
    pthread_t joiner;

    stop_workers(site);
    if (drain.done_fd >= 0 && pthread_create(&joiner, NULL, join_in_background, &drain) == 0) {
        switch (wait_for_ending(signal_fd, drain.done_fd, DRAIN_LIMIT, &sign)) {
        case ENDING_NONE:
            why = "they took longer than is waited for";
            stop_workers(site);
            break;
        case ENDING_SIGNAL:
            why = "a second signal came";
            stop_workers(site);
            break;
        case ENDING_FAILURE:
            break; /* all is done, but for what may keep us from hearing of it */
        }
        pthread_join(joiner, NULL);
    } else {
        stop_workers(site);
        join_workers(site);
    }
    tell_cut(site, why);
    if (drain.done_fd >= 0)
        close(drain.done_fd);
}

static bool wants_redis(const struct options *options)
{
    return options->redis.host || options->redis.path;
}

static bool start_redis(struct site *site)
{
    if (wants_redis(&site->options))
        site->redis = redis_start(site);
    return site->redis || !wants_redis(&site->options);
}

static int serve(struct site *site, int signal_fd)
{
    struct ports ports = {0};
    struct signalfd_siginfo sign = {0};
    enum ending ending = ENDING_FAILURE;

    if (start_redis(site) && open_workers(site, &ports) && start_workers(site)) {
        log_event(LOG_INFO, "started", LOG_TEXT("version", PACKAGE_VERSION),
                  LOG_TEXT("listen", site->options.listen.text), LOG_NUMBER("port", ports.front),
                  LOG_TEXT("admin_listen", site->options.admin_listen.text),
                  LOG_NUMBER("admin_port", ports.admin), LOG_TEXT("site", site->url),
                  LOG_TEXT("redirect_uri", oidc_config_redirect_uri(site->config)),
                  LOG_NUMBER("workers", site->options.workers));
        ending = wait_for_ending(signal_fd, site->stop_fd, -1, &sign);
        log_event(LOG_INFO, "stopping", LOG_TEXT("signal", signal_name(sign.ssi_signo)),
                  sign.ssi_pid > 0 ? LOG_NUMBER("sender", sign.ssi_pid) : LOG_TEXT("sender", NULL),
                  LOG_TEXT("effect", "requests in flight are finished, new ones are not taken"));
    }
    drain(site, signal_fd);
    return ending == ENDING_SIGNAL ? 0 : 1;
}

/* A worker that ends may leave a turn to one that has ended before: no mailbox is open by then. */
static void close_workers(struct site *site)
{
    for (unsigned i = 0; i < site->options.workers; i++) {
        if (site->workers[i].site)
            mailbox_shut(&site->workers[i].mailbox);
    }
    for (unsigned i = 0; i < site->options.workers; i++) {
        if (site->workers[i].site)
            worker_close(&site->workers[i]);
    }
}

/* --- the beginning ------------------------------------------------------------------------------
 */

/* Whoever starts us by nohup(1) wants us to outlive the terminal: to block what is ignored, and to
 * read it, would undo that. */
static bool outlives_terminal(void)
{
    struct sigaction action;

    return sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* What asks us to end comes as an event; a peer that closes its end is no reason to die. */
static int block_signals(void)
{
    sigset_t set;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        if (signals[i].number != SIGHUP || !outlives_terminal())
            sigaddset(&set, signals[i].number);
    }
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC);
}

/* The process holds keys: no core dumps, no other process of this user looking in. The one does
 * without the other where cores are piped to a program, or where somebody makes processes dumpable
 * again. */
static void shut_in(void)
{
    const struct rlimit none = {0, 0};

    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &none);
}

/* A heap for each thread would cost more memory than it saves time. */
static bool settle(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files); /* as many as we are allowed; fewer serve as well */
    }
    mallopt(M_ARENA_MAX, 2);
    /* OpenSSL (3.0) crashes at its first use when memory was short while it was made ready. */
    if (OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_LOAD_CONFIG, NULL) ==
            1 &&
        OSSL_LIB_CTX_get0_global_default() && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        return true;
    log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", "OpenSSL and libcurl"),
              LOG_TEXT("detail", "they cannot be made ready: memory is short, or openssl.cnf is "
                                 "broken"));
    return false;
}

static int run(struct site *site)
{
    int signal_fd = block_signals();
    int status = 1;

    site->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (signal_fd < 0 || site->stop_fd < 0) {
        log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", "signals"),
                  LOG_TEXT("detail", strerror(errno)));
        return 1;
    }
    status = serve(site, signal_fd);
    for (size_t i = 0; i < site->keeper_count; i++)
        keeper_stop(&site->keepers[i]);
    redis_stop(site->redis);
    site->redis = NULL;
    close_workers(site);
    log_event(LOG_INFO, "stopped", LOG_NUMBER("status", status));
    close(signal_fd);
    close(site->stop_fd);
    return status;
}

/* What cannot be tried from here, as nobody signs in: without it XNAT believes no header. */
static void tell_of_filter(const struct options *options)
{
    if (options->handoff == HANDOFF_HEADERS)
        fputs("--handoff headers: info: XNAT needs a filter that takes the assertion, such as "
              "examples/xnat-filter; without one, people sign in and stand before XNAT's own "
              "login form (--handoff xnat-token needs none)\n\n",
              stderr);
}

/* @return the exit status: a verdict that nobody could be told is none. */
static int tell_verdict(struct site *site)
{
    if (site->options.handoff == HANDOFF_XNAT_TOKEN && !xnat_check(site)) {
        fputs("Nobody could sign in with this service account. Where this check comes before the "
              "start, as in the systemd unit, the sidecar does not start.\n",
              stderr);
        return 1;
    }
    if (wants_redis(&site->options) && !redis_check(site))
        return 1;
    tell_of_filter(&site->options);
    if (site->warnings == 0)
        puts("The configuration is fine.");
    else
        printf("The sidecar would start; %zu warning%s.\n", site->warnings,
               site->warnings == 1 ? "" : "s");
    return fflush(stdout) == 0 ? 0 : 1;
}

/* A wish that is not heard: a misspelt OIDC_SIDECAR_REDIS_URL leaves replicas to themselves. */
static void warn_of_variable(void *context, const char *name, const char *meant)
{
    char cure[256];

    if (meant)
        snprintf(cure, sizeof(cure), "did you mean %s? Otherwise take the variable away", meant);
    else
        snprintf(cure, sizeof(cure), "take the variable away, or see oidc-sidecar --help");
    site_warn(context, &(struct site_warning){.event = "variable_unknown",
                                              .subject = name,
                                              .variable = name,
                                              .effect = "no option has this variable, so that it "
                                                        "sets nothing",
                                              .cure = cure});
}

int sidecar_main(int argc, char *const argv[], char *const environment[])
{
    struct site site = {0};
    int status = 1;

    shut_in();
    switch (options_read(&site.options, argc, argv, environment, stdout, stderr)) {
    case OPTIONS_EXIT:
        return 0;
    case OPTIONS_BAD:
        return 1;
    case OPTIONS_RUN:
        break;
    }
    log_setup(site.options.log_format, site.options.log_level);
    options_strange_variables(environment, warn_of_variable, &site);
    if (settle() && site_open(&site) && routes_check(&site)) {
        if (site.options.check_config) {
            status = tell_verdict(&site);
        } else {
            status = run(&site);
        }
    }
    site_close(&site);
    curl_global_cleanup();
    return status;
}
