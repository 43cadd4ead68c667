/* The connection to Redis, with a server that says what a test has it say. */
#include "tests/support/check.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <hiredis/hiredis.h>

#include "server/redis_link.h"

#define NOW 1700000000
#define STEPS_BEFORE_THE_END 3
#define MESSAGES 3000
#define TIME_LIMIT 60 /* seconds, for what would never end */

#define TEXT "000102037f80ff0708090a0b0c0d0e05:1700000000123:1700003600"
#define MESSAGE "*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$57\r\n" TEXT "\r\n"
#define MESSAGE_TOO_LONG "*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1000000\r\n"

static char folder[] = "/tmp/oidc-redis-link-XXXXXX";
static char path[sizeof(folder) + 8];
static int listener;
static _Atomic bool stopping;
static _Atomic int steps;

/* --- the server ------------------------------------------------------------------------------- */

struct script {
    void (*play)(int commands, int updates);
    const char *answer; /* to an offer */
};

static const struct script *script;

static bool hear(int connection)
{
    char heard[4096];

    return recv(connection, heard, sizeof(heard), 0) > 0;
}

static bool say(int connection, const char *text)
{
    return send(connection, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

static void *serve(void *context)
{
    int commands = accept(listener, NULL, NULL);
    int updates;

    (void)context;
    if (hear(commands))
        say(commands, "+OK\r\n");
    updates = accept(listener, NULL, NULL);
    if (hear(updates))
        say(updates, "*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n");
    script->play(commands, updates);
    close(commands);
    close(updates);
    return NULL;
}

static void answer_once(int commands, int updates)
{
    (void)updates;
    if (hear(commands))
        say(commands, script->answer);
}

static void scan_for_ever(int commands, int updates)
{
    (void)updates;
    while (hear(commands) && say(commands, "*2\r\n$1\r\n1\r\n*0\r\n"))
        steps++;
}

static void scan_into_the_end(int commands, int updates)
{
    (void)updates;
    while (hear(commands)) {
        if (++steps == STEPS_BEFORE_THE_END)
            stopping = true;
        say(commands, "*2\r\n$1\r\n1\r\n*0\r\n");
    }
}

static void answer_without_end(int commands, int updates)
{
    char piece[4097];

    (void)updates;
    memset(piece, 'x', sizeof(piece) - 1);
    piece[sizeof(piece) - 1] = '\0';
    hear(commands);
    say(commands, script->answer);
    while (say(commands, piece))
        steps++;
}

static void tell_without_end(int commands, int updates)
{
    char piece[1025];

    (void)commands;
    memset(piece, 'x', sizeof(piece) - 1);
    piece[sizeof(piece) - 1] = '\0';
    say(updates, MESSAGE_TOO_LONG);
    for (int i = 0; i < 128 && say(updates, piece); i++)
        ;
}

static void tell_much(int commands, int updates)
{
    (void)commands;
    for (int i = 0; i < MESSAGES; i++)
        say(updates, MESSAGE);
}

/* --- the tests -------------------------------------------------------------------------------- */

static int begin(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    (void)state;
    alarm(TIME_LIMIT);
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof(path), "%s/socket", folder);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    return bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 2);
}

static int end(void **state)
{
    (void)state;
    close(listener);
    unlink(path);
    return rmdir(folder);
}

/* Opens a link to a server that plays a script from then on. */
static pthread_t open_link(struct redis_link *link, const struct script *played)
{
    static struct redis_address address;
    pthread_t thread;

    address.path = path;
    script = played;
    stopping = false;
    steps = 0;
    assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
    assert_true(redis_link_init(link, &address, "https://site.example", &stopping));
    assert_true(redis_link_open(link));
    return thread;
}

