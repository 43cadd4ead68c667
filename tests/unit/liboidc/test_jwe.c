/* Encrypted tokens: every algorithm decrypts, and nothing tells one failure from another. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "liboidc/base64url.h"
#include "liboidc/jwe.h"
#include "tests/support/mint.h"

#define INSIDE "a.b.c"

static const char *const algs[] = {"RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"};
static const char *const encs[] = {"A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512",
                                   "A128GCM",       "A192GCM",       "A256GCM"};

static const struct jwe_codes codes = {
    .malformed = OIDC_E_ID_TOKEN_MALFORMED,
    .plain = OIDC_E_ID_TOKEN_NOT_ENCRYPTED,
    .algorithm = OIDC_E_ID_TOKEN_ALGORITHM,
    .decryption = OIDC_E_ID_TOKEN_DECRYPTION,
};

/* Ours are the first three, of which the second has another size. */
static struct mint_key *minted[4];
static oidc_decryption_keys *keys;

/* The first count of these texts with a word between them. For free(). */
static char *joined(const char *const texts[], size_t count, const char *between)
{
    size_t size = 1;

    for (size_t i = 0; i < count; i++)
        size += strlen(texts[i]) + strlen(between);
    char *text = malloc(size), *end = text;
    assert_non_null(text);
    *text = '\0';
    for (size_t i = 0; i < count; i++)
        end += snprintf(end, size - (size_t)(end - text), "%s%s", i > 0 ? between : "", texts[i]);
    return text;
}

static oidc_decryption_keys *keys_of(const char *pem)
{
    oidc_decryption_keys *read = NULL;

    assert_int_equal(oidc_decryption_keys_parse(pem, strlen(pem), &read, NULL), OIDC_OK);
    return read;
}

static int mint_all(void **state)
{
    char *pems[3];

    (void)state;
    for (size_t i = 0; i < COUNT(minted); i++)
        minted[i] = mint_rsa(i == 1 ? 3072 : 2048, NULL);
    for (size_t i = 0; i < COUNT(pems); i++)
        pems[i] = mint_pem(minted[i], 0);
    char *file = joined((const char *const *)pems, COUNT(pems), "");
    keys = keys_of(file);
    for (size_t i = 0; i < COUNT(pems); i++)
        free(pems[i]);
    free(file);
    return 0;
}

static int free_all(void **state)
{
    (void)state;
    oidc_decryption_keys_unref(&keys);
    for (size_t i = 0; i < COUNT(minted); i++)
        mint_free(minted[i]);
    return 0;
}

/* Takes over token. */
static void opened_by(const oidc_decryption_keys *with, char *token, const char *alg,
                      const char *inside)
{
    char *text = NULL;
    oidc_error error = {.detail = ""};

    if (jwe_decrypt(token, alg, with, &codes, &text, &error) != OIDC_OK)
        fail_msg("%s is not opened: %s", token, error.detail);
    assert_string_equal(text, inside);
    free(text);
    free(token);
}

/* Takes over token. @param why part of the detail. */
static void refused(char *token, const char *alg, oidc_code code, const char *why)
{
    char *text = (char *)&text;
    oidc_error error = {.detail = ""};
    oidc_code got = jwe_decrypt(token, alg, keys, &codes, &text, &error);

    if (got != code)
        fail_msg("%s gave %s (%s), not %s", token, oidc_code_name(got), error.detail,
                 oidc_code_name(code));
    assert_null(text);
    if (!strstr(error.detail, why))
        fail_msg("\"%s\" does not say \"%s\"", error.detail, why);
    free(token);
}

/* The one way to fail behind the header: the same code, the same words. */
static void not_decrypted(char *token, const char *alg)
{
    refused(token, alg, OIDC_E_ID_TOKEN_DECRYPTION,
            "the token cannot be decrypted: it is for another key, or was changed");
}

static void every_algorithm_decrypts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(algs); i++)
        for (size_t j = 0; j < COUNT(encs); j++) {
            assert_true(jwe_takes(algs[i]));
            opened_by(keys, mint_encrypted(minted[0], algs[i], encs[j], INSIDE), algs[i], INSIDE);
            opened_by(keys, mint_encrypted(minted[0], algs[i], encs[j], ""), algs[i], "");
        }
}

