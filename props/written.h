/* An entry as it stands in the file, byte by byte: what Java's reading no longer shows. */
#ifndef PROPS_WRITTEN_H
#define PROPS_WRITTEN_H

#include "build.h"

/** What stands between key and value: '=' or ':', ' ' where there are blanks alone, or '\0' at the
 * end of the line. */
char written_separator(const struct file *file, const struct properties_entry *entry);

/** The bytes of the entry, continuations included. */
struct slice written_bytes(const struct file *file, const struct properties_entry *entry);

/** Where a byte of the entry stands. */
struct place written_place(const struct file *file, const struct properties_entry *entry,
                           size_t offset);

/** Where an item of the entry's list (value_next_item) stands. */
struct place written_item(const struct file *file, const struct properties_entry *entry,
                          struct slice item);

/** The next line that the entry continues on, without the blanks in front of it. @param offset
 * where to go on, from 0. @return false: none. */
bool written_next_line(const struct file *file, const struct properties_entry *entry,
                       size_t *offset, struct slice *line);

#endif
