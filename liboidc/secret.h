/* Secrets: drawn, compared and forgotten in one place. */
#ifndef LIBOIDC_SECRET_H
#define LIBOIDC_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include <oidc/error.h>

/** Fills with random bytes from the system's generator (OpenSSL's private one). */
OIDC_CHECKED oidc_code secret_random(void *bytes, size_t size, oidc_error *error);

/** Compares in a time that depends on the sizes only. Published for its test. */
bool secret_equal(const void *a, size_t a_size, const void *b, size_t b_size);

/** The same for two strings; false when either is NULL. */
bool secret_equal_text(const char *a, const char *b);

/** Cleanses and frees a string; NULL is fine. */
void secret_free_text(char *text);

/** Cleanses and frees size bytes; NULL is fine. */
void secret_free(void *bytes, size_t size);

#endif
