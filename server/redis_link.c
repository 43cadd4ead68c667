/* What is said over a connection to Redis. See redis_link.h. */
#include <config.h>

#include "redis_link.h"

#include <inttypes.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "redis_entry.h"

/* Names that one step of a scan asks for, as a hint, and names that one question for contents has.
 */
#define SCAN_HINT "1000"
#define CONTENTS_MAX 512

/* Most steps of a scan, for some sixty million names: more is no end. */
#define STEPS_MAX 65536

/* Bytes of one reply to a command: a step of a scan brings some thousand names of a hundred. */
#define REPLY_MAX ((size_t)1024 * 1024)

/* Bytes of one message, where entries of a hundred are told. */
#define UPDATE_MAX ((size_t)64 * 1024)

/* Seconds that the key stays with which writing is tried. */
#define TRIAL_TTL "10"

/* Room for a name: prefix and entry. */
#define NAME_SIZE (sizeof(((struct redis_link *)0)->prefix) + REDIS_ENTRY_SIZE)

static bool fail(struct redis_link *link, const char *detail)
{
    return redis_wire_fail(&link->commands, "%s", detail);
}

/* --- beginning and end --------------------------------------------------------------------------
 */

bool redis_link_init(struct redis_link *link, const struct redis_address *address,
                     const char *site_url, _Atomic bool *stopping)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    char digits[17];

    *link = (struct redis_link){.address = address, .stopping = stopping};
    link->commands = (struct redis_wire){.reply_max = REPLY_MAX, .detail = link->detail};
    link->updates = (struct redis_wire){.reply_max = UPDATE_MAX, .detail = link->detail};
    if (EVP_Digest(site_url, strlen(site_url), hash, NULL, EVP_sha256(), NULL) != 1)
        return false;
    for (size_t i = 0; i < 8; i++)
        snprintf(digits + 2 * i, sizeof(digits) - 2 * i, "%02x", hash[i]);
    snprintf(link->prefix, sizeof(link->prefix), "oidc-sidecar:%s:", digits);
    snprintf(link->channel, sizeof(link->channel), "%s%u", link->prefix, address->database);
    return true;
}

static bool open_commands(struct redis_link *link)
{
    struct redis_wire *wire = &link->commands;
    char number[16];

    snprintf(number, sizeof(number), "%u", link->address->database);
    return redis_wire_open(wire, link->address) && REDIS_WIRE_APPEND(wire, "SELECT", number) &&
           redis_wire_flush(wire) && redis_wire_expect_done(wire, REDIS_REPLY_STATUS);
}

static bool open_updates(struct redis_link *link)
{
    struct redis_wire *wire = &link->updates;

    link->pinged = false;
    return redis_wire_open(wire, link->address) &&
           REDIS_WIRE_APPEND(wire, "SUBSCRIBE", link->channel) && redis_wire_flush(wire) &&
           redis_wire_expect_done(wire, REDIS_REPLY_ARRAY);
}

bool redis_link_open(struct redis_link *link)
{
    return open_commands(link) && open_updates(link);
}

