/* Claims of a good token, and what is wrong with one. Include after cmocka.h. */
#ifndef TESTS_SUPPORT_CLAIMS_H
#define TESTS_SUPPORT_CLAIMS_H

#include <string.h>
#include <jansson.h>

/** Claims with some replaced, and some left out.
 * @param claims   freed.
 * @param changes  an object; "-" leaves a claim out: {"sub":"-"}.
 * @return for free(). */
static inline char *claims_changed(json_t *claims, const char *changes)
{
    json_t *changed = json_loads(changes, 0, NULL);
    const char *name;
    json_t *value;

    assert_non_null(claims);
    assert_non_null(changed);
    json_object_foreach(changed, name, value)
    {
        if (json_is_string(value) && strcmp(json_string_value(value), "-") == 0)
            assert_int_equal(json_object_del(claims, name), 0);
        else
            assert_int_equal(json_object_set(claims, name, value), 0);
    }
    char *text = json_dumps(claims, JSON_COMPACT);
    assert_non_null(text);
    json_decref(changed);
    json_decref(claims);
    return text;
}

#endif