static void close_link(struct redis_link *link, pthread_t thread)
{
    redis_link_close(link);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static bool count_one(void *context, const struct registry_entry *entry)
{
    (void)entry;
    ++*(int *)context;
    return true;
}

static void what_redis_said_counts_although_the_link_breaks(void **state)
{
    static const struct {
        struct script script;
        enum redis_answer answers[2];
    } checks[] = {
        {{answer_once, ":0\r\n"}, {REDIS_PRESENT, REDIS_UNKNOWN}},
        {{answer_once, ":1\r\n"}, {REDIS_FIRST, REDIS_UNKNOWN}},
        {{answer_once, ":0\r\n-ERR\r\n"}, {REDIS_PRESENT, REDIS_UNKNOWN}},
        {{answer_once, ":1\r\n+OK\r\n"}, {REDIS_FIRST, REDIS_UNKNOWN}},
        {{answer_once, ":1\r\n:2\r\n"}, {REDIS_FIRST, REDIS_UNKNOWN}},
        {{answer_once, ""}, {REDIS_UNKNOWN, REDIS_UNKNOWN}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        const struct registry_entry entries[2] = {{.key = {1}, .expires_at = NOW + 1},
                                                  {.key = {2}, .expires_at = NOW + 1}};
        enum redis_answer answers[2] = {REDIS_FIRST, REDIS_FIRST};
        struct redis_link link;
        pthread_t thread = open_link(&link, &checks[i].script);

        assert_false(redis_link_offer(&link, entries, 2, NOW, answers));
        assert_int_equal(answers[0], checks[i].answers[0]);
        assert_int_equal(answers[1], checks[i].answers[1]);
        close_link(&link, thread);
    }
}

static void a_scan_ends_with_the_process(void **state)
{
    static const struct script played = {.play = scan_into_the_end};
    struct redis_link link;
    pthread_t thread = open_link(&link, &played);
    int taken = 0;

    (void)state;
    assert_false(redis_link_load(&link, count_one, &taken));
    assert_string_equal(link.detail, "given up");
    assert_int_equal(steps, STEPS_BEFORE_THE_END);
    close_link(&link, thread);
}

static void a_scan_without_end_is_given_up(void **state)
{
    static const struct script played = {.play = scan_for_ever};
    struct redis_link link;
    pthread_t thread = open_link(&link, &played);
    int taken = 0;

    (void)state;
    assert_false(redis_link_load(&link, count_one, &taken));
    assert_string_equal(link.detail, "a scan that does not end");
    close_link(&link, thread);
}

/* Whatever its form: bytes are counted until it is whole. */
static void an_answer_without_end_breaks_the_link(void **state)
{
    static const struct script played[] = {
        {answer_without_end, "$100000000\r\n"},
        {answer_without_end, "+"},
        {answer_without_end, "*2\r\n$1\r\n0\r\n*1\r\n$100000000\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(played); i++) {
        struct redis_link link;
        pthread_t thread = open_link(&link, &played[i]);
        int taken = 0;

        assert_false(redis_link_load(&link, count_one, &taken));
        assert_string_equal(link.detail, "an answer of more than 1048576 bytes");
        close_link(&link, thread);
    }
}

static void announce_without_end(int commands, int updates)
{
    (void)updates;
    hear(commands);
    while (say(commands, script->answer))
        steps++;
}

/* Room is made for what is announced, before a byte of it has come. */
static void more_elements_than_can_come_break_the_link(void **state)
{
    static const struct script played[] = {
        {answer_once, "*2147483647\r\n"},
        {answer_once, "*349526\r\n"}, /* and one fits three bytes each into a reply */
        {answer_once, "*2\r\n$1\r\n0\r\n*2147483647\r\n"},
        {announce_without_end, "*3\r\n*200000\r\n:1\r\n*200000\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(played); i++) {
        struct redis_link link;
        pthread_t thread = open_link(&link, &played[i]);
        int taken = 0;

        assert_false(redis_link_load(&link, count_one, &taken));
        assert_string_equal(link.detail, "an answer of more elements than fit into 1048576 bytes");
        close_link(&link, thread);
    }
}

static void only_a_new_key_shows_that_writes_are_taken(void **state)
{
    static const struct {
        struct script script;
        const char *detail;
    } checks[] = {
        {{answer_once, ":1\r\n+PONG\r\n"}, NULL},
        {{answer_once, ":0\r\n+PONG\r\n"}, "a new key is said to be there already"},
        {{answer_once, "-READONLY no\r\n+PONG\r\n"}, "READONLY no"},
        {{answer_once, ":1\r\n-NOPERM no\r\n"}, "NOPERM no"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(checks); i++) {
        struct redis_link link;
        pthread_t thread = open_link(&link, &checks[i].script);

        assert_int_equal(redis_link_try(&link), checks[i].detail == NULL);
        if (checks[i].detail)
            assert_string_equal(link.detail, checks[i].detail);
        close_link(&link, thread);
    }
}

/* Takes what is told until the link breaks. @return how many entries. */
static int listen_to(struct redis_link *link)
{
    struct pollfd fd = {.fd = redis_link_fd(link), .events = POLLIN};
    int taken = 0;

    while (redis_link_receive(link, count_one, &taken))
        poll(&fd, 1, -1);
    return taken;
}

static void a_message_without_end_breaks_the_link(void **state)
{
    static const struct script played = {.play = tell_without_end};
    struct redis_link link;
    pthread_t thread = open_link(&link, &played);

    (void)state;
    assert_int_equal(listen_to(&link), 0);
    assert_string_equal(link.detail, "an answer of more than 65536 bytes");
    close_link(&link, thread);
}

static void many_messages_are_not_one_long_one(void **state)
{
    static const struct script played = {.play = tell_much};
    struct redis_link link;
    pthread_t thread = open_link(&link, &played);

    (void)state;
    assert_int_equal(listen_to(&link), MESSAGES);
    close_link(&link, thread);
}

/* hiredis (0.14) ends the process when it wants a smaller buffer and there is no memory for it. */
static void a_buffer_is_never_made_anew(void **state)
{
    static const struct script played = {.play = tell_much};
    struct redis_link link;
    pthread_t thread = open_link(&link, &played);

    (void)state;
    assert_int_equal(link.commands.context->reader->maxbuf, 0);
    assert_int_equal(link.updates.context->reader->maxbuf, 0);
    close_link(&link, thread);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_redis_said_counts_although_the_link_breaks),
        cmocka_unit_test(a_scan_ends_with_the_process),
        cmocka_unit_test(a_scan_without_end_is_given_up),
        cmocka_unit_test(an_answer_without_end_breaks_the_link),
        cmocka_unit_test(more_elements_than_can_come_break_the_link),
        cmocka_unit_test(only_a_new_key_shows_that_writes_are_taken),
        cmocka_unit_test(a_message_without_end_breaks_the_link),
        cmocka_unit_test(many_messages_are_not_one_long_one),
        cmocka_unit_test(a_buffer_is_never_made_anew),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
