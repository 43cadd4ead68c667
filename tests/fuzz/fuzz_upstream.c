/*
 * Fuzzes what comes down: an upstream that answers the first of a client's two requests with
 * anything, and the second as it should. The first line of the input says in letters what the
 * client asks and whether the upstream hangs up (see `take_letters`), the rest is the answer.
 *
 * Whatever the upstream says, the client gets answers that have one reading (message.h), made of
 * nothing but what the upstream said; half an answer does not look like a whole one; and nothing of
 * the first answer becomes one to the second request.
 */
#include <config.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/message.h"
#include "tests/fuzz/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 16, ASKED = 2 };

static const char second_body[] = "the second answer";

/* One run. */
static struct {
    struct slice answer; /* to the first request */
    bool head;           /* which is a HEAD */
    bool old;            /* its client speaks HTTP/1.0 */
    bool early;          /* the upstream answers before the body has come */
    bool expects;        /* its client waits for the upstream's word before it sends the body */
    bool hangs_up;
    size_t answered;
} scene;

/* --- the client ---------------------------------------------------------------------------------
 */

#define HOST "Host: xnat.example\r\n"

static const char *first_request(struct slice letters)
{
    static const struct {
        char letter;
        const char *text;
    } requests[] = {
        {'h', "HEAD /first HTTP/1.1\r\n" HOST "\r\n"},
        {'p', "POST /first HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"},
        {'e',
         "PUT /first HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"},
        {'o', "GET /first HTTP/1.0\r\n" HOST "Connection: keep-alive\r\n\r\n"},
        {'x', "OPTIONS * HTTP/1.1\r\n" HOST "\r\n"},
    };

    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        if (letters.size > 0 && memchr(letters.at, requests[i].letter, letters.size))
            return requests[i].text;
    }
    return "GET /first HTTP/1.1\r\n" HOST "\r\n";
}

static void take_letters(struct slice letters)
{
    scene.head = letters.size > 0 && memchr(letters.at, 'h', letters.size);
    scene.expects = letters.size > 0 && memchr(letters.at, 'e', letters.size);
    scene.old = letters.size > 0 && memchr(letters.at, 'o', letters.size);
    scene.early = letters.size > 0 && memchr(letters.at, 'y', letters.size);
    scene.hangs_up = letters.size > 0 && memchr(letters.at, 'c', letters.size);
}

/* --- the upstream -------------------------------------------------------------------------------
 */

static void say_next(struct wire_link *link)
{
    char good[128];

    scene.answered++;
    if (scene.answered == 1) {
        wire_say(link, scene.answer.at, scene.answer.size);
        if (scene.hangs_up)
            wire_hang_up(link);
        return;
    }
    (void)snprintf(good, sizeof(good),
                   "HTTP/1.1 200 OK\r\nX-Answer: 2\r\nContent-Length: %zu\r\n\r\n%s",
                   strlen(second_body), second_body);
    wire_say(link, good, strlen(good));
}

static void upstream(struct wire_link *link)
{
    struct http_message message;

    if (link->came.size == link->answered)
        return;
    message_read(&message, MESSAGE_REQUEST,
                 (struct slice){link->came.at + link->answered, link->came.size - link->answered},
                 false, false);
    WIRE_REQUIRE(message.state != MESSAGE_BAD);
    if (message.state == MESSAGE_WHOLE) {
        link->answered += message.size;
        if (!link->continued)
            say_next(link);
        link->continued = false;
    } else if (message.state == MESSAGE_OPEN && scene.early && !link->continued) {
        link->continued = true;
        say_next(link);
    }
    message_free(&message);
}

/* --- the judge ----------------------------------------------------------------------------------
 */

/* Heads of 1xx come before the one that counts. */
static void read_answer(struct http_message *answer, struct slice *rest, bool bodiless, bool ended)
{
    for (;;) {
        message_read(answer, MESSAGE_RESPONSE, *rest, bodiless, ended);
        if (answer->state != MESSAGE_WHOLE || answer->words[1].at[0] != '1')
            return;
        rest->at += answer->size;
        rest->size -= answer->size;
        message_free(answer);
    }
}

/* Whether the sidecar's own words stand in an answer: the upstream's failed. */
static bool is_ours(const struct http_message *answer)
{
    return slice_is(answer->words[1], "502") || slice_is(answer->words[1], "503") ||
           slice_is(answer->words[1], "504");
}

static bool was_said(struct slice words)
{
    return words.size == 0 || memmem(scene.answer.at, scene.answer.size, words.at, words.size);
}

/* Nothing but the upstream's fields, and what frames the answer on its way to the client. */
static void check_fields(const struct http_message *answer)
{
    static const char *const framing[] = {"Connection", "Content-Length", "Transfer-Encoding",
                                          "Date"};

    for (size_t i = 0; i < answer->field_count; i++) {
        const struct message_field *field = &answer->fields[i];
        bool frames = false;

        for (size_t j = 0; j < sizeof(framing) / sizeof(framing[0]); j++)
            frames = frames || slice_is_word(field->name, framing[j]);
        WIRE_REQUIRE(frames || (was_said(field->name) && was_said(field->value)));
    }
}

