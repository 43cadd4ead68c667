/*
 * Makes chosen calls of a whole running process fail: preloaded into oidc-sidecar by
 * tests/harness/faults.py, which compiles it and holds the controls.
 *
 * The file that OIDC_FAULTS names is mapped as `struct controls`: whoever else maps it says which
 * call fails next and how, of which thread and on which descriptor, and reads how often each was
 * made. Calls made by libcurl, libmicrohttpd, hiredis, OpenSSL and the rest count like our own;
 * what libc does inside itself does not, but for its allocations. Blocks are counted, too, so that
 * a leak shows to the block. The wall clock can be put forward and back.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* In the order of CALLS in tests/harness/faults.py. */
enum call {
    ALLOCATE,
    OPEN,
    READ,
    WRITE,
    RECEIVE,
    SEND,
    ACCEPT,
    SOCKET,
    CONNECT,
    BIND,
    LISTEN,
    EPOLL_CREATE,
    EPOLL_CONTROL,
    EPOLL_WAIT,
    POLL,
    EVENT_FD,
    SIGNAL_FD,
    RANDOM,
    THREAD,
    SOCKET_OPTION,
    CALLS
};

/* In place of an error number: no failure, but as little as can be is read or written. */
#define SHORT (-1)

struct controls {
    _Atomic int32_t call; /* which fails; -1: none */
    _Atomic int32_t error;
    _Atomic int32_t left;  /* it is the left-th call from now that fails … */
    _Atomic int32_t times; /* … and so many in all */
    _Atomic int32_t fired;
    _Atomic int32_t blocks; /* allocated and not freed */
    _Atomic int32_t thread; /* calls of this one alone, in the order of their starts; 0: of all */
    _Atomic int32_t where;  /* calls on sockets with this port at either end, or, negative, on that
                               descriptor; 0: on all */
    _Atomic int32_t shift;  /* seconds that the wall clock is fast */
    _Atomic int32_t counts[CALLS];
};

static struct controls idle = {.call = -1};
static struct controls *controls = &idle;

__attribute__((constructor)) static void map_controls(void)
{
    const char *path = getenv("OIDC_FAULTS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *mapped =
        fd < 0 ? MAP_FAILED
               : mmap(NULL, sizeof(struct controls), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (mapped != MAP_FAILED)
        controls = mapped;
    if (fd >= 0)
        close(fd);
}

/* Threads in the order in which they were started; 0: the process's first. Read by malloc, which
 * must not be needed to find it. */
static _Thread_local int32_t thread __attribute__((tls_model("initial-exec")));
static _Atomic int32_t threads;

static int port_of(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)address)->sin_port);
    if (address->ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
    return 0;
}

/* Whether a socket has this port at either end, or is about to. */
static int has_port(int fd, const struct sockaddr *target, int port)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);

    if (target)
        return port_of((const struct sockaddr_storage *)target) == port;
    if (getsockname(fd, (struct sockaddr *)&address, &size) == 0 && port_of(&address) == port)
        return 1;
    size = sizeof(address);
    return getpeername(fd, (struct sockaddr *)&address, &size) == 0 && port_of(&address) == port;
}

/* Whether it is one of the descriptors meant; those of no descriptor are when all are. */
static int is_there(int fd, const struct sockaddr *target)
{
    int where = atomic_load(&controls->where);
    int saved = errno;
    int there = where == 0 || (where < 0 ? fd == -where : fd >= 0 && has_port(fd, target, where));

    errno = saved;
    return there;
}

/* The error this call is to end with; 0: it is made. */
static int verdict_at(enum call call, int fd, const struct sockaddr *target)
{
    int meant = atomic_load(&controls->thread);

    atomic_fetch_add(&controls->counts[call], 1);
    if (atomic_load(&controls->call) != (int32_t)call || (meant && meant != thread) ||
        !is_there(fd, target))
        return 0;
    int32_t left = atomic_fetch_sub(&controls->left, 1);
    if (left > 1 || left <= 1 - atomic_load(&controls->times))
        return 0;
    atomic_fetch_add(&controls->fired, 1);
    return atomic_load(&controls->error);
}

static int fails_at(enum call call, int fd, const struct sockaddr *target)
{
    int error = verdict_at(call, fd, target);

    if (error > 0)
        errno = error;
    return error > 0;
}

static int fails(enum call call)
{
    return fails_at(call, -1, NULL);
}