void redis_link_close(struct redis_link *link)
{
    redis_wire_close(&link->commands);
    redis_wire_close(&link->updates);
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
    struct redis_wire *wire = &link->commands;
    const char *words[CONTENTS_MAX + 1] = {"MGET"};
    size_t sizes[CONTENTS_MAX + 1] = {4};
    redisReply *contents;
    bool going_on = true;

    for (size_t i = 0; i < count; i++) {
        words[i + 1] = names[i]->type == REDIS_REPLY_STRING ? names[i]->str : "";
        sizes[i + 1] = names[i]->type == REDIS_REPLY_STRING ? (size_t)names[i]->len : 0;
    }
    redis_wire_begin(wire);
    if (!redis_wire_append(wire, words, sizes, count + 1) || !redis_wire_flush(wire))
        return false;
    contents = redis_wire_expect(wire, REDIS_REPLY_ARRAY);
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
    struct redis_wire *wire = &link->commands;
    char pattern[sizeof(link->prefix) + 1];
    redisReply *reply;
    bool loaded = false;

    snprintf(pattern, sizeof(pattern), "%s*", link->prefix);
    redis_wire_begin(wire);
    if (!REDIS_WIRE_APPEND(wire, "SCAN", cursor, "MATCH", pattern, "COUNT", SCAN_HINT) ||
        !redis_wire_flush(wire))
        return false;
    reply = redis_wire_expect(wire, REDIS_REPLY_ARRAY);
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

bool redis_link_look(struct redis_link *link, redis_link_take *take, void *context)
{
    char cursor[24] = "0";

    return load_step(link, cursor, take, context);
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

/* Tells the others of an entry that is not there, and puts it there: Redis does both or, when it is
 * killed or the link breaks, nothing, and then all of it is offered again. In this order, because a
 * refusal ends the script: what was told and not put is told once more, but what was put and not
 * told would never be. */
static const char script[] = "if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end "
                             "redis.call('PUBLISH', ARGV[3], ARGV[4]) "
                             "redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) "
                             "return 1";

/* What the script answers. */
enum { SCRIPT_PRESENT = 0, SCRIPT_FIRST = 1 };

static bool append_script(struct redis_link *link, const char *name, const char *content,
                          const char *seconds, const char *message)
{
    return REDIS_WIRE_APPEND(&link->commands, "EVAL", script, "1", name, content, seconds,
                             link->channel, message);
}

static bool append_entry(struct redis_link *link, const struct registry_entry *entry, int64_t now)
{
    char text[REDIS_ENTRY_SIZE];
    char name[NAME_SIZE];
    char seconds[24];
    size_t end = redis_entry_write(entry, text);

    snprintf(name, sizeof(name), "%s%.*s", link->prefix, (int)(end - 1), text);
    snprintf(seconds, sizeof(seconds), "%" PRId64,
             entry->expires_at > now ? entry->expires_at - now : 1);
    return append_script(link, name, text + end, seconds, text);
}

static bool read_script(struct redis_link *link, enum redis_answer *answer)
{
    redisReply *reply = redis_wire_expect(&link->commands, REDIS_REPLY_INTEGER);

    if (!reply)
        return false;
    *answer = reply->integer == SCRIPT_FIRST     ? REDIS_FIRST
              : reply->integer == SCRIPT_PRESENT ? REDIS_PRESENT
                                                 : REDIS_UNKNOWN;
    freeReplyObject(reply);
    return *answer != REDIS_UNKNOWN || fail(link, "an answer of no known form");
}

bool redis_link_offer(struct redis_link *link, const struct registry_entry *entries, size_t count,
                      int64_t now, enum redis_answer *answers)
{
    for (size_t i = 0; i < count; i++)
        answers[i] = REDIS_UNKNOWN;
    redis_wire_begin(&link->commands);
    for (size_t i = 0; i < count; i++) {
        if (!append_entry(link, &entries[i], now))
            return false;
    }
    if (!redis_wire_flush(&link->commands))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!read_script(link, &answers[i]))
            return false;
    }
    return true;
}

/* A name that nobody has, for a key that is no entry. */
static bool name_trial(struct redis_link *link, char name[NAME_SIZE])
{
    uint64_t number;

    if (RAND_bytes((unsigned char *)&number, sizeof(number)) != 1)
        return fail(link, "no random number can be had");
    snprintf(name, NAME_SIZE, "%stry:%016" PRIx64, link->prefix, number);
    return true;
}

bool redis_link_try(struct redis_link *link)
{
    enum redis_answer answer = REDIS_UNKNOWN;
    char name[NAME_SIZE];

    redis_wire_begin(&link->commands);
    if (!name_trial(link, name) || !append_script(link, name, "1", TRIAL_TTL, "try") ||
        !REDIS_WIRE_APPEND(&link->commands, "PING") || !redis_wire_flush(&link->commands) ||
        !read_script(link, &answer) || !redis_wire_expect_done(&link->commands, REDIS_REPLY_STATUS))
        return false;
    return answer == REDIS_FIRST || fail(link, "a new key is said to be there already");
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
        return fail(link, reply->str);
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
    return link->updates.context->fd;
}

/* Takes what has come whole. */
static bool take_updates(struct redis_link *link, redis_link_take *take, void *context)
{
    redisReply *reply;

    while (redis_wire_take(&link->updates, &reply)) {
        bool taken;

        if (!reply)
            return true;
        taken = take_update(link, reply, take, context);
        freeReplyObject(reply);
        if (!taken)
            return false;
    }
    return false;
}

bool redis_link_receive(struct redis_link *link, redis_link_take *take, void *context)
{
    struct pollfd fd = {.fd = redis_link_fd(link), .events = POLLIN};

    if (!take_updates(link, take, context))
        return false;
    if (poll(&fd, 1, 0) <= 0)
        return true;
    return redis_wire_read(&link->updates) && take_updates(link, take, context);
}

bool redis_link_ping(struct redis_link *link)
{
    if (link->pinged)
        return fail(link, "it tells nothing any more");
    redis_wire_begin(&link->updates);
    redis_wire_begin(&link->commands);
    link->pinged = true;
    return REDIS_WIRE_APPEND(&link->updates, "PING") && redis_wire_flush(&link->updates) &&
           REDIS_WIRE_APPEND(&link->commands, "PING") && redis_wire_flush(&link->commands) &&
           redis_wire_expect_done(&link->commands, REDIS_REPLY_STATUS);
}
