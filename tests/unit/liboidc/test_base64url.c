/* base64url: RFC 4648's vectors without padding, every size against OpenSSL, and one spelling only.
 */
#include "tests/support/check.h"

#include <stdlib.h>

#include "liboidc/base64url.h"
#include "tests/support/mint.h"

/* RFC 4648 section 10, and RFC 7515 appendix C. */
static const struct {
    const char *bytes;
    size_t size;
    const char *text;
} vectors[] = {
    {"", 0, ""},
    {"f", 1, "Zg"},
    {"fo", 2, "Zm8"},
    {"foo", 3, "Zm9v"},
    {"foob", 4, "Zm9vYg"},
    {"fooba", 5, "Zm9vYmE"},
    {"foobar", 6, "Zm9vYmFy"},
    {"\x03\xec\xff\xe0\xc1", 5, "A-z_4ME"},
};

static void vectors_go_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        char text[16];
        unsigned char bytes[16];
        size_t count = 99;
        base64url_encode(vectors[i].bytes, vectors[i].size, text);
        assert_string_equal(text, vectors[i].text);
        assert_int_equal(base64url_encoded_size(vectors[i].size), strlen(text));
        assert_true(base64url_decode(text, strlen(text), bytes, &count));
        assert_int_equal(count, vectors[i].size);
        assert_memory_equal(bytes, vectors[i].bytes, count);
    }
}

static void every_size_agrees_with_openssl(void **state)
{
    unsigned char bytes[256];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 167 + 13);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        char *expected = mint_base64url(bytes, size);
        char *text = malloc(base64url_encoded_size(size) + 1);
        assert_non_null(text);
        base64url_encode(bytes, size, text);
        assert_string_equal(text, expected);
        /* Exactly as much room as is asked for: the sanitizer watches its end. */
        unsigned char *back = malloc(base64url_decoded_size(strlen(text)) + (size == 0));
        size_t count = 0;
        assert_non_null(back);
        assert_true(base64url_decode(text, strlen(text), back, &count));
        assert_int_equal(count, size);
        assert_memory_equal(back, bytes, size);
        free(back);
        free(text);
        free(expected);
    }
}

static void anything_else_is_refused(void **state)
{
    static const char *const refused[] = {
        "A",    "Zg==", "Zm9v=",  "Zm9vY", "Zh", /* stray bits */
        "Zm9",                                   /* stray bits */
        "Zm+v", "Zm/v", "Zm9v\n", " Zm9v", "Zm 9", "Zm.v", "Zm9\x80",
        "Zm@v", "Zm[v", "Zm`v",   "Zm{v",  "Zm,v", "Zm:v",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        unsigned char bytes[16];
        size_t count = 99;
        assert_false(base64url_decode(refused[i], strlen(refused[i]), bytes, &count));
        assert_int_equal(count, 0);
    }
    unsigned char byte[3];
    size_t count;
    assert_false(base64url_decode("Zm\0v", 4, byte, &count));
}

static void each_value_has_one_spelling(void **state)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t accepted = 0;

    (void)state;
    for (size_t i = 0; i < 64; i++) {
        for (size_t j = 0; j < 64; j++) {
            const char text[2] = {alphabet[i], alphabet[j]};
            unsigned char byte;
            size_t count;
            accepted += base64url_decode(text, 2, &byte, &count);
        }
    }
    assert_int_equal(accepted, 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_go_both_ways),
        cmocka_unit_test(every_size_agrees_with_openssl),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(each_value_has_one_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
