/* What must be settled first, the workers and their sockets, and the way to the end. See
 * sidecar.h. */
#include <config.h>

#include "sidecar.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <curl/curl.h>
#include <openssl/crypto.h>

#include "configuration_check.h"
#include "ending.h"
#include "listener.h"
#include "log.h"
#include "redis.h"
#include "routes.h"
#include "site.h"
#include "site_complaint.h"
#include "worker.h"

/* Where the process listens, for the log and for whoever asked for port 0. */
struct ports {
    unsigned front;
    unsigned admin;
};

static const char allow_more[] = "allow more (LimitNOFILE= and MemoryMax= in the unit, ulimit -n), "
                                 "or have fewer --workers";

static bool is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

/* What is to be done about a path at which there can be no socket. */
static void cure_for_path(const char *path, int error, char *cure, size_t size)
{
    const char *slash = strrchr(path, '/');
    const size_t folder = slash && slash > path ? (size_t)(slash - path) : 1;
    struct stat status;

    if (error == EADDRINUSE && lstat(path, &status) == 0 && !S_ISSOCK(status.st_mode))
        snprintf(cure, size, "there is a file of this name, and no socket: name another path");
    else if (error == EADDRINUSE)
        snprintf(cure, size,
                 "another process listens there: stop it, or name another path (where none does, "
                 "remove the file)");
    else
        snprintf(cure, size, "%.*s must be a folder that this user may write to", (int)folder,
                 path);
}

static bool say_port_failed(const struct listen_address *address, const char *option)
{
    const int error = errno;
    char detail[128], cure[256];

    if (is_shortage(error))
        snprintf(cure, sizeof(cure), "%s", allow_more);
    else if (address->address.ss_family == AF_UNIX)
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

static bool say_worker_failed(void)
{
    log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", "worker"),
              LOG_TEXT("detail", "the system has no descriptors or memory left"),
              LOG_TEXT("hint", allow_more));
    return false;
}

static bool open_workers(struct site *site, struct ports *ports)
{
    unsigned count = site->options.workers;
    unsigned given = 0; /* workers that have their sockets, and close them */
    int *fds = calloc(count, sizeof(*fds));
    int admin = -1;
    bool opened = true;

    if (!fds)
        return say_worker_failed();
    if (!listener_open(&site->options.listen, fds, count, &ports->front))
        opened = say_port_failed(&site->options.listen, "--listen");
    else if (!listener_open(&site->options.admin_listen, &admin, 1, &ports->admin))
        opened = say_port_failed(&site->options.admin_listen, "--admin-listen");
    for (; opened && given < count; given++) {
        if (!worker_open(&site->workers[given], site, given, fds[given], given == 0 ? admin : -1))
            opened = say_worker_failed();
    }
    for (unsigned i = given; i < count; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
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

static bool start_redis(struct site *site)
{
    const bool wanted = redis_address_is_given(&site->options.redis);

    if (wanted)
        site->redis = redis_start(site);
    return site->redis || !wanted;
}

static int serve(struct site *site, int signal_fd)
{
    struct ports ports = {0};
    bool orderly = false;

    if (start_redis(site) && open_workers(site, &ports) && start_workers(site)) {
        log_event(LOG_INFO, "started", LOG_TEXT("version", PACKAGE_VERSION),
                  LOG_TEXT("listen", site->options.listen.text), LOG_NUMBER("port", ports.front),
                  LOG_TEXT("admin_listen", site->options.admin_listen.text),
                  LOG_NUMBER("admin_port", ports.admin), LOG_TEXT("site", site->url),
                  LOG_TEXT("redirect_uri", oidc_config_redirect_uri(site->config)),
                  LOG_NUMBER("workers", site->options.workers));
        orderly = ending_wait(site, signal_fd);
    }
    ending_drain(site, signal_fd);
    return orderly ? 0 : 1;
}

/* All mailboxes are shut first: a worker that is being closed may still send a letter to one that
 * is closed already. */
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

/* The process holds keys: no core dumps, no other process of this user looking in. Each of the two
 * calls helps where the other does not: a core that is piped to a program ignores the limit, and
 * somebody may make processes dumpable again. */
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
                                 "broken"),
              LOG_TEXT("hint", "allow more memory (MemoryMax= in the unit), or mend openssl.cnf "
                               "($OPENSSL_CONF, or in the folder that \"openssl version -d\" "
                               "names)"));
    return false;
}

static int run(struct site *site)
{
    int signal_fd = ending_open();
    int status = 1;

    site->stop_fd = signal_fd < 0 ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (site->stop_fd < 0) {
        log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", "signals"),
                  LOG_TEXT("detail", strerror(errno)),
                  LOG_TEXT("hint", "allow more descriptors and memory (LimitNOFILE= and MemoryMax= "
                                   "in the unit, ulimit -n)"));
        goto out;
    }
    status = serve(site, signal_fd);
    for (size_t i = 0; i < site->keeper_count; i++)
        keeper_stop(&site->keepers[i]);
    redis_stop(site->redis);
    site->redis = NULL;
    close_workers(site);
    log_event(LOG_INFO, "stopped", LOG_NUMBER("status", status));
    close(site->stop_fd);
out:
    if (signal_fd >= 0)
        close(signal_fd);
    return status;
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
            status = configuration_check(&site);
        } else {
            status = run(&site);
        }
    }
    site_close(&site);
    curl_global_cleanup();
    return status;
}
