/*
 * What a return path must be, whatever it was made from: judged as a browser would, and without a
 * line of the code that makes it.
 */
#ifndef TESTS_UNIT_SERVER_RETURN_PATH_ORACLE_H
#define TESTS_UNIT_SERVER_RETURN_PATH_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Undoes one percent-encoding, in place. */
static inline size_t oracle_decode(char *text, size_t size)
{
    size_t out = 0;
    for (size_t in = 0; in < size; in++) {
        char digits[3] = {0};
        char *end = digits;
        if (text[in] == '%' && in + 2 < size) {
            memcpy(digits, text + in + 1, 2);
            const unsigned long byte = strtoul(digits, &end, 16);
            if (end == digits + 2 && digits[0] != '+' && digits[0] != '-' && digits[0] != ' ') {
                text[out++] = (char)byte;
                in += 2;
                continue;
            }
        }
        text[out++] = text[in];
    }
    return out;
}

/* The start of a path as a browser sees it (WHATWG URL): tabs and line ends vanish, blanks and
 * control characters in front as well, and a backslash is a slash. */
static inline bool oracle_leaves_site(const char *path, size_t size)
{
    char seen[2] = {0};
    size_t count = 0;
    for (size_t i = 0; i < size && count < 2; i++) {
        if ((unsigned char)path[i] <= ' ' && (count == 0 || strchr("\t\r\n", path[i])))
            continue;
        seen[count++] = path[i] == '\\' ? '/' : path[i];
    }
    return count == 0 || seen[0] != '/' || seen[1] == '/';
}

/* NULL when the path is safe; otherwise what is wrong with it. */
static inline const char *oracle_objection(const char *path)
{
    if (path[0] != '/' || path[1] == '/' || path[1] == '\\')
        return "does not begin with one slash";
    for (const char *at = path; *at; at++)
        if (*at <= ' ' || *at > '~' || strchr("\"<>\\^`{|}[]", *at))
            return "has a character that must be encoded";
    size_t size = strcspn(path, "?#");
    char *copy = malloc(size + 1);
    if (!copy)
        return "(no memory)";
    memcpy(copy, path, size);
    copy[size] = '\0';
    const char *objection = NULL;
    for (int depth = 0; depth < 12 && !objection; depth++) {
        if (oracle_leaves_site(copy, size))
            objection = "leaves the site";
        for (size_t i = 0; i < size && !objection; i++)
            if ((unsigned char)copy[i] < ' ' || copy[i] == 0x7F || copy[i] == '\\')
                objection = "hides a control character or a backslash";
        size = oracle_decode(copy, size);
    }
    free(copy);
    return objection;
}

#endif
