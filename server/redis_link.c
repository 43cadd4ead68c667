/* A connection to Redis, with hiredis. See redis_link.h. */
#include <config.h>

#include "redis_link.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <hiredis/hiredis.h>
#include <openssl/evp.h>

#include "clock.h"
#include "redis_entry.h"

/* Milliseconds that an exchange may take: a sign-in waits for it. */
#define EXCHANGE_LIMIT 1000

/* Names that one step of a scan asks for, as a hint, and names that one question for contents has.
 */
#define SCAN_HINT "1000"
#define CONTENTS_MAX 512

/* Most steps of a scan, for some sixty million names: more is no end. */
#define STEPS_MAX 65536

/* Bytes of an unfinished reply where entries of a hundred are told. */
#define UPDATE_MAX ((size_t)64 * 1024)

/* Longest command of ours: SET name end NX EX seconds. */
#define WORDS_MAX 6

/* Room for a name: prefix and entry. */
#define NAME_SIZE (sizeof(((struct redis_link *)0)->prefix) + REDIS_ENTRY_SIZE)

__attribute__((format(printf, 2, 3))) static bool fail(struct redis_link *link, const char *format,
                                                       ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(link->detail, sizeof(link->detail), format, arguments);
    va_end(arguments);
    return false;
}

static bool fail_context(struct redis_link *link, const redisContext *context)
{
    return fail(link, "%s", context->err ? context->errstr : "the connection broke");
}

static void begin_exchange(struct redis_link *link)
{
    link->deadline = clock_steady() + EXCHANGE_LIMIT;
}

/* --- sending and receiving ----------------------------------------------------------------------
 */

/* A command of several words, of any bytes: what is in a word cannot become another. */
static bool append(struct redis_link *link, redisContext *context, const char *const words[],
                   size_t count)
{
    const char *pointers[WORDS_MAX];
    size_t sizes[WORDS_MAX];

    for (size_t i = 0; i < count; i++) {
        pointers[i] = words[i];
        sizes[i] = strlen(words[i]);
    }
    return redisAppendCommandArgv(context, (int)count, pointers, sizes) == REDIS_OK ||
           fail_context(link, context);
}

#define APPEND(link, context, ...)                                                                 \
    append((link), (context), (const char *const[]){__VA_ARGS__},                                  \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* The socket's own time-out bounds each write. */
static bool flush(struct redis_link *link, redisContext *context)
{
    int done = 0;

    while (!done) {
        if (redisBufferWrite(context, &done) != REDIS_OK)
            return fail_context(link, context);
        if (clock_steady() > link->deadline)
            return fail(link, "no answer within %d ms", EXCHANGE_LIMIT);
    }
    return true;
}

/* Waits for bytes until the deadline. */
static bool wait_for_bytes(struct redis_link *link, const redisContext *context)
{
    struct pollfd fd = {.fd = context->fd, .events = POLLIN};
    int64_t left = link->deadline - clock_steady();
    int ready = left > 0 ? poll(&fd, 1, (int)left) : 0;

    if (ready > 0 || (ready < 0 && errno == EINTR))
        return true;
    return fail(link, "no answer within %d ms", EXCHANGE_LIMIT);
}

/* The next reply, which may be an error's. NULL when the link is broken. */
static redisReply *next_reply(struct redis_link *link, redisContext *context)
{
    void *reply = NULL;

    while (!reply) {
        if (redisGetReplyFromReader(context, &reply) != REDIS_OK) {
            fail_context(link, context);
            return NULL;
        }
        if (!reply && (!wait_for_bytes(link, context) ||
                       (redisBufferRead(context) != REDIS_OK && !fail_context(link, context))))
            return NULL;
    }
    return reply;
}

/* The next reply, which must be of a type; an error's is a broken link. */
static redisReply *expect(struct redis_link *link, redisContext *context, int type)
{
    redisReply *reply = next_reply(link, context);

    if (!reply || reply->type == type)
        return reply;
    fail(link, "%s", reply->type == REDIS_REPLY_ERROR ? reply->str : "an answer of no known form");
    freeReplyObject(reply);
    return NULL;
}

static bool expect_done(struct redis_link *link, redisContext *context, int type)
{
    redisReply *reply = expect(link, context, type);

    freeReplyObject(reply);
    return reply != NULL;
}

/* --- beginning and end --------------------------------------------------------------------------
 */

bool redis_link_init(struct redis_link *link, const struct redis_address *address,
                     const char *site_url, _Atomic bool *stopping)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    char digits[17];

    *link = (struct redis_link){.address = address, .stopping = stopping};
    if (EVP_Digest(site_url, strlen(site_url), hash, NULL, EVP_sha256(), NULL) != 1)
        return false;
    for (size_t i = 0; i < 8; i++)
        snprintf(digits + 2 * i, sizeof(digits) - 2 * i, "%02x", hash[i]);
    snprintf(link->prefix, sizeof(link->prefix), "oidc-sidecar:%s:", digits);
    snprintf(link->channel, sizeof(link->channel), "%s%u", link->prefix, address->database);
    return true;
}

