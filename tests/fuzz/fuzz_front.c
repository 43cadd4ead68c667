/*
 * Fuzzes the front as a whole: a client sends anything, and an upstream that answers every request
 * sees what comes of it. The first line of the input says in letters how (see `take_letters`), the
 * rest is what the client sends; "{session}" in it stands for a good session.
 *
 * The judge reads what the client sent, what the upstream got and what the client got with eyes of
 * its own (message.h). Nothing goes up but what the client sent, request by request and field by
 * field; no identity but the session's; and every answer comes back to its own request.
 */
#include <config.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/fuzz/message.h"
#include "tests/fuzz/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { REQUESTS_MAX = WIRE_CALLS, IDENTITY_HEADERS = 11, INPUT_MAX = 1 << 16 };

static const char session_sign[] = "{session}";
static const char identity_prefix[] = "X-XNAT-OIDC-";

/* --- the input ----------------------------------------------------------------------------------
 */

/* What the first line says. */
static void take_letters(struct slice line, struct wire_way *way)
{
    for (size_t i = 0; i < line.size; i++) {
        switch (line.at[i]) {
        case 'l':
            way->unauthenticated = UNAUTHENTICATED_LOGIN;
            break;
        case 'd':
            way->unauthenticated = UNAUTHENTICATED_DENY;
            break;
        case 't':
            way->trusted = true;
            break;
        case 'b':
            way->piece = 1;
            break;
        case 'p':
            way->piece = 7;
            break;
        default:
            break;
        }
    }
}

/* What the client sends, for free(). */
static char *with_session(struct slice text, size_t *size)
{
    const size_t sign_size = strlen(session_sign);
    char *made = NULL;
    FILE *stream = open_memstream(&made, size);

    WIRE_REQUIRE(stream != NULL);
    while (text.size > 0) {
        const char *sign = memmem(text.at, text.size, session_sign, sign_size);
        const size_t before = sign ? (size_t)(sign - text.at) : text.size;

        WIRE_REQUIRE(fwrite(text.at, 1, before, stream) == before);
        text.at += before;
        text.size -= before;
        if (sign) {
            WIRE_REQUIRE(fputs(wire_session(), stream) >= 0);
            text.at += sign_size;
            text.size -= sign_size;
        }
    }
    WIRE_REQUIRE(fclose(stream) == 0);
    return made;
}

/* --- the upstream -------------------------------------------------------------------------------
 */

static size_t answers;   /* of this run */
static size_t sign_outs; /* of these, to requests of the sidecar's own */

static void say_answer(const struct wire_link *link, struct slice method)
{
    char body[64], head[128];

    (void)snprintf(body, sizeof(body), "this is answer %zu", answers);
    (void)snprintf(head, sizeof(head),
                   "HTTP/1.1 200 OK\r\nX-Answer: %zu\r\nContent-Length: %zu\r\n\r\n", answers,
                   strlen(body));
    wire_say(link, head, strlen(head));
    if (!slice_is(method, "HEAD"))
        wire_say(link, body, strlen(body));
    answers++;
}

static void ask_for_body(struct wire_link *link, const struct http_message *message)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    size_t count;

    if (!link->continued && message_field(message, "Expect", &count))
        wire_say(link, go_on, sizeof(go_on) - 1);
    link->continued = true;
}

/* Answers what is whole. */
static void upstream(struct wire_link *link)
{
    for (;;) {
        const struct slice rest = {link->came.at + link->answered,
                                   link->came.size - link->answered};
        struct http_message message;
        bool whole;

        if (rest.size == 0)
            return;
        message_read(&message, MESSAGE_REQUEST, rest, false, false);
        WIRE_REQUIRE(message.state != MESSAGE_BAD);
        whole = message.state == MESSAGE_WHOLE;
        if (whole) {
            say_answer(link, message.words[0]);
            link->answered += message.size;
            link->continued = false;
        } else if (message.state == MESSAGE_OPEN) {
            ask_for_body(link, &message);
        }
        message_free(&message);
        if (!whole)
            return;
    }
}

/* --- the judge: names ---------------------------------------------------------------------------
 */

static bool is_among(struct slice name, const char *const list[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (slice_is_word(name, list[i]))
            return true;
    }
    return false;
}

