#include "serve.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>

int serve(MHD_AccessHandlerCallback handler, void *context, size_t memory)
{
    const struct sockaddr_in loopback = {.sin_family = AF_INET,
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    sigset_t ends;
    int signal_number;

    /* Before the daemon's thread begins, which inherits it: the signal is for sigwait alone. */
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, handler, context, MHD_OPTION_SOCK_ADDR,
        &loopback, MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_END);
    const union MHD_DaemonInfo *port =
        daemon ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (!port) {
        fputs("cannot listen on 127.0.0.1\n", stderr);
        return 1;
    }
    printf("listening on http://127.0.0.1:%u\n", (unsigned)port->port);
    fflush(stdout);
    sigwait(&ends, &signal_number);
    MHD_stop_daemon(daemon);
    return 0;
}