static redisContext *dial(struct redis_link *link)
{
    const struct redis_address *address = link->address;
    const struct timeval limit = {.tv_sec = EXCHANGE_LIMIT / 1000};
    redisContext *context = address->path
                                ? redisConnectUnixWithTimeout(address->path, limit)
                                : redisConnectWithTimeout(address->host, address->port, limit);

    if (!context) {
        fail(link, "out of memory");
        return NULL;
    }
    if (context->err || redisSetTimeout(context, limit) != REDIS_OK) {
        fail_context(link, context);
        redisFree(context);
        return NULL;
    }
    return context;
}

static bool authenticate(struct redis_link *link, redisContext *context)
{
    const struct redis_address *address = link->address;

    if (!address->password)
        return true;
    return (address->user ? APPEND(link, context, "AUTH", address->user, address->password)
                          : APPEND(link, context, "AUTH", address->password)) &&
           flush(link, context) && expect_done(link, context, REDIS_REPLY_STATUS);
}

static bool open_commands(struct redis_link *link)
{
    char number[16];

    begin_exchange(link);
    snprintf(number, sizeof(number), "%u", link->address->database);
    link->commands = dial(link);
    return link->commands && authenticate(link, link->commands) &&
           APPEND(link, link->commands, "SELECT", number) && flush(link, link->commands) &&
           expect_done(link, link->commands, REDIS_REPLY_STATUS);
}

static bool open_updates(struct redis_link *link)
{
    begin_exchange(link);
    link->pinged = false;
    link->unfinished = 0;
    link->updates = dial(link);
    return link->updates && authenticate(link, link->updates) &&
           APPEND(link, link->updates, "SUBSCRIBE", link->channel) && flush(link, link->updates) &&
           expect_done(link, link->updates, REDIS_REPLY_ARRAY);
}

bool redis_link_open(struct redis_link *link)
{
    return open_commands(link) && open_updates(link);
}

void redis_link_close(struct redis_link *link)
{
    if (link->commands)
        redisFree(link->commands);
    if (link->updates)
        redisFree(link->updates);
    link->commands = NULL;
    link->updates = NULL;
}

/* --- what Redis has -----------------------------------------------------------------------------
 */

/* An entry of a name and its content. Others' names, and contents that went meanwhile, are none. */
static bool read_entry(const struct redis_link *link, const redisReply *name,
                       const redisReply *content, struct registry_entry *entry)
{
    char text[REDIS_ENTRY_SIZE];
    size_t prefix = strlen(link->prefix);
    int size;

    if (name->type != REDIS_REPLY_STRING || content->type != REDIS_REPLY_STRING ||
        (size_t)name->len <= prefix || memcmp(name->str, link->prefix, prefix) != 0)
        return false;
    size = snprintf(text, sizeof(text), "%s:%s", name->str + prefix, content->str);
    return size > 0 && (size_t)size < sizeof(text) &&
           (size_t)size == (size_t)name->len - prefix + 1 + (size_t)content->len &&
           redis_entry_read(text, (size_t)size, entry);
}