/* Where a descriptor is watched, and for what. */
#define WATCHED_MAX 4096

static struct {
    int set;
    struct epoll_event event;
} watched[WATCHED_MAX];

/* A buffer that was empty or full has an event when it is so no more, and whoever was told waits
 * for that. The system does not know that it was said: it is asked to look again. */
static void announce(int fd)
{
    if (fd >= 0 && fd < WATCHED_MAX && watched[fd].set > 0) {
        int (*real)(int, int, int, struct epoll_event *) =
            (__typeof__(&epoll_ctl))dlsym(RTLD_NEXT, "epoll_ctl");
        struct epoll_event event = watched[fd].event;
        (void)real(watched[fd].set, EPOLL_CTL_MOD, fd, &event);
    }
}

/* How much is read or written: all, or a byte. False: it fails. */
static int moves(enum call call, int fd, size_t *size)
{
    int error = verdict_at(call, fd, NULL);

    if (error == 0)
        return 1;
    announce(fd);
    if (error == SHORT && *size > 1)
        *size = 1;
    if (error > 0)
        errno = error;
    return error <= 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CACHED(name)                                                                               \
    static __typeof__(&name) real;                                                                 \
    if (!real)                                                                                     \
    real = REAL(name)

/* --- memory ------------------------------------------------------------------------------------
 */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

static void *counted(void *block)
{
    if (block)
        atomic_fetch_add(&controls->blocks, 1);
    return block;
}

void *malloc(size_t size)
{
    return fails(ALLOCATE) ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return fails(ALLOCATE) ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size)
{
    if (fails(ALLOCATE))
        return NULL;
    void *moved = __libc_realloc(block, size);
    if (!block)
        return counted(moved);
    if (!moved && size == 0)
        atomic_fetch_sub(&controls->blocks, 1);
    return moved;
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    if (fails(ALLOCATE))
        return ENOMEM;
    *block = counted(__libc_memalign(alignment, size));
    return *block ? 0 : ENOMEM;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(ALLOCATE) ? NULL : counted(__libc_memalign(alignment, size));
}

void free(void *block)
{
    int saved = errno;

    if (block)
        atomic_fetch_sub(&controls->blocks, 1);
    __libc_free(block);
    errno = saved;
}

/* --- files and descriptors ---------------------------------------------------------------------
 */

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list rest;

    va_start(rest, flags);
    if (flags & (O_CREAT | O_TMPFILE))
        mode = (mode_t)va_arg(rest, unsigned);
    va_end(rest);
    CACHED(open);
    return fails(OPEN) ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list rest;

    va_start(rest, flags);
    if (flags & (O_CREAT | O_TMPFILE))
        mode = (mode_t)va_arg(rest, unsigned);
    va_end(rest);
    CACHED(open64);
    return fails(OPEN) ? -1 : real(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    CACHED(fopen);
    return fails(OPEN) ? NULL : real(path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    CACHED(fopen64);
    return fails(OPEN) ? NULL : real(path, mode);
}

size_t fread(void *bytes, size_t size, size_t count, FILE *file)
{
    CACHED(fread);
    return fails(READ) ? 0 : real(bytes, size, count, file);
}

ssize_t read(int fd, void *bytes, size_t size)
{
    CACHED(read);
    return moves(READ, fd, &size) ? real(fd, bytes, size) : -1;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    CACHED(write);
    return moves(WRITE, fd, &size) ? real(fd, bytes, size) : -1;
}

ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
    CACHED(recv);
    return moves(RECEIVE, fd, &size) ? real(fd, bytes, size, flags) : -1;
}

ssize_t recvfrom(int fd, void *bytes, size_t size, int flags, struct sockaddr *from,
                 socklen_t *from_size)
{
    CACHED(recvfrom);
    return moves(RECEIVE, fd, &size) ? real(fd, bytes, size, flags, from, from_size) : -1;
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    CACHED(send);
    return moves(SEND, fd, &size) ? real(fd, bytes, size, flags) : -1;
}

/* As little as can be of several parts is a byte of the first that has one. */
static ssize_t send_one(int fd, const struct iovec *parts, size_t count, int flags)
{
    CACHED(send);
    while (count > 1 && parts->iov_len == 0) {
        parts++;
        count--;
    }
    return count == 0 ? 0 : real(fd, parts->iov_base, parts->iov_len > 0 ? 1 : 0, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    size_t all = SIZE_MAX;
    CACHED(sendmsg);
    if (!moves(SEND, fd, &all))
        return -1;
    return all == 1 ? send_one(fd, message->msg_iov, message->msg_iovlen, flags)
                    : real(fd, message, flags);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    size_t all = SIZE_MAX;
    CACHED(writev);
    if (!moves(SEND, fd, &all))
        return -1;
    return all == 1 ? send_one(fd, parts, (size_t)count, MSG_NOSIGNAL) : real(fd, parts, count);
}

/* --- sockets -----------------------------------------------------------------------------------
 */

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
    CACHED(accept4);
    return fails_at(ACCEPT, fd, NULL) ? -1 : real(fd, address, size, flags);
}

int socket(int domain, int type, int protocol)
{
    CACHED(socket);
    return fails(SOCKET) ? -1 : real(domain, type, protocol);
}

int connect(int fd, const struct sockaddr *address, socklen_t size)
{
    CACHED(connect);
    return fails_at(CONNECT, fd, address) ? -1 : real(fd, address, size);
}

int bind(int fd, const struct sockaddr *address, socklen_t size)
{
    CACHED(bind);
    return fails(BIND) ? -1 : real(fd, address, size);
}

int listen(int fd, int backlog)
{
    CACHED(listen);
    return fails(LISTEN) ? -1 : real(fd, backlog);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
    CACHED(setsockopt);
    return fails_at(SOCKET_OPTION, fd, NULL) ? -1 : real(fd, level, name, value, size);
}

/* --- events ------------------------------------------------------------------------------------
 */

int epoll_create1(int flags)
{
    CACHED(epoll_create1);
    return fails(EPOLL_CREATE) ? -1 : real(flags);
}

int epoll_ctl(int set, int what, int fd, struct epoll_event *event)
{
    CACHED(epoll_ctl);
    /* Only adding takes memory: the system does not refuse the rest. */
    if (what == EPOLL_CTL_ADD && fails_at(EPOLL_CONTROL, fd, NULL))
        return -1;
    if (fd >= 0 && fd < WATCHED_MAX) {
        watched[fd].set = what == EPOLL_CTL_DEL ? 0 : set;
        if (what != EPOLL_CTL_DEL)
            watched[fd].event = *event;
    }
    return real(set, what, fd, event);
}

int epoll_wait(int set, struct epoll_event *events, int most, int timeout)
{
    CACHED(epoll_wait);
    return fails(EPOLL_WAIT) ? -1 : real(set, events, most, timeout);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    CACHED(poll);
    return fails(POLL) ? -1 : real(fds, count, timeout);
}

int eventfd(unsigned count, int flags)
{
    CACHED(eventfd);
    return fails(EVENT_FD) ? -1 : real(count, flags);
}

int signalfd(int fd, const sigset_t *set, int flags)
{
    CACHED(signalfd);
    return fails(SIGNAL_FD) ? -1 : real(fd, set, flags);
}

/* --- the rest ----------------------------------------------------------------------------------
 */

ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
    CACHED(getrandom);
    return moves(RANDOM, -1, &size) ? real(bytes, size, flags) : -1;
}