#define IS_AMONG(name, list) is_among((name), (list), sizeof(list) / sizeof((list)[0]))

/* Letters and digits alone, as small ones: the strictest reading of a name. */
static size_t fold(struct slice name, char *folded, size_t room)
{
    size_t size = 0;

    for (size_t i = 0; i < name.size && size < room; i++) {
        const char c = name.at[i];

        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))
            folded[size++] = c;
        else if (c >= 'A' && c <= 'Z')
            folded[size++] = (char)(c + ('a' - 'A'));
    }
    return size;
}

static bool is_identity(struct slice name)
{
    static const char wanted[] = "xnatoidc"; /* behind the x */
    char folded[sizeof(wanted)];

    return fold(name, folded, sizeof(folded)) == sizeof(folded) && folded[0] == 'x' &&
           memcmp(folded + 1, wanted, sizeof(wanted) - 1) == 0;
}

/* '_' counts as '-', though a trusted one is believed in the spelling with '-' alone. */
static bool tells_where_from(struct slice name)
{
    static const char *const names[] = {
        "Forwarded",          "X-Forwarded-For",    "X-Forwarded-Host",   "X-Forwarded-Port",
        "X-Forwarded-Proto",  "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Uri",
        "X-Forwarded-Method", "X-Forwarded-Scheme", "X-Original-URL",     "X-Rewrite-URL",
        "X-Original-Method",  "X-Real-IP",
    };
    char plain[32];

    if (name.size > sizeof(plain))
        return false;
    for (size_t i = 0; i < name.size; i++)
        plain[i] = name.at[i] == '_' ? '-' : name.at[i];
    return IS_AMONG(((struct slice){plain, name.size}), names);
}

static bool is_named_by_connection(const struct http_message *message, struct slice name)
{
    for (size_t i = 0; i < message->field_count; i++) {
        if (slice_is_word(message->fields[i].name, "Connection") &&
            slice_lists(message->fields[i].value, name))
            return true;
    }
    return false;
}

/* RFC 9110, section 7.6.1; but a client takes no word of its front end's away. */
static bool is_for_this_hop(const struct http_message *message, struct slice name)
{
    static const char *const always[] = {
        "Connection",
        "Keep-Alive",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
    };
    static const char *const never[] = {
        "Authorization", "Cache-Control", "Content-Encoding", "Content-Length",
        "Content-Range", "Content-Type",  "Cookie",           "Host",
    };

    return IS_AMONG(name, always) || (!IS_AMONG(name, never) && !tells_where_from(name) &&
                                      is_named_by_connection(message, name));
}

/* --- the judge: what goes up --------------------------------------------------------------------
 */

static bool goes_up_as_it_is(const struct wire_way *way, const struct http_message *sent,
                             struct slice name)
{
    static const char *const made_anew[] = {"Content-Length", "Cookie", "Host", "X-Forwarded-For"};

    return !IS_AMONG(name, made_anew) && !is_for_this_hop(sent, name) && !is_identity(name) &&
           ((way->trusted && !memchr(name.at, '_', name.size)) || !tells_where_from(name));
}

static bool brings_session(const struct http_message *sent)
{
    for (size_t i = 0; i < sent->field_count; i++) {
        const struct slice value = sent->fields[i].value;

        if (slice_is_word(sent->fields[i].name, "Cookie") &&
            memmem(value.at, value.size, wire_session(), strlen(wire_session())))
            return true;
    }
    return false;
}

/* No cookie of ours, in either site's spelling. What has no '=' has no name. */
static void check_cookies(struct slice value)
{
    static const char *const ours[] = {"oidc-session=", "oidc-state-",
                                       "oidc-silent=", "oidc-signed-out="};
    static const char host[] = "__Host-";

    while (value.size > 0) {
        const char *end = memchr(value.at, ';', value.size);
        const size_t taken = end ? (size_t)(end - value.at) + 1 : value.size;
        struct slice pair = {value.at, end ? taken - 1 : taken};

        value.at += taken;
        value.size -= taken;
        while (pair.size > 0 && (pair.at[0] == ' ' || pair.at[0] == '\t')) {
            pair.at++;
            pair.size--;
        }
        if (pair.size >= sizeof(host) - 1 && memcmp(pair.at, host, sizeof(host) - 1) == 0) {
            pair.at += sizeof(host) - 1;
            pair.size -= sizeof(host) - 1;
        }
        for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
            WIRE_REQUIRE(pair.size < strlen(ours[i]) || !memchr(pair.at, '=', pair.size) ||
                         memcmp(pair.at, ours[i], strlen(ours[i])) != 0);
    }
}