static bool load_contents(struct redis_link *link, redisReply *const *names, size_t count,
                          redis_link_take *take, void *context)
{
    const char *words[CONTENTS_MAX + 1] = {"MGET"};
    size_t sizes[CONTENTS_MAX + 1] = {4};
    redisReply *contents;
    bool going_on = true;

    for (size_t i = 0; i < count; i++) {
        words[i + 1] = names[i]->type == REDIS_REPLY_STRING ? names[i]->str : "";
        sizes[i + 1] = names[i]->type == REDIS_REPLY_STRING ? (size_t)names[i]->len : 0;
    }
    begin_exchange(link);
    if (redisAppendCommandArgv(link->commands, (int)count + 1, words, sizes) != REDIS_OK)
        return fail_context(link, link->commands);
    if (!flush(link, link->commands))
        return false;
    contents = expect(link, link->commands, REDIS_REPLY_ARRAY);
    if (!contents)
        return false;
    for (size_t i = 0; i < count && i < contents->elements && going_on; i++) {
        struct registry_entry entry;

        if (read_entry(link, names[i], contents->element[i], &entry))
            going_on = take(context, &entry);
    }
    freeReplyObject(contents);
    return going_on || fail(link, "given up");
}

static bool load_page(struct redis_link *link, const redisReply *names, redis_link_take *take,
                      void *context)
{
    bool loaded = true;

    for (size_t i = 0; i < names->elements && loaded; i += CONTENTS_MAX) {
        size_t left = names->elements - i;

        loaded = load_contents(link, names->element + i, left < CONTENTS_MAX ? left : CONTENTS_MAX,
                               take, context);
    }
    return loaded;
}

/* One step of a scan. @param cursor where it goes on; "0" at the beginning and at the end. */
static bool load_step(struct redis_link *link, char cursor[24], redis_link_take *take,
                      void *context)
{
    char pattern[sizeof(link->prefix) + 1];
    redisReply *reply;
    bool loaded = false;

    snprintf(pattern, sizeof(pattern), "%s*", link->prefix);
    begin_exchange(link);
    if (!APPEND(link, link->commands, "SCAN", cursor, "MATCH", pattern, "COUNT", SCAN_HINT) ||
        !flush(link, link->commands))
        return false;
    reply = expect(link, link->commands, REDIS_REPLY_ARRAY);
    if (!reply)
        return false;
    if (reply->elements == 2 && reply->element[0]->type == REDIS_REPLY_STRING &&
        reply->element[1]->type == REDIS_REPLY_ARRAY) {
        snprintf(cursor, 24, "%s", reply->element[0]->str);
        loaded = load_page(link, reply->element[1], take, context);
    } else {
        fail(link, "an answer of no known form");
    }
    freeReplyObject(reply);
    return loaded;
}

bool redis_link_load(struct redis_link *link, redis_link_take *take, void *context)
{
    char cursor[24] = "0";

    for (int steps = 0; steps < STEPS_MAX; steps++) {
        if (atomic_load(link->stopping))
            return fail(link, "given up");
        if (!load_step(link, cursor, take, context))
            return false;
        if (strcmp(cursor, "0") == 0)
            return true;
    }
    return fail(link, "a scan that does not end");
}

/* --- what Redis gets ----------------------------------------------------------------------------
 */

static bool append_set(struct redis_link *link, const struct registry_entry *entry, int64_t now)
{
    char text[REDIS_ENTRY_SIZE];
    char name[NAME_SIZE];
    char seconds[24];
    size_t end = redis_entry_write(entry, text);

    snprintf(name, sizeof(name), "%s%.*s", link->prefix, (int)(end - 1), text);
    snprintf(seconds, sizeof(seconds), "%" PRId64,
             entry->expires_at > now ? entry->expires_at - now : 1);
    return APPEND(link, link->commands, "SET", name, text + end, "NX", "EX", seconds);
}