static void the_vector_of_the_rfc_decrypts(void **state)
{
    static const char token[] =
        "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ."
        "OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGeipsEdY3mx_etLbbWSrFr05kL"
        "zcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da14B8S4rzVRltdYwam_lDp5Xn"
        "ZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0je81860ppam"
        "avo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg."
        "48V1_ALb6US04U3b."
        "5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A."
        "XFBoMYUZodetZdvTiFvSkQ";
    oidc_decryption_keys *theirs = keys_of(mint_rfc7516_key);

    (void)state;
    opened_by(theirs, strdup(token), "RSA-OAEP",
              "The true sign of intelligence is not knowledge but imagination.");
    oidc_decryption_keys_unref(&theirs);
}

/* --- which key ----------------------------------------------------------------------------------
 */

static char *for_key(size_t index, const char *kid)
{
    char header[256];

    (void)snprintf(header, sizeof header,
                   "{\"alg\":\"RSA-OAEP\",\"enc\":\"A128GCM\",\"cty\":\"JWT\"%s%s%s}",
                   kid ? ",\"kid\":\"" : "", kid ? kid : "", kid ? "\"" : "");
    return mint_encrypted_with(minted[index], "RSA-OAEP", "A128GCM", header, INSIDE,
                               strlen(INSIDE));
}

static void all_keys_decrypt_whoever_names_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        opened_by(keys, for_key(i, NULL), "RSA-OAEP", INSIDE);
        opened_by(keys, for_key(i, keys->keys[i].kid), "RSA-OAEP", INSIDE);
        opened_by(keys, for_key(i, "a name of its own"), "RSA-OAEP", INSIDE);
        opened_by(keys, for_key(i, ""), "RSA-OAEP", INSIDE);
    }
}

static void the_named_key_alone_is_tried(void **state)
{
    (void)state;
    not_decrypted(for_key(0, keys->keys[1].kid), "RSA-OAEP");
    not_decrypted(for_key(0, keys->keys[2].kid), "RSA-OAEP");
}

static void another_key_does_not_decrypt(void **state)
{
    (void)state;
    not_decrypted(for_key(3, NULL), "RSA-OAEP");
    not_decrypted(for_key(3, keys->keys[0].kid), "RSA-OAEP");
}

static void without_keys_nothing_is_decrypted(void **state)
{
    char *token = for_key(0, NULL), *text = (char *)&text;

    (void)state;
    assert_int_equal(jwe_decrypt(token, "RSA-OAEP", NULL, &codes, &text, NULL), OIDC_E_KEY_FILE);
    assert_null(text);
    free(token);
}

/* --- header -------------------------------------------------------------------------------------
 */

#define HEAD "\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\""

static char *with_header(const char *header)
{
    return mint_encrypted_with(minted[0], "RSA-OAEP", "A256GCM", header, INSIDE, strlen(INSIDE));
}

static void the_algorithm_is_the_one_agreed_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(algs); i++)
        for (size_t j = 0; j < COUNT(algs); j++)
            if (i != j)
                refused(mint_encrypted(minted[0], algs[i], "A128GCM", INSIDE), algs[j],
                        OIDC_E_ID_TOKEN_ALGORITHM, algs[j]);
    refused(mint_encrypted(minted[0], "RSA1_5", "A128GCM", INSIDE), "RSA-OAEP",
            OIDC_E_ID_TOKEN_ALGORITHM, "RSA1_5");
}

/* A header that says one thing of a key that was encrypted in another way. */
static void a_header_that_lies_opens_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(algs); i++)
        for (size_t j = 0; j < COUNT(encs); j++) {
            char header[128];
            (void)snprintf(header, sizeof header, "{\"alg\":\"RSA-OAEP\",\"enc\":\"%s\"}", encs[j]);
            if (i > 0)
                not_decrypted(mint_encrypted_with(minted[0], algs[i], encs[j], header, INSIDE, 5),
                              "RSA-OAEP");
            not_decrypted(mint_encrypted_with(minted[0], "RSA1_5", encs[j], header, INSIDE, 5),
                          "RSA-OAEP");
            for (size_t k = 0; k < COUNT(encs); k++) /* keys of another size among them */
                if (k != j)
                    not_decrypted(
                        mint_encrypted_with(minted[0], "RSA-OAEP", encs[k], header, INSIDE, 5),
                        "RSA-OAEP");
        }
}

