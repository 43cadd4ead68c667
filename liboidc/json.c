/* JSON from outside (RFC 8259), read by jansson at its strictest. */
#include "json.h"

#include <string.h>

const char json_no_memory[] = "cannot be read: out of memory";

/* Whole numbers up to here are exact in every JSON reader (RFC 8259, 6). */
#define WHOLE_MAX (INT64_C(1) << 53)

/* jansson leaves the code of a failed allocation unset in most places. In some it calls the text
 * malformed, and up to 2.14 there is one it does not notice (its issue 362); those we cannot tell.
 */
static const char *reason_for(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_unknown:
    case json_error_out_of_memory:
        return json_no_memory;
    case json_error_invalid_utf8:
        return "is not UTF-8";
    case json_error_duplicate_key:
        return "has a member twice";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "has U+0000 in a text";
    case json_error_stack_overflow:
        return "is nested too deeply";
    case json_error_premature_end_of_input:
        return "ends too early";
    case json_error_end_of_input_expected:
        return "has something behind its end";
    case json_error_numeric_overflow:
        return "has a number that is too large";
    default:
        return "is not JSON";
    }
}

json_t *json_read_object(const void *bytes, size_t size, const char **reason)
{
    /* jansson sets the code, kept behind the text, not on every way out. */
    json_error_t error = {.line = 0};
    /* jansson takes no NULL, and an empty answer may come without a buffer. */
    json_t *value = json_loadb(size > 0 ? bytes : "", size, JSON_REJECT_DUPLICATES, &error);

    if (!value) {
        *reason = reason_for(&error);
    } else if (!json_is_object(value)) {
        *reason = "is not a JSON object";
        json_decref(value);
        value = NULL;
    }
    return value;
}

const char *json_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text && text[0] ? text : NULL;
}

bool json_has(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    return value && !json_is_null(value);
}

/* The range comes first: converting a real that is out of it is undefined. */
static bool real_is_whole(double real)
{
    return real >= -(double)WHOLE_MAX && real <= (double)WHOLE_MAX && (double)(int64_t)real == real;
}

bool json_whole_number(const json_t *object, const char *name, int64_t *value)
{
    const json_t *number = json_object_get(object, name);

    if (json_is_integer(number)) {
        json_int_t whole = json_integer_value(number);
        if (whole < -WHOLE_MAX || whole > WHOLE_MAX)
            return false;
        *value = whole;
        return true;
    }
    if (!json_is_real(number) || !real_is_whole(json_real_value(number)))
        return false;
    *value = (int64_t)json_real_value(number);
    return true;
}

/* Strings of JSON have no NUL in them here: json_read_object refuses U+0000. */
static bool is_text(const json_t *value, const char *text)
{
    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

bool json_text_or_list_has(const json_t *object, const char *name, const char *text)
{
    const json_t *value = json_object_get(object, name);
    bool found = false;

    if (!json_is_array(value))
        return is_text(value, text);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *element = json_array_get(value, i);
        if (!json_is_string(element))
            return false;
        found = found || is_text(element, text);
    }
    return found;
}
