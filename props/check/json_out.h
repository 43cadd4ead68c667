/* JSON on its way out. */
#ifndef PROPS_CHECK_JSON_OUT_H
#define PROPS_CHECK_JSON_OUT_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

/** Writes a value with a line feed after it, and gives the value up. @return false when memory is
 * short, and for a NULL value, which says the same. What could not be written shows in ferror(out).
 */
bool json_out_write(json_t *value, FILE *out);

#endif
