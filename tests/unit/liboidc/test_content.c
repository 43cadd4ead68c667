/* Content encryption: the vectors of RFC 7518 and of the GCM specification, and sizes that are
 * exact. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "liboidc/content.h"

#define KERCKHOFFS                                                                                 \
    "A cipher system must not be required to be secret, and it must be able to fall into the "     \
    "hands of the enemy without inconvenience"
#define SECOND_PRINCIPLE "The second principle of Auguste Kerckhoffs"

/* Enough for any vector. */
#define BYTES_MAX 256

struct bytes {
    unsigned char bytes[BYTES_MAX];
    size_t size;
};

static struct bytes from_hex(const char *hex)
{
    struct bytes bytes = {.size = strlen(hex) / 2};

    assert_true(bytes.size <= BYTES_MAX);
    for (size_t i = 0; i < bytes.size; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes.bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    return bytes;
}

static struct bytes from_text(const char *text)
{
    struct bytes bytes = {.size = strlen(text)};

    memcpy(bytes.bytes, text, bytes.size);
    return bytes;
}

struct vector {
    const char *enc, *iv, *ciphertext, *tag;
    bool of_the_rfc;
};

/* RFC 7518, B.1 to B.3: the key is 00 01 02 …. */
static const struct vector vectors[] = {
    {"A128CBC-HS256", "1af38c2dc2b96ffdd86694092341bc04",
     "c80edfa32ddf39d5ef00c0b468834279a2e46a1b8049f792f76bfe54b903a9c9a94ac9b47ad2655c5f10f9aef714"
     "27e2fc6f9b3f399a221489f16362c703233609d45ac69864e3321cf82935ac4096c86e133314c54019e8ca7980df"
     "a4b9cf1b384c486f3a54c51078158ee5d79de59fbd34d848b3d69550a67646344427ade54b8851ffb598f7f80074"
     "b9473c82e2db",
     "652c3fa36b0a7c5b3219fab3a30bc1c4", true},
    {"A192CBC-HS384", "1af38c2dc2b96ffdd86694092341bc04",
     "ea65da6b59e61edb419be62d19712ae5d303eeb50052d0dfd6697f77224c8edb000d279bdc14c1072654bd309442"
     "30c657bed4ca0c9f4a8466f22b226d1746214bf8cfc2400add9f5126e479663fc90b3bed787a2f0ffcbf3904be2a"
     "641d5c2105bfe591bae23b1d7449e532eef60a9ac8bb6c6b01d35d49787bcd57ef484927f280adc91ac0c4e79c7b"
     "11efc60054e3",
     "8490ac0e58949bfe51875d733f93ac2075168039ccc733d7", true},
    {"A256CBC-HS512", "1af38c2dc2b96ffdd86694092341bc04",
     "4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd822c301dd67c373bccb584ad3e92"
     "79c2e6d12a1374b77f077553df829410446b36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28"
     "c73f09b3a3b75e662a2594410ae496b2e2e6609e31e6e02cc837f053d21f37ff4f51950bbe2638d09dd7a4930930"
     "806d0703b1f6",
     "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5", true},
    /* The GCM specification's test cases 2, 8 and 14: all is zero. */
    {"A128GCM", "000000000000000000000000", "0388dace60b6a392f328c2b971b2fe78",
     "ab6e47d42cec13bdf53a67b21257bddf", false},
    {"A192GCM", "000000000000000000000000", "98e7247c07f0fe411c267e4384b0f600",
     "2ff58d80033927ab8ef4d4587514f0fb", false},
    {"A256GCM", "000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18",
     "d0d1c8a799996bf0265b98b5d48ab919", false},
};

/* A vector laid out, so that a test can change it. */
struct laid_out {
    const struct content_encryption *encryption;
    struct bytes key, aad, iv, ciphertext, tag, plain;
};

static struct laid_out lay_out(const struct vector *vector)
{
    struct laid_out out = {
        .encryption = content_encryption_named(vector->enc),
        .aad = from_text(vector->of_the_rfc ? SECOND_PRINCIPLE : ""),
        .iv = from_hex(vector->iv),
        .ciphertext = from_hex(vector->ciphertext),
        .tag = from_hex(vector->tag),
    };