/* X-Forwarded-For ends in the client's own address; what stands before it is the word of a trusted
 * one: all that it said, in its order. */
static void check_forwarded_for(const struct wire_way *way, const struct http_message *sent,
                                struct slice value)
{
    const char *peer = wire_peer(way);
    struct slice rest = value;

    for (size_t i = 0; way->trusted && i < sent->field_count; i++) {
        const struct slice before = sent->fields[i].value;

        if (!slice_is_word(sent->fields[i].name, "X-Forwarded-For") || before.size == 0)
            continue;
        WIRE_REQUIRE(rest.size >= before.size + 2);
        WIRE_REQUIRE(memcmp(rest.at, before.at, before.size) == 0);
        rest.at += before.size;
        rest.size -= before.size;
        while (rest.size > 2 &&
               (rest.at[0] == ' ' || rest.at[0] == '\t')) { /* they were behind it */
            rest.at++;
            rest.size--;
        }
        WIRE_REQUIRE(memcmp(rest.at, ", ", 2) == 0);
        rest.at += 2;
        rest.size -= 2;
    }
    WIRE_REQUIRE(slice_is(rest, peer));
}

/* What the sidecar itself puts into a head. Counts identity headers. */
static void check_added(const struct wire_way *way, const struct http_message *sent,
                        const struct message_field *field, size_t *identities)
{
    size_t count;
    const struct slice *host = message_field(sent, "Host", &count);

    if (is_identity(field->name)) {
        WIRE_REQUIRE(memcmp(field->name.at, identity_prefix, sizeof(identity_prefix) - 1) == 0);
        if (slice_is(field->name, "X-XNAT-OIDC-Username"))
            WIRE_REQUIRE(slice_is(field->value, wire_username()));
        (*identities)++;
        return;
    }
    if (slice_is_word(field->name, "Cookie"))
        check_cookies(field->value);
    else if (slice_is(field->name, "X-Forwarded-For"))
        check_forwarded_for(way, sent, field->value);
    else if (slice_is(field->name, "X-Forwarded-Proto"))
        WIRE_REQUIRE(slice_is(field->value, "https"));
    else if (slice_is_word(field->name, "Host"))
        WIRE_REQUIRE(!host || slice_is_same(*host, field->value));
    else
        WIRE_REQUIRE(slice_is(field->name, "Content-Length") ||
                     slice_is(field->name, "Transfer-Encoding"));
}

/* Each once, whoever sent it. */
static void check_single(const struct http_message *up)
{
    static const char *const names[] = {"Host", "X-Forwarded-For", "X-XNAT-OIDC-Username",
                                        "X-XNAT-OIDC-Assertion"};
    size_t count;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const bool there = message_field(up, names[i], &count) != NULL;

        WIRE_REQUIRE(!there || count == 1);
    }
    WIRE_REQUIRE(message_field(up, "Host", &count) != NULL);
    WIRE_REQUIRE(message_field(up, "X-Forwarded-For", &count) != NULL);
    WIRE_REQUIRE(message_field(up, "X-Forwarded-Proto", &count) != NULL);
}

/* Every field that goes up is the next of the client's that may, or one of ours. */
static void check_fields(const struct wire_way *way, const struct wire_call *call,
                         const struct http_message *sent, const struct http_message *up)
{
    size_t identities = 0;
    size_t next = 0;

    for (size_t i = 0; i < up->field_count; i++) {
        const struct message_field *field = &up->fields[i];

        while (next < sent->field_count && !goes_up_as_it_is(way, sent, sent->fields[next].name))
            next++;
        if (next < sent->field_count && !is_identity(field->name) &&
            slice_is_same(sent->fields[next].name, field->name) &&
            slice_is_same(sent->fields[next].value, field->value))
            next++;
        else
            check_added(way, sent, field, &identities);
    }
    while (next < sent->field_count && !goes_up_as_it_is(way, sent, sent->fields[next].name))
        next++;
    WIRE_REQUIRE(next == sent->field_count);
    WIRE_REQUIRE(identities == (call->identity ? IDENTITY_HEADERS : 0));
    WIRE_REQUIRE(!call->identity || brings_session(sent));
    check_single(up);
}

