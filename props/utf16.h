/*
 * Java's strings in C: UTF-16 code units as bytes.
 *
 * A "Java text" is UTF-8 with two additions that lose nothing of what Java holds: the unit 0 is
 * written C0 80, so that a string still ends at its NUL, and half a surrogate pair is written as
 * the three bytes its number would have (ED A0..BF xx; this form is known as WTF-8). Whole pairs
 * are always one character of four bytes, so code units and Java text stand for each other one to
 * one. utf16_clean turns it into plain UTF-8 for the outside.
 */
#ifndef PROPS_UTF16_H
#define PROPS_UTF16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Writes units into a buffer of the caller's, with three bytes of room for each. */
struct utf16_writer {
    char *text;
    size_t size;
    uint16_t pending; /* first half of a pair, not written yet; 0: none */
};

void utf16_put(struct utf16_writer *writer, uint16_t unit);

/** Writes what is pending, and the terminating NUL (one byte more). */
void utf16_finish(struct utf16_writer *writer);

/**
 * Takes the next character of a Java text.
 *
 * @return the character; half a pair is returned as its number, C0 80 as 0.
 */
uint32_t utf16_next(const char **text);

/** Whether a character is nothing that anybody means: a control character (C0, DEL, C1), or half a
 * pair. */
bool utf16_is_unmeant(uint32_t character);

/** Whether the text is plain UTF-8, with neither NUL nor half pairs in it. For tests alone. */
bool utf16_is_clean(const char *text, size_t size);

/** New string (for free), U+FFFD in the place of every NUL and half pair; NULL: memory. */
char *utf16_clean(const char *text, size_t size);

#endif
