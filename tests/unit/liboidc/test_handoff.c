/* The hand-off: names, values that decode to what they were, and the assertion's claims. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include <oidc/handoff.h>

#include "liboidc/jws.h"

#define SITE "https://xnat.example"
#define NOW 1700000000

static const struct jws_codes codes = {
    .malformed = OIDC_E_ID_TOKEN_MALFORMED,
    .encrypted = OIDC_E_ID_TOKEN_ENCRYPTED,
    .algorithm = OIDC_E_ID_TOKEN_ALGORITHM,
    .key = OIDC_E_ID_TOKEN_KEY,
    .signature = OIDC_E_ID_TOKEN_SIGNATURE,
};

static const oidc_identity ada = {
    .provider = "aaf",
    .issuer = "https://central.aaf.edu.au",
    .subject = "https://idp!sp!7f1e=",
    .username = "aaf-7f1e",
    .email = "ada@uni.example",
    .given_name = "Ad\xc3\xa4 M.",
    .family_name = "",
    .provider_session = "",
    .auto_enabled = true,
    .auto_verified = false,
    .create_user = true,
};

static oidc_signer *signer;

static int make_signer(void **state)
{
    (void)state;
    return oidc_signer_generate(&signer, NULL) == OIDC_OK ? 0 : -1;
}

static int free_signer(void **state)
{
    (void)state;
    oidc_signer_unref(&signer);
    return 0;
}

static oidc_handoff *hand_off(const oidc_identity *identity)
{
    oidc_handoff *handoff = NULL;
    oidc_error error;

    if (oidc_handoff_new(signer, identity, SITE, "X-XNAT-OIDC-", NOW, &handoff, &error) != OIDC_OK)
        fail_msg("%s", error.detail);
    return handoff;
}

/* The value of a header; there is exactly one of that name. */
static const char *value_of(const oidc_handoff *handoff, const char *name)
{
    const oidc_header *headers = oidc_handoff_headers(handoff);
    const char *value = NULL;

    for (size_t i = 0; i < OIDC_HANDOFF_HEADERS; i++) {
        if (strcmp(headers[i].name, name) != 0)
            continue;
        assert_null(value);
        value = headers[i].value;
    }
    assert_non_null(value);
    return value;
}

static void every_header_is_there(void **state)
{
    oidc_handoff *handoff = hand_off(&ada);

    (void)state;
    assert_string_equal(value_of(handoff, "X-XNAT-OIDC-Username"), "aaf-7f1e");
    assert_string_equal(value_of(handoff, "X-XNAT-OIDC-Subject"), "https://idp!sp!7f1e=");
    assert_string_equal(value_of(handoff, "X-XNAT-OIDC-Issuer"), "https://central.aaf.edu.au");
    assert_string_equal(value_of(handoff, "X-XNAT-OIDC-Provider"), "aaf");
    assert_string_equal(value_of(handoff, "X-XNAT-OIDC-Email"), "ada@uni.example");
    assert_string_equal(value_of(handoff, "X-XNAT-OIDC-Given-Name"), "Ad%C3%A4 M.");
    assert_string_equal(value_of(handoff, "X-XNAT-OIDC-Family-Name"), "");
    assert_string_equal(value_of(handoff, "X-XNAT-OIDC-Auto-Enabled"), "true");
    assert_string_equal(value_of(handoff, "X-XNAT-OIDC-Auto-Verified"), "false");
    assert_string_equal(value_of(handoff, "X-XNAT-OIDC-Create-User"), "true");
    assert_true(strlen(value_of(handoff, "X-XNAT-OIDC-Assertion")) > 100);
    oidc_handoff_free(&handoff);
    assert_null(handoff);
    oidc_handoff_free(&handoff);
}

/* The clock may have been put back since it was made. */
static void it_is_fresh_for_half_of_its_life(void **state)
{
    oidc_handoff *handoff = hand_off(&ada);

    (void)state;
    assert_true(oidc_handoff_is_fresh(handoff, NOW));
    assert_true(oidc_handoff_is_fresh(handoff, NOW + OIDC_ASSERTION_TTL / 2 - 1));
    assert_false(oidc_handoff_is_fresh(handoff, NOW + OIDC_ASSERTION_TTL / 2));
    assert_false(oidc_handoff_is_fresh(handoff, NOW - 1));
    oidc_handoff_free(&handoff);
}

/* Undoes percent-encoding, as a receiver does it. */
static void decode(const char *value, char *text)
{
    while (*value) {
        unsigned byte;
        if (*value == '%') {
            assert_int_equal(sscanf(value + 1, "%2X", &byte), 1);
            *text++ = (char)byte;
            value += 3;
        } else {
            *text++ = *value++;
        }
    }
    *text = '\0';
}