static void check_body(const struct http_message *sent, const struct http_message *up)
{
    WIRE_REQUIRE(up->body_size <= sent->body_size);
    WIRE_REQUIRE(up->body_size == 0 || memcmp(up->body, sent->body, up->body_size) == 0);
    if (up->state == MESSAGE_WHOLE)
        WIRE_REQUIRE(sent->state == MESSAGE_WHOLE && up->body_size == sent->body_size);
}

static bool is_call(const struct wire_call *call, const struct http_message *up)
{
    return slice_is(up->words[0], call->method) && slice_is(up->words[1], call->target);
}

static void check_request(const struct wire_way *way, const struct wire_call *call,
                          const struct http_message *sent, const struct http_message *up)
{
    WIRE_REQUIRE(is_call(call, up));
    WIRE_REQUIRE(slice_is(up->words[2], "HTTP/1.1"));
    WIRE_REQUIRE(slice_is_same(up->words[0], sent->words[0]));
    WIRE_REQUIRE(slice_is_same(up->words[1], sent->words[1]));
    check_fields(way, call, sent, up);
    check_body(sent, up);
}

/* The client's requests as somebody else reads them; the last may be half of one. */
struct sent {
    struct http_message messages[REQUESTS_MAX];
    size_t count;
};

static void read_sent(struct sent *sent, struct slice bytes)
{
    sent->count = 0;
    while (sent->count < REQUESTS_MAX) {
        struct http_message *message = &sent->messages[sent->count];

        message_read(message, MESSAGE_REQUEST_AS_READ, bytes, false, false);
        if (message->state != MESSAGE_WHOLE && message->state != MESSAGE_OPEN) {
            message_free(message);
            return;
        }
        sent->count++;
        if (message->state == MESSAGE_OPEN)
            return;
        bytes.at += message->size;
        bytes.size -= message->size;
    }
}

/* Our sign-out ends XNAT's session, too: with a request of the sidecar's own, which is bare. */
static bool is_sign_out(const struct http_message *up)
{
    return slice_is(up->words[0], "GET") && slice_is(up->words[1], "/app/action/LogoutUser");
}

static void check_sign_out(const struct http_message *up)
{
    for (size_t i = 0; i < up->field_count; i++) {
        WIRE_REQUIRE(!is_identity(up->fields[i].name));
        if (slice_is_word(up->fields[i].name, "Cookie"))
            check_cookies(up->fields[i].value);
    }
    WIRE_REQUIRE(up->body_size == 0);
}

/* A client's requests go up in their order, so the links' are in the order of the calls. */
static void check_upstream(const struct wire_way *way, const struct wire *wire,
                           const struct sent *sent)
{
    size_t number = 0;

    sign_outs = 0;
    for (size_t i = 0; i < wire->link_count; i++) {
        const struct wire_bytes *came = &wire->links[i].came;

        for (size_t at = 0; at < came->size;) {
            struct http_message up;
            const struct wire_call *call = &wire->calls[number];

            message_read(&up, MESSAGE_REQUEST, (struct slice){came->at + at, came->size - at},
                         false, false);
            WIRE_REQUIRE(up.state == MESSAGE_WHOLE || up.state == MESSAGE_OPEN);
            if (is_sign_out(&up) && (number == wire->call_count || !is_call(call, &up))) {
                check_sign_out(&up);
                sign_outs++;
            } else {
                WIRE_REQUIRE(number < wire->call_count && call->request < sent->count);
                check_request(way, call, &sent->messages[call->request], &up);
                number++;
            }
            at += up.size;
            message_free(&up);
        }
    }
    /* Only the last can have been given up before it was written. */
    WIRE_REQUIRE(number + 1 >= wire->call_count);
}

/* --- the judge: what comes down -----------------------------------------------------------------
 */

static const struct wire_call *call_of(const struct wire *wire, size_t request, size_t *number)
{
    for (*number = 0; *number < wire->call_count; (*number)++) {
        if (wire->calls[*number].request == request)
            return &wire->calls[*number];
    }
    return NULL;
}

