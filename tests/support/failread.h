/*
 * Makes reading go wrong on purpose: short reads, interrupted reads, reads that fail half-way.
 *
 * List tests/support/failread.c among the SOURCES of a test and link with $(failread_link)
 * (tests/support/module.mk): the read and fread of everything linked statically go through here.
 */
#ifndef TESTS_SUPPORT_FAILREAD_H
#define TESTS_SUPPORT_FAILREAD_H

#include <stddef.h>

/** From now on no read gives more than this many bytes. */
void failread_short(size_t most);

/** From now on, the n-th read (from 1) fails with this errno, once; EINTR is one to try. */
void failread_fail(size_t n, int error);

/** How many reads there were since the last call of one of the functions above. */
size_t failread_count(void);

/** Reads are as the system does them again. */
void failread_reset(void);

#endif
