/* Nothing is copied: what is taken points into what is read. See byte_reader.h. */
#include "byte_reader.h"

const unsigned char *byte_reader_take(struct byte_reader *reader, size_t size)
{
    const unsigned char *bytes = reader->at;

    if (reader->bad || size > reader->left) {
        reader->bad = true;
        return NULL;
    }
    reader->at += size;
    reader->left -= size;
    return bytes;
}

uint64_t byte_reader_number(struct byte_reader *reader, size_t size)
{
    const unsigned char *bytes = byte_reader_take(reader, size);
    uint64_t number = 0;

    for (size_t i = 0; bytes && i < size; i++)
        number = number << 8 | bytes[i];
    return number;
}