static bool asks_who(const struct http_message *sent)
{
    static const char path[] = "/oidc/auth";
    const char *at = memmem(sent->words[1].at, sent->words[1].size, path, strlen(path));

    return at && brings_session(sent);
}

/* The upstream counts what it answers, the sidecar's own sign-outs among it. */
static bool is_answer_to(struct slice told, size_t number)
{
    char text[32];

    for (size_t between = 0; between <= sign_outs; between++) {
        (void)snprintf(text, sizeof(text), "%zu", number + between);
        if (slice_is(told, text))
            return true;
    }
    return false;
}

static void check_answer(const struct wire *wire, const struct sent *sent, size_t request,
                         const struct http_message *answer)
{
    size_t number, count;
    const struct wire_call *call = call_of(wire, request, &number);
    const struct slice *told = message_field(answer, "X-Answer", &count);

    WIRE_REQUIRE(request <= sent->count);
    /* The upstream answers every request that is whole, and nobody else's. What libmicrohttpd
     * thinks of trailers is its own affair. */
    WIRE_REQUIRE(told || !call || sent->messages[request].state != MESSAGE_WHOLE ||
                 message_field(&sent->messages[request], "Transfer-Encoding", &count));
    WIRE_REQUIRE(!told || (call && count == 1 && is_answer_to(*told, number)));
    for (size_t i = 0; i < answer->field_count; i++)
        WIRE_REQUIRE(!is_identity(answer->fields[i].name) ||
                     (request < sent->count && asks_who(&sent->messages[request])));
}

/* A head that was refused: libmicrohttpd 0.9.75 writes the head of such an answer of its own twice.
 * It is the last on its connection, and nothing of anybody else's is in it. */
static void check_refusal(struct slice rest)
{
    static const char status[] = "HTTP/1.1 ";
    static const char end[] = "\r\nConnection: close\r\n";
    const size_t digit = strlen(status);

    WIRE_REQUIRE(rest.size > digit && memcmp(rest.at, status, digit) == 0);
    WIRE_REQUIRE(rest.at[digit] == '4' || rest.at[digit] == '5');
    WIRE_REQUIRE(memmem(rest.at, rest.size, end, strlen(end)) != NULL);
    WIRE_REQUIRE(memmem(rest.at, rest.size, "X-Answer", strlen("X-Answer")) == NULL);
    WIRE_REQUIRE(memmem(rest.at, rest.size, identity_prefix, strlen(identity_prefix)) == NULL);
}

static void check_client(const struct wire *wire, const struct sent *sent)
{
    struct slice rest = {wire->came.at, wire->came.size};
    size_t request = 0;

    while (rest.size > 0) {
        const bool bodiless =
            request < sent->count && slice_is(sent->messages[request].words[0], "HEAD");
        struct http_message answer;

        if (request == wire->requests) {
            check_refusal(rest);
            return;
        }
        message_read(&answer, MESSAGE_RESPONSE, rest, bodiless, true);
        WIRE_REQUIRE(answer.state == MESSAGE_WHOLE);
        if (answer.words[1].at[0] != '1')
            check_answer(wire, sent, request++, &answer);
        rest.at += answer.size;
        rest.size -= answer.size;
        message_free(&answer);
    }
}

/* --- the whole ----------------------------------------------------------------------------------
 */

static void judge(const struct wire_way *way, const struct wire *wire, struct slice bytes)
{
    static struct sent sent;

    read_sent(&sent, bytes);
    check_upstream(way, wire, &sent);
    check_client(wire, &sent);
    for (size_t i = 0; i < sent.count; i++)
        message_free(&sent.messages[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = size > 0 && size <= INPUT_MAX ? memchr(text, '\n', size) : NULL;
    struct wire_way way = {.unauthenticated = UNAUTHENTICATED_PASS, .upstream = upstream};
    struct slice bytes;
    char *made;

    if (!end)
        return 0;
    take_letters((struct slice){text, (size_t)(end - text)}, &way);
    made = with_session((struct slice){end + 1, size - (size_t)(end - text) - 1}, &bytes.size);
    bytes.at = made;
    answers = 0;
    judge(&way, wire_run(&way, bytes), bytes);
    free(made);
    return 0;
}
