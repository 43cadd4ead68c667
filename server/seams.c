/*
 * Seams of a head. libmicrohttpd 0.9.75 joins folded lines, takes LF for CR LF and cuts values at a
 * NUL before anybody is asked, so that a front end may have seen other fields than we do. It reads
 * a head in place, though: it writes NULs over line ends, and moves a text only to join it with its
 * continuation. Where a field lies tells how the one before it ended, and the size of the head how
 * the last one did.
 */
#include <config.h>

#include "seams.h"

#include <stdint.h>
#include <string.h>

#define LINE_END 2 /* CR LF */

bool seams_can_be_told(const char *version)
{
    return strcmp(version, "0.9.75") == 0;
}

/* A blank stood between two words, and a NUL stands there now. As numbers: a version that was not
 * sent is no part of the same array. */
bool seams_join_words(const char *method, const char *target, size_t target_size,
                      const char *version)
{
    return (uintptr_t)target - (uintptr_t)method == strlen(method) + 1 &&
           (uintptr_t)version - (uintptr_t)target == target_size + 1;
}

struct seams seams_behind(const char *version)
{
    return (struct seams){.end = version + strlen(version), .sound = true};
}

void seams_pass(struct seams *seams, const char *name, size_t name_size, const char *value,
                size_t value_size)
{
    /* As numbers: a text that was moved is no part of the same array. */
    if ((uintptr_t)name - (uintptr_t)seams->end != LINE_END)
        seams->sound = false;
    seams->end = value ? value + value_size : name + name_size;
}

bool seams_end_head(const struct seams *seams, const char *method, size_t head_size)
{
    static const char line_ends[2 * LINE_END] = {0};

    return (uintptr_t)seams->end + sizeof(line_ends) - (uintptr_t)method == head_size &&
           memcmp(seams->end, line_ends, sizeof(line_ends)) == 0;
}
