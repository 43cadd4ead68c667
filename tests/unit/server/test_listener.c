/* Listening: a socket for each worker, one address for all, and nobody else's. */
#include "tests/support/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/listener.h"

static void close_all(int fds[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
}

static bool answers(const struct listen_address *address)
{
    int fd = socket(address->address.ss_family, SOCK_STREAM, 0);
    bool answered = connect(fd, (const struct sockaddr *)&address->address, address->size) == 0;

    close(fd);
    return answered;
}

static void workers_share_one_port(void **state)
{
    struct listen_address address;
    char text[32];
    unsigned port;
    int fds[3];

    (void)state;
    assert_true(listen_address_parse("127.0.0.1:0", &address));
    assert_true(listener_open(&address, fds, 3, &port));
    assert_true(port > 0);
    snprintf(text, sizeof(text), "127.0.0.1:%u", port);
    assert_true(listen_address_parse(text, &address));
    assert_true(answers(&address));
    close_all(fds, 3);
    assert_false(answers(&address));
}

/* Sharing is among our own workers: the system would let another process of ours join in. */
static void a_port_in_use_is_refused(void **state)
{
    struct listen_address address;
    char text[32];
    unsigned port;
    int fds[2];
    int more[2];

    (void)state;
    assert_true(listen_address_parse("127.0.0.1:0", &address));
    assert_true(listener_open(&address, fds, 2, &port));
    snprintf(text, sizeof(text), "127.0.0.1:%u", port);
    assert_true(listen_address_parse(text, &address));
    errno = 0;
    assert_false(listener_open(&address, more, 2, NULL));
    assert_int_equal(errno, EADDRINUSE);
    assert_int_equal(more[0], -1);
    assert_int_equal(more[1], -1);
    close_all(fds, 2);
}

static void a_socket_file_left_behind_is_replaced(void **state)
{
    char folder[] = "/tmp/listener-XXXXXX";
    struct listen_address address;
    char text[64];
    int fds[2];
    int more[2];

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(text, sizeof(text), "unix:%s/socket", folder);
    assert_true(listen_address_parse(text, &address));
    assert_true(listener_open(&address, fds, 2, NULL));
    assert_true(answers(&address));
    errno = 0;
    assert_false(listener_open(&address, more, 2, NULL)); /* somebody answers there */
    assert_int_equal(errno, EADDRINUSE);
    close_all(fds, 2);
    assert_true(listener_open(&address, fds, 1, NULL)); /* nobody does any more */
    close_all(fds, 1);
    unlink(text + 5);
    rmdir(folder);
}

/* Neither a reason to take its path away, nor to wait for it. */
static void a_socket_that_is_busy_stays(void **state)
{
    char folder[] = "/tmp/listener-XXXXXX";
    struct listen_address address;
    struct stat before;
    struct stat after;
    char text[64];
    int waiting[8];
    int full;
    int fds[1];

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(text, sizeof(text), "unix:%s/socket", folder);
    assert_true(listen_address_parse(text, &address));
    full = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(full, (const struct sockaddr *)&address.address, address.size), 0);
    assert_int_equal(listen(full, 0), 0);
    for (size_t i = 0; i < COUNT(waiting); i++) {
        waiting[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(waiting[i], (const struct sockaddr *)&address.address, address.size);
    }
    assert_int_equal(stat(text + 5, &before), 0);
    alarm(10); /* who waits, waits for ever */
    errno = 0;
    assert_false(listener_open(&address, fds, 1, NULL));
    alarm(0);
    assert_int_equal(errno, EADDRINUSE);
    assert_int_equal(stat(text + 5, &after), 0);
    assert_int_equal(after.st_ino, before.st_ino);
    close_all(waiting, COUNT(waiting));
    close(full);
    unlink(text + 5);
    rmdir(folder);
}

/* Such as the system's log, of which a stream is refused in other words than where nobody is. */
static void a_socket_of_another_kind_stays(void **state)
{
    char folder[] = "/tmp/listener-XXXXXX";
    struct listen_address address;
    char text[64];
    int other;
    int fds[1];

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(text, sizeof(text), "unix:%s/socket", folder);
    assert_true(listen_address_parse(text, &address));
    other = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(bind(other, (const struct sockaddr *)&address.address, address.size), 0);
    errno = 0;
    assert_false(listener_open(&address, fds, 1, NULL));
    assert_int_equal(errno, EADDRINUSE);
    assert_int_equal(access(text + 5, F_OK), 0);
    close(other);
    unlink(text + 5);
    rmdir(folder);
}

/* A front end has a user of its own, and services a strict umask; the directory is the guard. */
static void anybody_who_gets_there_may_connect(void **state)
{
    char folder[] = "/tmp/listener-XXXXXX";
    const mode_t usual = umask(077);
    struct listen_address address;
    struct stat status;
    char text[64];
    int fds[1];

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(text, sizeof(text), "unix:%s/socket", folder);
    assert_true(listen_address_parse(text, &address));
    assert_true(listener_open(&address, fds, 1, NULL));
    umask(usual);
    assert_int_equal(stat(text + 5, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0666);
    close_all(fds, 1);
    unlink(text + 5);
    rmdir(folder);
}

/* A file that is no socket is somebody's: it stays. */
static void another_file_is_not_removed(void **state)
{
    char folder[] = "/tmp/listener-XXXXXX";
    struct listen_address address;
    char text[64];
    int fds[1];
    FILE *file;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(text, sizeof(text), "unix:%s/file", folder);
    file = fopen(text + 5, "w");
    assert_non_null(file);
    fclose(file);
    assert_true(listen_address_parse(text, &address));
    assert_false(listener_open(&address, fds, 1, NULL));
    assert_int_equal(access(text + 5, F_OK), 0);
    unlink(text + 5);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_share_one_port),
        cmocka_unit_test(a_port_in_use_is_refused),
        cmocka_unit_test(a_socket_file_left_behind_is_replaced),
        cmocka_unit_test(a_socket_that_is_busy_stays),
        cmocka_unit_test(a_socket_of_another_kind_stays),
        cmocka_unit_test(anybody_who_gets_there_may_connect),
        cmocka_unit_test(another_file_is_not_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