static void values_decode_to_what_they_were(void **state)
{
    static const char *const names[] = {
        "",
        " ",
        "  ",
        " a b ",
        "100%",
        "%41",
        "%",
        "a%0d%0aX: y",
        "O'Brien, \"J\" (x);=",
        "\xe6\x9d\xb1\xe4\xba\xac",
        "\xf0\x9f\x94\x91",
        "\xc2\xa0",
    };
    oidc_identity identity = ada;

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        char text[256];
        identity.given_name = names[i];
        oidc_handoff *handoff = hand_off(&identity);
        const char *value = value_of(handoff, "X-XNAT-OIDC-Given-Name");
        for (const char *p = value; *p; p++)
            assert_in_range(*p, 0x20, 0x7e);
        /* HTTP cuts blanks off the ends */
        assert_true(value[0] != ' ' && (value[0] == '\0' || value[strlen(value) - 1] != ' '));
        decode(value, text);
        assert_string_equal(text, names[i]);
        oidc_handoff_free(&handoff);
    }
}

static json_t *claims_of(const oidc_handoff *handoff)
{
    const char *jwks = oidc_signer_jwks(signer);
    struct jwks *keys = NULL;
    json_t *claims = NULL;
    unsigned algorithm;

    assert_int_equal(jwks_parse(jwks, strlen(jwks), &keys, NULL), OIDC_OK);
    assert_int_equal(jws_verify(value_of(handoff, "X-XNAT-OIDC-Assertion"), keys, JWS_ES256, &codes,
                                &algorithm, &claims, NULL),
                     OIDC_OK);
    jwks_free(&keys);
    return claims;
}

static void the_assertion_says_exactly_this(void **state)
{
    oidc_handoff *handoff = hand_off(&ada);
    json_t *claims = claims_of(handoff);
    json_t *expected = json_pack(
        "{s:s, s:s, s:s, s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b}", "iss", SITE, "aud",
        "xnat", "sub", "aaf-7f1e", "iat", NOW, "exp", NOW + 60, "email", "ada@uni.example",
        "given_name", "Ad\xc3\xa4 M.", "family_name", "", "provider", "aaf", "provider_sub",
        "https://idp!sp!7f1e=", "auto_enabled", 1, "auto_verified", 0, "create_user", 1);

    (void)state;
    assert_non_null(expected);
    assert_true(json_equal(claims, expected));
    json_decref(expected);
    json_decref(claims);
    oidc_handoff_free(&handoff);
}

static void flags_are_each_their_own(void **state)
{
    oidc_identity identity = ada;

    (void)state;
    for (unsigned flags = 0; flags < 8; flags++) {
        identity.auto_enabled = flags & 1;
        identity.auto_verified = flags & 2;
        identity.create_user = flags & 4;
        oidc_handoff *handoff = hand_off(&identity);
        json_t *claims = claims_of(handoff);
        assert_int_equal(json_is_true(json_object_get(claims, "auto_enabled")), flags & 1);
        assert_int_equal(json_is_true(json_object_get(claims, "auto_verified")), (flags & 2) != 0);
        assert_int_equal(json_is_true(json_object_get(claims, "create_user")), (flags & 4) != 0);
        assert_string_equal(value_of(handoff, "X-XNAT-OIDC-Auto-Verified"),
                            flags & 2 ? "true" : "false");
        json_decref(claims);
        oidc_handoff_free(&handoff);
    }
}

static void refused(const oidc_identity *identity, const char *site, const char *prefix)
{
    oidc_handoff *handoff = (oidc_handoff *)&handoff;
    oidc_error error;

    assert_int_equal(oidc_handoff_new(signer, identity, site, prefix, NOW, &handoff, &error),
                     OIDC_E_USAGE);
    assert_null(handoff);
}

static void what_is_no_header_or_no_identity_is_refused(void **state)
{
    static const char *const prefixes[] = {"X Y-",
                                           "X:",
                                           "X\r\nY-",
                                           "\xc3\xa4-",
                                           "X\"",
                                           "X/",
                                           "X-2345678901234567890123456789012345678901234567890123"
                                           "45678901234"};
    char longer[2050];
    oidc_identity identity;
    oidc_handoff *handoff = NULL;

    (void)state;
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    for (size_t i = 0; i < COUNT(prefixes); i++)
        refused(&ada, SITE, prefixes[i]);
    refused(&ada, "https://xnat.example\n", "X-");
    refused(&ada, longer, "X-");
    identity = ada;
    identity.email = NULL;
    refused(&identity, SITE, "X-");
    identity = ada;
    identity.family_name = "a\xff";
    refused(&identity, SITE, "X-");
    identity = ada;
    identity.issuer = "a\nb";
    refused(&identity, SITE, "X-");
    identity = ada;
    identity.username = longer;
    refused(&identity, SITE, "X-");
    assert_int_equal(oidc_handoff_new(signer, &ada, SITE, "", NOW, &handoff, NULL), OIDC_OK);
    assert_string_equal(value_of(handoff, "Given-Name"), "Ad%C3%A4 M.");
    oidc_handoff_free(&handoff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_header_is_there),
        cmocka_unit_test(it_is_fresh_for_half_of_its_life),
        cmocka_unit_test(values_decode_to_what_they_were),
        cmocka_unit_test(the_assertion_says_exactly_this),
        cmocka_unit_test(flags_are_each_their_own),
        cmocka_unit_test(what_is_no_header_or_no_identity_is_refused),
    };
    return cmocka_run_group_tests(tests, make_signer, free_signer);
}
