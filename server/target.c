/* Request targets: which path a request is really about. */
#include "target.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <oidc/text.h>

#include "ascii.h"
#include "hex.h"

static bool is_control(int byte)
{
    return (byte >= 0 && byte < 0x20) || byte == 0x7F;
}

/* --- the path that will be resolved -------------------------------------------------------------
 */

/* Where the path begins in an absolute-form target (RFC 9112, 3.2.2); the target itself
 * where it is not of that form. */
static const char *skip_origin(const char *raw)
{
    size_t scheme = 0;
    if (strncasecmp(raw, "http://", 7) == 0)
        scheme = 7;
    else if (strncasecmp(raw, "https://", 8) == 0)
        scheme = 8;
    return scheme ? raw + scheme + strcspn(raw + scheme, "/?") : raw;
}

static bool has_forbidden(const char *raw)
{
    for (; *raw; raw++)
        if (is_control((unsigned char)*raw) || *raw == ' ' || *raw == '#')
            return true;
    return false;
}

/* Writes the byte of an escape as the upstream will read it. */
static size_t decode_escape(const char *escape, int byte, char *out, bool *ambiguous)
{
    if (is_control(byte) || byte == '/' || byte == '\\' || byte == ';')
        *ambiguous = true;
    if (byte == '\0') { /* cannot stand in a C string, and must not end one */
        memcpy(out, escape, 3);
        return 3;
    }
    *out = (char)(byte == '\\' ? '/' : byte);
    return 1;
}

/* Takes parameters out and decodes once. As Tomcat does it: parameters go first, up to the next
 * slash, then escapes are read. `out` has room for as many bytes as came in, and the NUL. */
static void decode_path(const char *path, size_t size, char *out, bool *ambiguous)
{
    for (size_t i = 0; i < size;) {
        const int byte = hex_escaped(path + i, size - i);
        if (byte >= 0) {
            out += decode_escape(path + i, byte, out, ambiguous);
            i += 3;
        } else if (path[i] == ';') {
            *ambiguous = true;
            while (i < size && path[i] != '/')
                i++;
        } else {
            if (path[i] == '%' || path[i] == '\\')
                *ambiguous = true;
            *out++ = (char)(path[i] == '\\' ? '/' : path[i]);
            i++;
        }
    }
    *out = '\0';
}

/* What a second decoding, or one that takes overlong UTF-8, would read otherwise. */
static bool reads_otherwise(const char *decoded)
{
    size_t size = strlen(decoded);
    while (size > 0) {
        uint32_t character;
        if (hex_escaped(decoded, size) >= 0)
            return true;
        const size_t step = oidc_text_next(decoded, size, &character);
        if (character == OIDC_TEXT_REPLACEMENT)
            return true;
        decoded += step;
        size -= step;
    }
    return false;
}

/* Removes the last segment of the path that has been written so far. */
static size_t without_last(const char *path, size_t size)
{
    while (size > 0 && path[--size] != '/')
        ;
    return size;
}

/* Resolves dot segments and doubled slashes in place (RFC 3986, 5.2.4). What is written
 * never overtakes what is read. */
static void resolve(char *path, bool *ambiguous)
{
    size_t written = 0;
    for (const char *read = path; *read == '/';) {
        const char *segment = read + 1;
        const size_t size = strcspn(segment, "/");
        const bool last = segment[size] == '\0';
        const bool up = size == 2 && memcmp(segment, "..", 2) == 0;
        read = segment + size;
        if (size > 0 && !up && !(size == 1 && *segment == '.')) {
            memmove(path + written, segment - 1, size + 1);
            written += size + 1;
            continue;
        }
        if (size > 0 || !last)
            *ambiguous = true;
        if (up)
            written = without_last(path, written);
        if (last)
            path[written++] = '/';
    }
    path[written] = '\0';
}

enum target_result target_parse(const char *raw, struct target *target)
{
    *target = (struct target){0};
    if (strnlen(raw, TARGET_MAX + 1) > TARGET_MAX || has_forbidden(raw))
        return TARGET_BAD;
    const char *path = skip_origin(raw);
    size_t size = strcspn(path, "?");
    if (path[size] == '?') {
        target->query = path + size + 1;
        target->query_size = strlen(target->query);
    }
    if (path != raw && size == 0) { /* an absolute form without a path is about the root */
        path = "/";
        size = 1;
    }
    if (path[0] != '/' && strcmp(path, "*") != 0)
        return TARGET_BAD;

