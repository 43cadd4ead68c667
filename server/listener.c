/* A port is claimed once without sharing, then shared by the workers; a stale socket file goes. See
 * listener.h. */
#include <config.h>

#include "listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

/* Anybody may connect to a UNIX socket, whatever the umask was: front ends run under users of their
 * own. As with nginx and systemd its directory says who gets there, and a port of 127.0.0.1 is as
 * open. It is made like this: a chmod(2) of its path could meet another file. */
#define UNIX_SOCKET_UMASK 0111

static void set_port(struct sockaddr_storage *address, in_port_t port)
{
    if (address->ss_family == AF_INET)
        ((struct sockaddr_in *)(void *)address)->sin_port = port;
    else if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)(void *)address)->sin6_port = port;
}

static in_port_t get_port(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET)
        return ((const struct sockaddr_in *)(const void *)address)->sin_port;
    if (address->ss_family == AF_INET6)
        return ((const struct sockaddr_in6 *)(const void *)address)->sin6_port;
    return 0;
}

/* Whether a process before us left it behind: then nobody is there to refuse but the system. All
 * other failures are of sockets that are somebody's, such as one that we may not reach. */
static bool is_stale(int fd, const struct listen_address *address)
{
    return connect(fd, (const struct sockaddr *)&address->address, address->size) != 0 &&
           errno == ECONNREFUSED;
}

/* A socket file that nobody listens at any more is removed. */
static bool clear_stale_socket(const struct listen_address *address)
{
    const struct sockaddr_un *un = (const struct sockaddr_un *)(const void *)&address->address;
    struct stat status;
    bool stale;
    int fd;

    if (lstat(un->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
        return true;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    stale = is_stale(fd, address);
    close(fd);
    if (stale)
        return unlink(un->sun_path) == 0;
    errno = EADDRINUSE;
    return false;
}

static int open_bound(const struct sockaddr_storage *address, socklen_t size, bool share)
{
    const int on = 1;
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        (!share || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0) &&
        bind(fd, (const struct sockaddr *)address, size) == 0)
        return fd;
    int saved = errno;

    close(fd);
    errno = saved;
    return -1;
}

/* Binds once without sharing: that fails where anybody listens already. Learns the port as well. */
static bool claim(struct sockaddr_storage *address, socklen_t size)
{
    struct sockaddr_storage bound = {0};
    socklen_t bound_size = sizeof(bound);
    int fd = open_bound(address, size, false);
    bool claimed;

    if (fd < 0)
        return false;
    claimed = listen(fd, 1) == 0 && getsockname(fd, (struct sockaddr *)&bound, &bound_size) == 0;
    if (claimed)
        set_port(address, get_port(&bound));
    int saved = errno;

    close(fd);
    errno = saved;
    return claimed;
}

static void close_all(int fds[], size_t count)
{
    int saved = errno;

    for (size_t i = 0; i < count; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
        fds[i] = -1;
    }
    errno = saved;
}

static bool open_unix(const struct listen_address *address, int fds[], size_t count)
{
    mode_t before;

    if (!clear_stale_socket(address))
        return false;
    before = umask(UNIX_SOCKET_UMASK);
    fds[0] = open_bound(&address->address, address->size, false);
    (void)umask(before);
    if (fds[0] < 0 || listen(fds[0], BACKLOG) != 0)
        return false;
    for (size_t i = 1; i < count; i++) {
        fds[i] = dup(fds[0]);
        if (fds[i] < 0)
            return false;
    }
    return true;
}

static bool open_tcp(const struct listen_address *address, int fds[], size_t count, unsigned *port)
{
    struct sockaddr_storage actual = address->address;

    if (!claim(&actual, address->size))
        return false;
    for (size_t i = 0; i < count; i++) {
        fds[i] = open_bound(&actual, address->size, true);
        if (fds[i] < 0 || listen(fds[i], BACKLOG) != 0)
            return false;
    }
    if (port)
        *port = ntohs(get_port(&actual));
    return true;
}

bool listener_open(const struct listen_address *address, int fds[], size_t count, unsigned *port)
{
    bool opened;

    for (size_t i = 0; i < count; i++)
        fds[i] = -1;
    if (port)
        *port = 0;
    opened = address->address.ss_family == AF_UNIX ? open_unix(address, fds, count)
                                                   : open_tcp(address, fds, count, port);
    if (!opened)
        close_all(fds, count);
    return opened;
}