int getentropy(void *bytes, size_t size)
{
    CACHED(getentropy);
    return fails(RANDOM) ? -1 : real(bytes, size);
}

struct beginning {
    void *(*run)(void *);
    void *context;
    int32_t thread;
};

static void *begin(void *context)
{
    struct beginning *beginning = context;
    void *(*run)(void *) = beginning->run;
    void *argument = beginning->context;

    thread = beginning->thread;
    __libc_free(beginning);
    return run(argument);
}

int pthread_create(pthread_t *made, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *context)
{
    CACHED(pthread_create);
    if (fails(THREAD))
        return EAGAIN;
    struct beginning *beginning = __libc_malloc(sizeof(*beginning));
    if (!beginning)
        return EAGAIN;
    *beginning = (struct beginning){run, context, atomic_fetch_add(&threads, 1) + 1};
    int error = real(made, attributes, begin, beginning);
    if (error)
        __libc_free(beginning);
    return error;
}

/* --- the wall clock ----------------------------------------------------------------------------
 */

int clock_gettime(clockid_t clock, struct timespec *now)
{
    CACHED(clock_gettime);
    int result = real(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += atomic_load(&controls->shift);
    return result;
}

time_t time(time_t *seconds)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (seconds)
        *seconds = now.tv_sec;
    return now.tv_sec;
}
