/* Bytes of a form of ours that are read from their beginning: what stands in sealed texts. */
#ifndef LIBOIDC_BYTE_READER_H
#define LIBOIDC_BYTE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What is still to be read. Short of bytes, it turns bad and stays so, and everything is missing
 * from then on: a form is read through and looked at once, at its end. */
struct byte_reader {
    const unsigned char *at; /* borrowed */
    size_t left;
    bool bad;
};

/** The next bytes, borrowed; NULL where there are not as many. */
const unsigned char *byte_reader_take(struct byte_reader *reader, size_t size);

/** A number of that many bytes, eight at most, in network order; 0 where they are missing. */
uint64_t byte_reader_number(struct byte_reader *reader, size_t size);

#endif