    target->resolved = malloc(size + 1);
    if (!target->resolved)
        return TARGET_MEMORY;
    decode_path(path, size, target->resolved, &target->ambiguous);
    if (reads_otherwise(target->resolved))
        target->ambiguous = true;
    if (target->resolved[0] == '/')
        resolve(target->resolved, &target->ambiguous);
    return TARGET_OK;
}

void target_free(struct target *target)
{
    free(target->resolved);
    *target = (struct target){0};
}

bool target_is(const struct target *target, const char *path)
{
    return !target->ambiguous && strcmp(target->resolved, path) == 0;
}

bool target_is_within(const struct target *target, const char *path)
{
    const size_t size = strlen(path);
    if (strncmp(target->resolved, path, size) != 0)
        return false;
    const char next = target->resolved[size];
    return next == '\0' || next == '/' || (size > 0 && path[size - 1] == '/');
}

/* --- parameters ---------------------------------------------------------------------------------
 */

/* Decodes a stretch of application/x-www-form-urlencoded; false where an escape is malformed or a
 * control character would come out. `out` has room for as many bytes as came in, and the NUL. */
static bool decode_form(const char *text, size_t size, char *out)
{
    for (size_t i = 0; i < size; i++) {
        int byte = text[i] == '+' ? ' ' : (unsigned char)text[i];
        if (text[i] == '%') {
            byte = hex_escaped(text + i, size - i);
            i += 2;
        }
        if (byte <= 0)
            return false;
        *out++ = (char)byte;
    }
    *out = '\0';
    return true;
}

bool target_parameter(const struct target *target, const char *name, char **value)
{
    *value = NULL;
    if (!target->query)
        return true;
    char *decoded = malloc(target->query_size + 1);
    if (!decoded)
        return false;

    const char *found = NULL;
    size_t found_size = 0, times = 0;
    const char *const end = target->query + target->query_size;
    for (const char *at = target->query; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        const size_t size = (size_t)((stop ? stop : end) - at);
        const char *equals = memchr(at, '=', size);
        const size_t name_size = equals ? (size_t)(equals - at) : size;
        if (decode_form(at, name_size, decoded) && strcmp(decoded, name) == 0) {
            found = equals ? equals + 1 : at + size;
            found_size = equals ? size - name_size - 1 : 0;
            times++;
        }
        at += size + 1;
    }
    if (times == 1 && decode_form(found, found_size, decoded))
        *value = decoded;
    else
        free(decoded);
    return true;
}

/* --- where to go afterwards ---------------------------------------------------------------------
 */

/* How often a path may be encoded over itself. Once is usual, twice happens; more is a disguise. */
#define ESCAPE_DEPTH_MAX 3

#define PORT_DIGITS_MAX 5

/* Scheme, host and port (RFC 6454). Borrows from the URL. */
struct origin {
    bool https;
    const char *host;
    size_t host_size;
    unsigned port;
};

/* The port in ":443", or the scheme's own where there is none. */
static bool read_port(const char *text, size_t size, struct origin *origin)
{
    origin->port = origin->https ? 443 : 80;
    if (size == 0)
        return true;
    if (*text != ':' || size < 2 || size > PORT_DIGITS_MAX + 1)
        return false;
    origin->port = 0;
    for (size_t i = 1; i < size; i++) {
        if (!ascii_is_digit(text[i]))
            return false;
        origin->port = origin->port * 10 + (unsigned)(text[i] - '0');
    }
    return true;
}

/* Reads the origin of an http or https URL; *rest is what follows it. User information, escapes and
 * everything else that is not plainly a host name or an address makes it none. */
static bool read_origin(const char *url, struct origin *origin, const char **rest)
{
    if (skip_origin(url) == url)
        return false;
    origin->https = url[4] != ':';
    origin->host = url + (origin->https ? 8 : 7);

    const char *at = origin->host;
    if (*at == '[') {
        at += 1 + strspn(at + 1, ASCII_IPV6);
        if (*at++ != ']')
            return false;
    } else {
        at += strspn(at, ASCII_ALPHANUMERIC ".-_");
    }
    origin->host_size = (size_t)(at - origin->host);
    *rest = at + strcspn(at, "/?#");
    return origin->host_size > 0 && read_port(at, (size_t)(*rest - at), origin);
}

/* What follows the origin, if it is the site's; NULL otherwise. */
static const char *within_site(const char *url, const char *site_url)
{
    struct origin theirs, ours;
    const char *rest, *ignored;
    if (!read_origin(url, &theirs, &rest) || !read_origin(site_url, &ours, &ignored))
        return NULL;
    if (theirs.https != ours.https || theirs.port != ours.port ||
        theirs.host_size != ours.host_size ||
        strncasecmp(theirs.host, ours.host, ours.host_size) != 0)
        return NULL;
    return rest;
}

