/* The document: entries, their places, keys given twice, errors, limits. */
#include "support.h"

#include "props/properties.h"

static void parse(struct properties *document, const char *text)
{
    assert_int_equal(properties_parse(document, text, strlen(text)), PROPERTIES_OK);
}

static void assert_entry(const struct properties *document, size_t index, const char *key,
                         const char *value)
{
    assert_true(index < document->count);
    assert_string_equal(document->entries[index].key, key);
    assert_string_equal(document->entries[index].value, value);
}

static void assert_place(struct place place, size_t line, size_t column)
{
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

static void test_separators(void **state)
{
    (void)state;
    struct properties document;
    parse(&document, "a=b\nc:d\ne f\ng = : h\n=i\nj\nk\\=l\\:m\\ n\to");
    assert_int_equal(document.count, 7);
    assert_entry(&document, 0, "a", "b");
    assert_entry(&document, 1, "c", "d");
    assert_entry(&document, 2, "e", "f");
    assert_entry(&document, 3, "g", ": h");
    assert_entry(&document, 4, "", "i");
    assert_entry(&document, 5, "j", "");
    assert_entry(&document, 6, "k=l:m n", "o");
    properties_free(&document);
}

static void test_places(void **state)
{
    (void)state;
    struct properties document;
    static const char text[] = "# x\n  key = va\\\n   lue  \nother=\n";
    parse(&document, text);
    assert_entry(&document, 0, "key", "value  ");
    const struct properties_entry *entry = &document.entries[0];
    assert_place(entry->at, 2, 3);
    assert_place(entry->value_at, 2, 9);
    assert_place(entry->tail_at, 3, 7);
    assert_int_equal(entry->raw_size, strlen("key = va\\\n   lue  "));
    assert_memory_equal(text + entry->raw_offset, "key = va\\\n   lue  ", entry->raw_size);
    assert_place(document.entries[1].value_at, 4, 7);
    assert_place(document.entries[1].tail_at, 4, 7);
    properties_free(&document);
}

static void test_last_one_wins(void **state)
{
    (void)state;
    struct properties document;
    parse(&document, "a=1\nb=2\na=3\nA=4\na=5\n");
    assert_int_equal(document.count, 5);
    assert_string_equal(properties_find(&document, "a")->value, "5");
    assert_string_equal(properties_find(&document, "A")->value, "4");
    assert_string_equal(properties_find(&document, "b")->value, "2");
    assert_null(properties_find(&document, "c"));
    assert_null(properties_find(&document, ""));
    assert_int_equal(document.entries[0].overridden_by, 2);
    assert_int_equal(document.entries[2].overridden_by, 4);
    assert_int_equal(document.entries[4].overridden_by, PROPERTIES_NONE);
    assert_int_equal(document.entries[1].overridden_by, PROPERTIES_NONE);
    properties_free(&document);
}

static void test_errors_have_places(void **state)
{
    (void)state;
    struct properties document;
    parse(&document, "a=1\n b = x\\u12\nc=2\n\\uzzzz=\\u\nd=\\\n  y\\u00");
    assert_int_equal(document.count, 2);
    assert_entry(&document, 1, "c", "2");
    assert_int_equal(document.error_count, 3);
    assert_place(document.errors[0].at, 2, 7);
    assert_int_equal(document.errors[0].entries_before, 1);
    assert_place(document.errors[1].at, 4, 1);
    assert_int_equal(document.errors[1].entries_before, 2);
    assert_place(document.errors[2].at, 6, 4);
    properties_free(&document);
}

static void test_limits(void **state)
{
    (void)state;
    struct properties document;
    size_t count = PROPERTIES_MAX_ENTRIES;
    char *text = malloc(2 * (count + 1));
    assert_non_null(text);
    for (size_t i = 0; i <= count; i++)
        memcpy(text + 2 * i, "a\n", 2);
    assert_int_equal(properties_parse(&document, text, 2 * count), PROPERTIES_OK);
    assert_int_equal(document.count, count);
    properties_free(&document);
    assert_int_equal(properties_parse(&document, text, 2 * (count + 1)), PROPERTIES_E_ENTRIES);
    properties_free(&document);
    free(text);
    /* The size is looked at before a single byte is. */
    assert_int_equal(properties_parse(&document, "", PROPERTIES_MAX_BYTES + 1), PROPERTIES_E_BYTES);
    properties_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_separators),    cmocka_unit_test(test_places),
        cmocka_unit_test(test_last_one_wins), cmocka_unit_test(test_errors_have_places),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