    assert_non_null(out.encryption);
    out.plain = vector->of_the_rfc ? from_text(KERCKHOFFS) : (struct bytes){.size = 16};
    out.key.size = out.encryption->key_size;
    for (size_t i = 0; vector->of_the_rfc && i < out.key.size; i++)
        out.key.bytes[i] = (unsigned char)i;
    return out;
}

/* Each part in memory of exactly its size, so that reading beyond is noticed. */
static unsigned char *exactly(const struct bytes *bytes)
{
    unsigned char *copy = malloc(bytes->size > 0 ? bytes->size : 1);

    assert_non_null(copy);
    memcpy(copy, bytes->bytes, bytes->size);
    return copy;
}

static enum content_verdict run(const struct laid_out *given, struct bytes *plain)
{
    unsigned char *key = exactly(&given->key), *aad = exactly(&given->aad);
    unsigned char *iv = exactly(&given->iv), *ciphertext = exactly(&given->ciphertext);
    unsigned char *tag = exactly(&given->tag);
    const struct content content = {{aad, given->aad.size},
                                    {iv, given->iv.size},
                                    {ciphertext, given->ciphertext.size},
                                    {tag, given->tag.size}};
    enum content_verdict verdict =
        content_decrypt(given->encryption, key, &content, plain->bytes, &plain->size);

    free(tag);
    free(ciphertext);
    free(iv);
    free(aad);
    free(key);
    return verdict;
}

static void the_vectors_are_decrypted(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct laid_out given = lay_out(&vectors[i]);
        struct bytes plain = {.size = 0};
        if (run(&given, &plain) != CONTENT_OPENED)
            fail_msg("%s is not opened", vectors[i].enc);
        assert_int_equal(plain.size, given.plain.size);
        assert_memory_equal(plain.bytes, given.plain.bytes, plain.size);
    }
}

static void foreign(const struct laid_out *given, const char *enc, const char *what)
{
    struct bytes plain = {.size = 1};

    if (run(given, &plain) != CONTENT_FOREIGN)
        fail_msg("%s: opened in spite of its %s", enc, what);
    assert_int_equal(plain.size, 0);
}

/* CVE-2023-37464 and its like: a tag that is cut short is right for whoever guesses what is left.
 */
static void every_size_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct laid_out given = lay_out(&vectors[i]);
        size_t tag_size = given.tag.size, iv_size = given.iv.size;
        for (size_t size = 0; size <= tag_size + 16; size++) {
            given.tag.size = size;
            if (size != tag_size)
                foreign(&given, vectors[i].enc, "tag's size");
        }
        given.tag.size = tag_size;
        for (size_t size = 0; size <= iv_size + 8; size++) {
            given.iv.size = size;
            if (size != iv_size)
                foreign(&given, vectors[i].enc, "IV's size");
        }
        given.iv.size = iv_size;
        for (size_t size = given.ciphertext.size; size-- > 0;) {
            given.ciphertext.size = size;
            foreign(&given, vectors[i].enc, "ciphertext's size");
        }
    }
}

static void every_bit_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct laid_out given = lay_out(&vectors[i]);
        struct bytes *const parts[] = {&given.key, &given.aad, &given.iv, &given.ciphertext,
                                       &given.tag};
        for (size_t j = 0; j < COUNT(parts); j++) {
            size_t size = parts[j]->size;
            /* Beside an HMAC, the other half of the key spoils the text and no more. */
            if (parts[j] == &given.key && given.encryption->hash)
                size /= 2;
            for (size_t bit = 0; bit < 8 * size; bit++) {
                parts[j]->bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
                foreign(&given, vectors[i].enc, "turned bit");
                parts[j]->bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
            }
        }
        given.aad.size++;
        foreign(&given, vectors[i].enc, "longer AAD");
    }
}

static void other_names_are_no_algorithms(void **state)
{
    static const char *const names[] = {
        "", "none", "A128CBC", "a128gcm", "A128GCM ", "A128CBC-HS512", "XC20P", "C20P",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        assert_null(content_encryption_named(names[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_are_decrypted),
        cmocka_unit_test(every_size_is_exact),
        cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(other_names_are_no_algorithms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