bool target_is_same_origin(const char *url, const char *other)
{
    return within_site(url, other) != NULL;
}

/* RFC 3986, 3.3: what may stand in a path, query or fragment as it is. */
static bool is_plain(char c)
{
    return ascii_is_alphanumeric(c) || (c && strchr("-._~!$&'()*+,;=:@/", c));
}

/* Spells path, query and fragment in safe characters: the rest is percent-encoded, a '%' that
 * begins no escape as well. `out` has room for three times the bytes and the NUL. */
static void spell(const char *text, char *out)
{
    static const char digits[] = "0123456789ABCDEF";
    bool in_fragment = false;
    for (size_t size = strlen(text); size > 0; text++, size--) {
        const unsigned char byte = (unsigned char)*text;
        const bool opens_fragment = byte == '#' && !in_fragment;
        if (is_plain(*text) || byte == '?' || opens_fragment || hex_escaped(text, size) >= 0) {
            *out++ = *text;
        } else {
            *out++ = '%';
            *out++ = digits[byte >> 4];
            *out++ = digits[byte & 0x0F];
        }
        in_fragment = in_fragment || byte == '#';
    }
    *out = '\0';
}

/* Whether every segment is one: not empty or blank (but for the last), and no dots that lead
 * elsewhere. */
static bool has_sound_segments(const char *path, size_t size)
{
    const char *const end = path + size;
    while (path < end) {
        const char *segment = path + 1;
        const char *stop = memchr(segment, '/', (size_t)(end - segment));
        size_t length = (size_t)((stop ? stop : end) - segment);
        const bool last = !stop;
        if ((length == 1 && segment[0] == '.') ||
            (length == 2 && segment[0] == '.' && segment[1] == '.'))
            return false;
        path = segment + length;
        while (length > 0 && segment[length - 1] == ' ')
            length--;
        if (length == 0 && (!last || path != segment))
            return false;
    }
    return true;
}

/* Whether a path, as it stands, could lead anywhere but along itself. Parameters (';') are refused
 * because one of them is a session of somebody else's choice (";jsessionid="). */
static bool is_sound(const char *path, size_t size)
{
    if (!has_sound_segments(path, size))
        return false;
    for (size_t i = 0; i < size;) {
        uint32_t character;
        const size_t step = oidc_text_next(path + i, size - i, &character);
        if (oidc_text_is_steering(character) || character == OIDC_TEXT_REPLACEMENT ||
            character == '\\' || character == ';')
            return false;
        i += step;
    }
    return true;
}

/* Reads the escapes of a path once, in place. */
static size_t decode_once(char *path, size_t size)
{
    size_t written = 0;
    for (size_t i = 0; i < size;) {
        const int byte = hex_escaped(path + i, size - i);
        path[written++] = (char)(byte >= 0 ? byte : path[i]);
        i += byte >= 0 ? 3 : 1;
    }
    return written;
}

/* Whether a path stays sound however often a reader decodes it. Uses up the scratch copy. */
static bool stays_sound(char *scratch, size_t size)
{
    for (unsigned depth = 0; depth <= ESCAPE_DEPTH_MAX; depth++) {
        if (!is_sound(scratch, size))
            return false;
        const size_t decoded = decode_once(scratch, size);
        if (decoded == size)
            return true;
        size = decoded;
    }
    return false;
}

/* Whether nothing in it can be taken for a blank, a control character or a backslash, or is too
 * long to be a target. */
static bool is_decent(const char *text)
{
    if (strnlen(text, TARGET_MAX + 1) > TARGET_MAX)
        return false;
    for (; *text; text++)
        if (is_control((unsigned char)*text) || *text == ' ' || *text == '\\')
            return false;
    return true;
}

char *target_return_path(const char *rd, const char *site_url)
{
    if (!rd || !is_decent(rd))
        return strdup("/");
    const char *path = rd[0] == '/' ? rd : within_site(rd, site_url);
    if (!path)
        return strdup("/");

    /* One block: the result, and behind it the scratch copy of its path. */
    const size_t room = 3 * strlen(path) + 2;
    char *result = malloc(2 * room);
    if (!result)
        return NULL;
    result[0] = '/';
    spell(path, path[0] == '/' ? result : result + 1);
    const size_t size = strcspn(result, "?#");
    memcpy(result + room, result, size);
    if (!stays_sound(result + room, size)) {
        result[0] = '/';
        result[1] = '\0';
    }
    return result;
}