static void rsa1_5_and_unknown_names_are_never_taken(void **state)
{
    static const char *const names[] = {
        "RSA1_5", "rsa-oaep", "RSA-OAEP256", "dir", "A128KW", "ECDH-ES", "none", "", "RSA-OAEP "};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        char header[128];
        assert_false(jwe_takes(names[i]));
        (void)snprintf(header, sizeof header, "{\"alg\":\"%s\",\"enc\":\"A256GCM\"}", names[i]);
        refused(with_header(header), names[i], *names[i] ? OIDC_E_USAGE : OIDC_E_ID_TOKEN_ALGORITHM,
                "");
    }
}

static void a_header_must_say_what_is_needed(void **state)
{
    static const struct {
        const char *header;
        oidc_code code;
        const char *why;
    } cases[] = {
        {"{\"enc\":\"A256GCM\"}", OIDC_E_ID_TOKEN_ALGORITHM, "instead of RSA-OAEP"},
        {"{\"alg\":\"RSA-OAEP\"}", OIDC_E_ID_TOKEN_ALGORITHM, "never accepted"},
        {"{\"alg\":\"RSA-OAEP\",\"enc\":\"none\"}", OIDC_E_ID_TOKEN_ALGORITHM, "\"none\""},
        {"{\"alg\":\"RSA-OAEP\",\"enc\":\"A128CBC\"}", OIDC_E_ID_TOKEN_ALGORITHM, "A128CBC"},
        {"{\"alg\":[\"RSA-OAEP\"],\"enc\":\"A256GCM\"}", OIDC_E_ID_TOKEN_MALFORMED, "\"alg\""},
        {"{\"alg\":\"RSA-OAEP\",\"enc\":7}", OIDC_E_ID_TOKEN_MALFORMED, "\"enc\""},
        {"{" HEAD ",\"kid\":7}", OIDC_E_ID_TOKEN_MALFORMED, "\"kid\""},
        {"{" HEAD ",\"cty\":7}", OIDC_E_ID_TOKEN_MALFORMED, "\"cty\""},
        {"{" HEAD ",\"typ\":null}", OIDC_E_ID_TOKEN_MALFORMED, "\"typ\""},
        {"{" HEAD ",\"cty\":\"text/plain\"}", OIDC_E_ID_TOKEN_MALFORMED, "text/plain"},
        {"{" HEAD ",\"zip\":\"DEF\"}", OIDC_E_ID_TOKEN_MALFORMED, "\"zip\""},
        {"{" HEAD ",\"zip\":null}", OIDC_E_ID_TOKEN_MALFORMED, "\"zip\""},
        {"{" HEAD ",\"crit\":[\"exp\"]}", OIDC_E_ID_TOKEN_MALFORMED, "\"crit\""},
        {"{" HEAD ",\"crit\":[]}", OIDC_E_ID_TOKEN_MALFORMED, "\"crit\""},
        {"{" HEAD ",\"b64\":true}", OIDC_E_ID_TOKEN_MALFORMED, "\"b64\""},
        {"{" HEAD ",\"p2c\":2000000000}", OIDC_E_ID_TOKEN_MALFORMED, "\"p2c\""},
        {"{" HEAD ",\"p2s\":\"AA\"}", OIDC_E_ID_TOKEN_MALFORMED, "\"p2s\""},
        {"{" HEAD ",\"epk\":{}}", OIDC_E_ID_TOKEN_MALFORMED, "\"epk\""},
        {"{" HEAD ",\"apu\":\"AA\"}", OIDC_E_ID_TOKEN_MALFORMED, "\"apu\""},
        {"{" HEAD ",\"apv\":\"AA\"}", OIDC_E_ID_TOKEN_MALFORMED, "\"apv\""},
        {"{" HEAD ",\"iv\":\"AA\"}", OIDC_E_ID_TOKEN_MALFORMED, "\"iv\""},
        {"{" HEAD ",\"tag\":\"AA\"}", OIDC_E_ID_TOKEN_MALFORMED, "\"tag\""},
        {"{" HEAD ",\"alg\":\"RSA-OAEP\"}", OIDC_E_ID_TOKEN_MALFORMED, "header"},
        {"[]", OIDC_E_ID_TOKEN_MALFORMED, "header"},
        {"", OIDC_E_ID_TOKEN_MALFORMED, "header"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        refused(with_header(cases[i].header), "RSA-OAEP", cases[i].code, cases[i].why);
}

static void what_does_not_matter_is_passed_over(void **state)
{
    static const char *const headers[] = {
        "{" HEAD "}",
        "{" HEAD ",\"cty\":\"JWT\",\"typ\":\"JWT\"}",
        "{" HEAD ",\"cty\":\"jwt\"}",
        "{" HEAD ",\"cty\":\"application/jwt\"}",
        "{" HEAD ",\"jku\":\"https://evil.example\",\"jwk\":{},\"x5u\":7,\"x5c\":[]}",
        "{" HEAD ",\"iss\":\"somebody\",\"unknown\":[1,2]}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(headers); i++)
        opened_by(keys, with_header(headers[i]), "RSA-OAEP", INSIDE);
}

/* --- the parts ----------------------------------------------------------------------------------
 */

#define PARTS 5

struct parts {
    char *text[PARTS];
};

/* Takes over token. */
static struct parts split(char *token)
{
    struct parts parts;
    char *rest = token;

    for (size_t i = 0; i < PARTS; i++) {
        parts.text[i] = strdup(strsep(&rest, "."));
        assert_non_null(parts.text[i]);
    }
    assert_null(rest);
    free(token);
    return parts;
}

/* The token with one part replaced; NULL for none. */
static char *join(const struct parts *parts, size_t index, const char *replacement)
{
    const char *text[PARTS];

    for (size_t i = 0; i < PARTS; i++)
        text[i] = replacement && i == index ? replacement : parts->text[i];
    return joined(text, PARTS, ".");
}

static void free_parts(struct parts *parts)
{
    for (size_t i = 0; i < PARTS; i++)
        free(parts->text[i]);
}

/* A part with its bytes changed. */
static char *with_bytes(const struct parts *parts, size_t index, const void *bytes, size_t size)
{
    char *part = mint_base64url(bytes, size);
    char *token = join(parts, index, part);

    free(part);
    return token;
}

/* Each bit is an operation with the private key. Of the encrypted key some bits do; under valgrind
 * (FAILALLOC_SKIP), where an operation takes a second, some do everywhere: test_content.c has all.
 */
static size_t stride(size_t part)
{
    if (part == 1)
        return 97;
    return getenv("FAILALLOC_SKIP") ? 11 : 1;
}

static void every_bit_behind_the_header_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(encs); i++) {
        struct parts parts = split(mint_encrypted(minted[0], "RSA-OAEP", encs[i], INSIDE));
        for (size_t part = 1; part < PARTS; part++) {
            unsigned char bytes[1024];
            size_t size = 0;
            assert_true(base64url_decode(parts.text[part], strlen(parts.text[part]), bytes, &size));
            for (size_t bit = 0; bit < 8 * size; bit += stride(part)) {
                bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
                not_decrypted(with_bytes(&parts, part, bytes, size), "RSA-OAEP");
                bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
            }
        }
        opened_by(keys, join(&parts, 0, NULL), "RSA-OAEP", INSIDE);
        free_parts(&parts);
    }
}

/* The header is authenticated as it is written: the same in other words is another. */
static void the_header_counts_to_the_byte(void **state)
{
    struct parts parts = split(with_header("{" HEAD "}"));
    const char *spellings[] = {"{ " HEAD "}", "{" HEAD ",\"x\":1}",
                               "{\"enc\":\"A256GCM\",\"alg\":\"RSA-OAEP\"}"};

    (void)state;
    for (size_t i = 0; i < COUNT(spellings); i++)
        not_decrypted(with_bytes(&parts, 0, spellings[i], strlen(spellings[i])), "RSA-OAEP");
    free_parts(&parts);
}

/* CVE-2023-37464: a tag of GCM that is cut short. And every other part, cut or drawn out. */
static void every_size_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(encs); i++) {
        struct parts parts = split(mint_encrypted(minted[0], "RSA-OAEP", encs[i], INSIDE));
        for (size_t part = 1; part < PARTS; part++) {
            unsigned char bytes[1024] = {0};
            size_t whole = 0;
            assert_true(
                base64url_decode(parts.text[part], strlen(parts.text[part]), bytes, &whole));
            const size_t sizes[] = {0, 1, 4, 8, 12, 15, 17, whole - 1, whole + 1, whole + 16};
            for (size_t j = 0; j < COUNT(sizes); j++)
                if (sizes[j] != whole)
                    not_decrypted(with_bytes(&parts, part, bytes, sizes[j]), "RSA-OAEP");
        }
        free_parts(&parts);
    }
}

