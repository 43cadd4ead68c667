/* One small parser per type of value. They judge; the words are found elsewhere. */
#ifndef PROPS_VALUES_H
#define PROPS_VALUES_H

#include <stdbool.h>
#include <stddef.h>

/** A piece of text, borrowed, not NUL-terminated. */
struct slice {
    const char *at;
    size_t size;
};

struct slice slice_of(const char *text);
bool slice_equals(struct slice slice, const char *text);
/** The same with ASCII capitals and small letters alike. */
bool slice_equals_folded(struct slice slice, const char *text);

/** Whether a word, letter by letter, stands at its start. */
bool slice_begins(struct slice slice, const char *word);

/** Whether a word is part of it. */
bool slice_has(struct slice slice, const char *word);

/** Whether it has an ASCII capital. */
bool slice_has_capitals(struct slice slice);

/** Whether the host of a URL is an IP address: IPv6, or digits and dots alone. */
bool slice_is_address(struct slice host);

/** Without the blanks around it, as Java's String.trim: all up to U+0020 but NUL. */
struct slice value_trim(struct slice value);

/** Whether there is a control character, or something that is no character (see utf16.h). */
bool value_has_control(struct slice value);

/** Java's Boolean.parseBoolean, and whether it was a boolean at all. Takes a trimmed value. */
bool value_boolean(struct slice value, bool *is_true);

/** Takes the next item of a comma-separated list, trimmed; empty items are passed over. @param rest
 * what is left. @param padded set when there were blanks around it (leave NULL). */
bool value_next_item(struct slice *rest, struct slice *item, bool *padded);

/** Letters, digits, `-`, `_`, `.`; 1 to 64 of them; not `.` alone or dots in a row, which would
 * make a key that nobody can read. */
bool value_is_provider_id(struct slice value);

/** RFC 6749, 3.3: printable ASCII but blank, quotation mark and backslash. */
bool value_is_scope(struct slice value);

/** What is wrong with a URL. */
enum value_url_problem {
    URL_OK,
    URL_EMPTY,
    URL_RELATIVE,  /* no scheme */
    URL_SCHEME,    /* neither http nor https */
    URL_CHARACTER, /* a character that a URL cannot have */
    URL_HOST,      /* no host, or none that can be one */
    URL_PORT,      /* not a number from 1 to 65535 */
    URL_USERINFO,  /* name or password in front of the host */
    URL_FRAGMENT,  /* a part after # */
    URL_QUERY,     /* where none may be */
    URL_PATH,      /* where none may be */
    URL_PROBLEMS
};

struct value_url {
    struct slice scheme;
    struct slice host; /* without the brackets of an IPv6 address */
    struct slice port; /* digits, or empty */
    struct slice origin;
    struct slice path;
    struct slice query; /* with its question mark */
    bool https;
    bool loopback; /* 127.0.0.0/8, ::1 or localhost */
};

/** An absolute http or https URL with neither userinfo nor fragment. Takes a trimmed value. */
enum value_url_problem value_url(struct slice value, struct value_url *url);

/** What is wrong with a path. */
enum value_path_problem {
    PATH_OK,
    PATH_EMPTY,
    PATH_NO_SLASH,
    PATH_ROOT,      /* the front page itself */
    PATH_QUERY,     /* ? or # */
    PATH_ESCAPE,    /* % */
    PATH_SEGMENT,   /* an empty segment, `.` or `..` */
    PATH_CHARACTER, /* ; or a character that a path cannot have */
    PATH_PROBLEMS
};

/** A path that every server reads alike. Takes a trimmed value. */
enum value_path_problem value_path(struct slice value);

/** What is wrong with a pattern of user names. */
enum value_pattern_problem {
    PATTERN_OK,
    PATTERN_EMPTY,
    PATTERN_UNBALANCED,
    PATTERN_NO_NAME,  /* [] */
    PATTERN_CONSTANT, /* no claim: the same name for all */
    PATTERN_PROBLEMS
};

/** Text with names of claims in square brackets. Takes a trimmed value. */
enum value_pattern_problem value_pattern(struct slice value);

#endif
