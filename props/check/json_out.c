/* JSON on its way out. */
#include "json_out.h"

bool json_out_write(json_t *value, FILE *out)
{
    bool written = value != NULL && json_dumpf(value, out, JSON_INDENT(2)) == 0;
    (void)fputc('\n', out);
    json_decref(value);
    return written || ferror(out);
}