static void what_is_no_base64url_is_not_decrypted(void **state)
{
    struct parts parts = split(for_key(0, NULL));
    static const char *const texts[] = {"*", "A", "AA==", " ", "AB"};

    (void)state;
    for (size_t part = 1; part < PARTS; part++)
        for (size_t i = 0; i < COUNT(texts); i++)
            not_decrypted(join(&parts, part, texts[i]), "RSA-OAEP");
    for (size_t i = 0; i < COUNT(texts); i++)
        refused(join(&parts, 0, texts[i]), "RSA-OAEP", OIDC_E_ID_TOKEN_MALFORMED, "header");
    free_parts(&parts);
}

static void a_token_has_five_parts(void **state)
{
    char *good = for_key(0, NULL);
    char *large = malloc(JWE_TOKEN_MAX + 2);

    (void)state;
    refused(strdup("a.b.c"), "RSA-OAEP", OIDC_E_ID_TOKEN_NOT_ENCRYPTED, "not encrypted");
    refused(strdup(""), "RSA-OAEP", OIDC_E_ID_TOKEN_MALFORMED, "1 parts");
    refused(strdup("a.b"), "RSA-OAEP", OIDC_E_ID_TOKEN_MALFORMED, "2 parts");
    refused(strdup("...."), "RSA-OAEP", OIDC_E_ID_TOKEN_MALFORMED, "header");
    refused(strdup("....."), "RSA-OAEP", OIDC_E_ID_TOKEN_MALFORMED, "6 parts");
    refused(joined((const char *const[]){good, ""}, 2, "."), "RSA-OAEP", OIDC_E_ID_TOKEN_MALFORMED,
            "6 parts");
    *strrchr(good, '.') = '\0';
    refused(good, "RSA-OAEP", OIDC_E_ID_TOKEN_MALFORMED, "4 parts");
    assert_non_null(large);
    memset(large, 'A', JWE_TOKEN_MAX + 1);
    large[JWE_TOKEN_MAX + 1] = '\0';
    refused(large, "RSA-OAEP", OIDC_E_ID_TOKEN_MALFORMED, "longer");
}