/* OK: it was put there; nil: somebody else's is. */
static bool read_set(struct redis_link *link, enum redis_answer *answer)
{
    redisReply *reply = next_reply(link, link->commands);

    if (!reply)
        return false;
    if (reply->type == REDIS_REPLY_STATUS)
        *answer = REDIS_FIRST;
    else if (reply->type == REDIS_REPLY_NIL)
        *answer = REDIS_PRESENT;
    else
        fail(link, "%s", reply->type == REDIS_REPLY_ERROR ? reply->str : "an answer to SET");
    freeReplyObject(reply);
    return *answer != REDIS_UNKNOWN;
}

static bool publish(struct redis_link *link, const struct registry_entry *entries, size_t count,
                    const enum redis_answer *answers)
{
    for (size_t i = 0; i < count; i++) {
        char text[REDIS_ENTRY_SIZE];

        redis_entry_write(&entries[i], text);
        if (answers[i] == REDIS_FIRST &&
            !APPEND(link, link->commands, "PUBLISH", link->channel, text))
            return false;
    }
    if (!flush(link, link->commands))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (answers[i] == REDIS_FIRST && !expect_done(link, link->commands, REDIS_REPLY_INTEGER))
            return false;
    }
    return true;
}

bool redis_link_offer(struct redis_link *link, const struct registry_entry *entries, size_t count,
                      int64_t now, enum redis_answer *answers)
{
    for (size_t i = 0; i < count; i++)
        answers[i] = REDIS_UNKNOWN;
    begin_exchange(link);
    for (size_t i = 0; i < count; i++) {
        if (!append_set(link, &entries[i], now))
            return false;
    }
    if (!flush(link, link->commands))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!read_set(link, &answers[i]))
            return false;
    }
    return publish(link, entries, count, answers);
}

/* --- what others tell ---------------------------------------------------------------------------
 */

static bool is_word(const redisReply *reply, const char *word)
{
    return reply->type == REDIS_REPLY_STRING && (size_t)reply->len == strlen(word) &&
           memcmp(reply->str, word, strlen(word)) == 0;
}

static bool take_update(struct redis_link *link, const redisReply *reply, redis_link_take *take,
                        void *context)
{
    const redisReply *text;
    struct registry_entry entry;

    if (reply->type == REDIS_REPLY_ERROR)
        return fail(link, "%s", reply->str);
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements < 1)
        return true;
    if (is_word(reply->element[0], "pong"))
        link->pinged = false;
    if (!is_word(reply->element[0], "message") || reply->elements != 3)
        return true;
    text = reply->element[2];
    if (text->type == REDIS_REPLY_STRING && redis_entry_read(text->str, (size_t)text->len, &entry))
        return take(context, &entry) || fail(link, "given up");
    return true;
}

int redis_link_fd(const struct redis_link *link)
{
    return link->updates->fd;
}

/* Takes what the reader has whole. */
static bool take_updates(struct redis_link *link, redis_link_take *take, void *context)
{
    for (;;) {
        void *reply = NULL;
        bool taken;

        if (redisGetReplyFromReader(link->updates, &reply) != REDIS_OK)
            return fail_context(link, link->updates);
        if (!reply)
            return link->unfinished <= UPDATE_MAX || fail(link, "a message that is too long");
        link->unfinished = link->updates->reader->len - link->updates->reader->pos;
        taken = take_update(link, reply, take, context);
        freeReplyObject(reply);
        if (!taken)
            return false;
    }
}

bool redis_link_receive(struct redis_link *link, redis_link_take *take, void *context)
{
    struct pollfd fd = {.fd = link->updates->fd, .events = POLLIN};
    size_t before;

    if (!take_updates(link, take, context))
        return false;
    if (poll(&fd, 1, 0) <= 0)
        return true;
    before = link->updates->reader->len;
    if (redisBufferRead(link->updates) != REDIS_OK)
        return fail_context(link, link->updates);
    link->unfinished += link->updates->reader->len - before;
    return take_updates(link, take, context);
}

bool redis_link_ping(struct redis_link *link)
{
    if (link->pinged)
        return fail(link, "it tells nothing any more");
    begin_exchange(link);
    link->pinged = true;
    return APPEND(link, link->updates, "PING") && flush(link, link->updates) &&
           APPEND(link, link->commands, "PING") && flush(link, link->commands) &&
           expect_done(link, link->commands, REDIS_REPLY_STATUS);
}
