/*
 * Text from outside, one character at a time: names of people and details of errors go to logs and
 * pages, where some characters would do something instead of being shown.
 *
 * From any thread.
 */
#ifndef OIDC_TEXT_H
#define OIDC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <oidc/export.h>

/** U+FFFD: stands for bytes that are no character. */
#define OIDC_TEXT_REPLACEMENT 0xFFFDu

/**
 * Reads the character at the start of bytes that should be UTF-8 (RFC 3629), whatever they are.
 *
 * @param size  at least 1.
 * @return how many bytes it takes, at least 1. *character is OIDC_TEXT_REPLACEMENT, and the answer
 *         1, when the bytes are malformed, overlong, a surrogate or cut short.
 */
OIDC_API size_t oidc_text_next(const char *bytes, size_t size, uint32_t *character);

/** Whether a character steers how text is shown rather than being shown: C0, DEL, C1, line and
 * paragraph separators, marks that reorder text, tags that nobody sees. Such a character forges
 * lines in a log and names on a page. */
OIDC_API bool oidc_text_is_steering(uint32_t character);

#endif