static void the_largest_token_is_decrypted(void **state)
{
    size_t size = 128 * (size_t)1024;
    char *text = malloc(size + 1);

    (void)state;
    assert_non_null(text);
    memset(text, 'x', size);
    text[size] = '\0';
    for (size_t i = 0; i < COUNT(encs); i++)
        opened_by(keys, mint_encrypted(minted[1], "RSA-OAEP", encs[i], text), "RSA-OAEP", text);
    free(text);
}

/* A text with a NUL would be judged by its beginning. */
static void a_nul_inside_is_refused(void **state)
{
    (void)state;
    refused(mint_encrypted_with(minted[0], "RSA-OAEP", "A256GCM", "{" HEAD "}", "a.b.c\0d", 7),
            "RSA-OAEP", OIDC_E_ID_TOKEN_MALFORMED, "NUL");
    refused(mint_encrypted_with(minted[0], "RSA-OAEP", "A256GCM", "{" HEAD "}", "\0", 1),
            "RSA-OAEP", OIDC_E_ID_TOKEN_MALFORMED, "NUL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_algorithm_decrypts),
        cmocka_unit_test(the_vector_of_the_rfc_decrypts),
        cmocka_unit_test(all_keys_decrypt_whoever_names_them),
        cmocka_unit_test(the_named_key_alone_is_tried),
        cmocka_unit_test(another_key_does_not_decrypt),
        cmocka_unit_test(without_keys_nothing_is_decrypted),
        cmocka_unit_test(the_algorithm_is_the_one_agreed_on),
        cmocka_unit_test(a_header_that_lies_opens_nothing),
        cmocka_unit_test(rsa1_5_and_unknown_names_are_never_taken),
        cmocka_unit_test(a_header_must_say_what_is_needed),
        cmocka_unit_test(what_does_not_matter_is_passed_over),
        cmocka_unit_test(every_bit_behind_the_header_counts),
        cmocka_unit_test(the_header_counts_to_the_byte),
        cmocka_unit_test(every_size_is_exact),
        cmocka_unit_test(what_is_no_base64url_is_not_decrypted),
        cmocka_unit_test(a_token_has_five_parts),
        cmocka_unit_test(the_largest_token_is_decrypted),
        cmocka_unit_test(a_nul_inside_is_refused),
    };
    return cmocka_run_group_tests(tests, mint_all, free_all);
}