/* Every field of a sound answer comes down that is for more than one hop. */
static void check_all_fields(const struct http_message *said, const struct http_message *answer)
{
    static const char *const stay[] = {
        "Connection",
        "Keep-Alive",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Content-Length",
        "Date",
    };

    for (size_t i = 0; i < said->field_count; i++) {
        const struct slice name = said->fields[i].name;
        bool stays = false;
        bool found = false;

        for (size_t j = 0; j < sizeof(stay) / sizeof(stay[0]); j++)
            stays = stays || slice_is_word(name, stay[j]);
        for (size_t j = 0; j < said->field_count; j++)
            stays = stays || (slice_is_word(said->fields[j].name, "Connection") &&
                              slice_lists(said->fields[j].value, name));
        for (size_t j = 0; j < answer->field_count; j++)
            found = found || (slice_is_same(answer->fields[j].name, name) &&
                              slice_is_same(answer->fields[j].value, said->fields[i].value));
        WIRE_REQUIRE(stays || found);
    }
}

/* A 417 to who expects something comes as its head alone (proxy.c). */
static bool is_cut(const struct http_message *answer)
{
    return scene.expects && slice_is(answer->words[1], "417") && answer->body_size == 0;
}

static void check_same(const struct http_message *said, const struct http_message *answer)
{
    WIRE_REQUIRE(slice_is_same(said->words[1], answer->words[1]));
    check_all_fields(said, answer);
    if (is_cut(answer))
        return;
    WIRE_REQUIRE(said->body_size == answer->body_size);
    WIRE_REQUIRE(said->body_size == 0 || memcmp(said->body, answer->body, said->body_size) == 0);
}

/* To HTTP/1.0 nothing but the connection's end can say that an answer without a length is over,
 * whether it is whole or breaks off when its head is on its way. */
static bool is_ended_by_closing(const struct http_message *answer)
{
    size_t lengths;

    (void)message_field(answer, "Content-Length", &lengths);
    return scene.old && lengths == 0;
}

/* A sound answer arrives as it is; a broken one is never made whole. */
static void check_first(const struct http_message *answer)
{
    struct slice rest = scene.answer;
    struct http_message said;

    read_answer(&said, &rest, scene.head, scene.hangs_up);
    if (!is_ours(answer))
        check_fields(answer);
    if (said.state == MESSAGE_OPEN && answer->state == MESSAGE_WHOLE)
        WIRE_REQUIRE(is_ours(answer) || is_cut(answer) || is_ended_by_closing(answer));
    if (said.state == MESSAGE_WHOLE && said.size == rest.size && rest.at == scene.answer.at &&
        answer->state == MESSAGE_WHOLE)
        check_same(&said, answer);
    message_free(&said);
}

static void check_second(const struct http_message *answer)
{
    size_t count;
    const struct slice *number = message_field(answer, "X-Answer", &count);

    if (answer->state != MESSAGE_WHOLE || is_ours(answer))
        return;
    WIRE_REQUIRE(number && count == 1 && slice_is(*number, "2"));
    WIRE_REQUIRE(answer->body_size == strlen(second_body) &&
                 memcmp(answer->body, second_body, answer->body_size) == 0);
}

static void judge(const struct wire *wire)
{
    struct slice rest = {wire->came.at, wire->came.size};

    for (int number = 0; rest.size > 0; number++) {
        struct http_message answer;

        WIRE_REQUIRE(number < ASKED);
        read_answer(&answer, &rest, number == 0 && scene.head, true);
        WIRE_REQUIRE(answer.state == MESSAGE_WHOLE || answer.state == MESSAGE_OPEN ||
                     rest.size == 0);
        if (answer.state != MESSAGE_BAD && number == 0)
            check_first(&answer);
        else if (answer.state != MESSAGE_BAD)
            check_second(&answer);
        rest.at += answer.size;
        rest.size -= answer.size;
        message_free(&answer);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char second[] = "GET /second HTTP/1.1\r\n" HOST "\r\n";
    const struct wire_way way = {.unauthenticated = UNAUTHENTICATED_PASS, .upstream = upstream};
    const char *text = (const char *)data;
    const char *end = size > 0 && size <= INPUT_MAX ? memchr(text, '\n', size) : NULL;
    struct slice letters;
    char sent[512];

    if (!end)
        return 0;
    letters = (struct slice){text, (size_t)(end - text)};
    scene.answered = 0;
    scene.answer = (struct slice){end + 1, size - letters.size - 1};
    take_letters(letters);
    (void)snprintf(sent, sizeof(sent), "%s%s", first_request(letters), second);
    judge(wire_run(&way, (struct slice){sent, strlen(sent)}));
    return 0;
}
