/* Every allocation of the lower half fails once: each failure is reported, and nothing leaks. */
#include "tests/support/check.h"

#include <stdlib.h>
#include <unistd.h>
#include <jansson.h>

#include <oidc/curl.h>
#include <oidc/decryption.h>
#include <oidc/handoff.h>
#include <oidc/session.h>

#include "liboidc/buf.h"
#include "liboidc/id_token.h"
#include "tests/support/ada.h"
#include "tests/support/failalloc.h"
#include "tests/support/loopback.h"
#include "tests/support/mint.h"

/* Of the libraries below, only jansson's allocations fail, and only while it writes: when it reads,
 * jansson 2.14 does not notice that a token could not be kept whole, and goes on with half of it
 * (its issue 362). How the libraries bear a lack of memory is not ours to test. */
static struct {
    json_malloc_t malloc;
    json_free_t free;
} usual;

static struct {
    char *set;
    char *token, *encrypted;
    char *pem;
    struct jwks *keys;
    oidc_decryption_keys *decryption_keys;
    oidc_signer *signer;
    oidc_config *config;
} minted;

static int mint_all(void **state)
{
    struct mint_key *rsa = mint_rsa(2048, "rsa");
    struct mint_key *ec = mint_ec("P-256", "ec");
    static const char file[] = "auth.method=openid\ntype=openid\nprovider.id=aaf\n"
                               "siteUrl=https://xnat.example\n"
                               "openid.aaf.clientId=a\nopenid.aaf.clientSecret=b\n"
                               "openid.aaf.issuer=https://op.example\n"
                               "openid.aaf.idTokenEncryptionAlgorithm=RSA-OAEP-256\n";

    (void)state;
    json_get_alloc_funcs(&usual.malloc, &usual.free);
    minted.set = mint_set(rsa, ec);
    minted.token = mint_token(
        ec, "ES256",
        "{\"iss\":\"https://"
        "op.example\",\"aud\":[\"client\"],\"exp\":1700000300,\"iat\":1700000000,"
        "\"nonce\":\"nonce\",\"sub\":\"somebody\",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ\"}");
    minted.encrypted = mint_encrypted(rsa, "RSA-OAEP-256", "A128CBC-HS256", minted.token);
    minted.pem = mint_pem(rsa, 0);
    mint_free(ec);
    mint_free(rsa);
    if (oidc_signer_generate(&minted.signer, NULL) != OIDC_OK ||
        oidc_config_parse("x", file, strlen(file), &minted.config, NULL) != OIDC_OK)
        return -1;
    return jwks_parse(minted.set, strlen(minted.set), &minted.keys, NULL) == OIDC_OK &&
                   oidc_decryption_keys_parse(minted.pem, strlen(minted.pem),
                                              &minted.decryption_keys, NULL) == OIDC_OK
               ? 0
               : -1;
}

static int free_all(void **state)
{
    (void)state;
    jwks_free(&minted.keys);
    oidc_decryption_keys_unref(&minted.decryption_keys);
    oidc_signer_unref(&minted.signer);
    oidc_config_unref(&minted.config);
    free(minted.pem);
    free(minted.encrypted);
    free(minted.token);
    free(minted.set);
    return 0;
}

/* Whether a result is success; another failure than the lack of memory ends the test. */
static bool worked(oidc_code code)
{
    if (code != OIDC_OK && code != OIDC_E_MEMORY) {
        failalloc_disarm();
        fail_msg("gave %s", oidc_code_name(code));
    }
    return code == OIDC_OK;
}

static bool build_a_text(void *context)
{
    struct buf buf;

    (void)context;
    buf_init(&buf, 10000);
    for (int i = 0; i < 100; i++)
        buf_addf(&buf, "%d ", i);
    bool good = buf_ok(&buf);
    char *text = buf_steal(&buf);
    good = good && text;
    free(text);
    buf_free(&buf);
    return good;
}

/* @param context  the algorithm of its encryption, or NULL. */
static bool verify_an_id_token(void *context)
{
    const struct id_token_expectation expected = {
        .issuer = "https://op.example",
        .client_id = "client",
        .nonce = "nonce",
        .access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
        .algorithms = JWS_ES256,
        .encryption = context,
        .decryption_keys = minted.decryption_keys,
        .now = 1700000000,
    };
    json_t *claims = NULL;

    bool good = worked(id_token_verify(context ? minted.encrypted : minted.token, minted.keys,
                                       &expected, &claims, NULL));
    json_decref(claims);
    return good;
}

static bool read_keys(void *context)
{
    struct jwks *keys = NULL;

    (void)context;
    bool good = worked(jwks_parse(minted.set, strlen(minted.set), &keys, NULL));
    good = good && keys->count == 2;
    jwks_free(&keys);
    return good;
}

static bool read_decryption_keys(void *context)
{
    oidc_decryption_keys *keys = NULL;

    (void)context;
    bool good = worked(oidc_decryption_keys_parse(minted.pem, strlen(minted.pem), &keys, NULL));
    oidc_decryption_keys_unref(&keys);
    return good;
}

static bool publish_keys(void *context)
{
    char *text = NULL;

    (void)context;
    bool good = worked(
        oidc_published_jwks(minted.signer, minted.decryption_keys, minted.config, &text, NULL));
    free(text);
    return good;
}

static bool keep_a_session(void *context)
{
    oidc_keyring *ring = NULL;
    oidc_session *session = NULL, *opened = NULL;
    char *text = NULL;

    (void)context;
    bool good = worked(oidc_keyring_generate(&ring, NULL)) &&
                worked(oidc_session_new(&ada, 1000, 2000, &session, NULL)) &&
                worked(oidc_session_seal(session, ring, &text, NULL)) &&
                worked(oidc_session_open(ring, text, strlen(text), 1500, &opened, NULL));
    free(text);
    oidc_session_free(&opened);
    oidc_session_free(&session);
    oidc_keyring_unref(&ring);
    return good;
}

static bool read_a_key_file(void *context)
{
    static const char text[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
    oidc_keyring *ring = NULL;

    (void)context;
    bool good = worked(oidc_keyring_parse(text, strlen(text), &ring, NULL));
    oidc_keyring_unref(&ring);
    return good;
}

static bool hand_off(void *context)
{
    oidc_signer *signer = NULL;
    oidc_handoff *handoff = NULL;

    (void)context;
    bool good = worked(oidc_signer_generate(&signer, NULL)) &&
                worked(oidc_handoff_new(signer, &ada, "https://xnat.example", "X-", 1700000000,
                                        &handoff, NULL));
    oidc_handoff_free(&handoff);
    oidc_signer_unref(&signer);
    return good;
}

/* @param least  allocations that the scenario makes at least: else nothing was tested. */
/* Of which the caller learns that it was memory, and not the file. */
static bool make_a_driver(void *path)
{
    oidc_curl *curl = NULL;
    oidc_code code = oidc_curl_new(path, &curl, NULL);

    oidc_curl_free(&curl);
    return code != OIDC_E_MEMORY;
}

static void sweep(failalloc_scenario *scenario, void *context, size_t least)
{
    size_t count = failalloc_sweep(scenario, context);

    if (count < least)
        fail_msg("only %zu allocations", count);
}

static void every_allocation_of_ours_may_fail(void **state)
{
    (void)state;
    char encryption[] = "RSA-OAEP-256";

    sweep(build_a_text, NULL, 2);
    sweep(verify_an_id_token, NULL, 2);
    sweep(verify_an_id_token, encryption, 5);
    sweep(read_keys, NULL, 4);
    sweep(read_a_key_file, NULL, 1);
    sweep(read_decryption_keys, NULL, 3);
    sweep(publish_keys, NULL, 2);
    sweep(keep_a_session, NULL, 5);
    sweep(hand_off, NULL, 25);
}

static void every_allocation_for_a_file_of_authorities_may_fail(void **state)
{
    struct loopback *server = loopback_new("localhost");
    const char *certificate = loopback_certificate(server);
    char path[] = "/tmp/oidc-test-ca-XXXXXX";
    int file = mkstemp(path);
    oidc_curl *curl = NULL;

    (void)state;
    assert_true(file >= 0);
    assert_int_equal(write(file, certificate, strlen(certificate)), strlen(certificate));
    assert_int_equal(close(file), 0);
    assert_int_equal(oidc_curl_new(path, &curl, NULL), OIDC_OK);
    oidc_curl_free(&curl);
    sweep(make_a_driver, path, 4);
    (void)unlink(path);
    loopback_free(server);
}

static void every_allocation_of_jansson_when_writing_may_fail(void **state)
{
    (void)state;
    json_set_alloc_funcs(malloc, free); /* the failing one */
    sweep(hand_off, NULL, 60);
    json_set_alloc_funcs(usual.malloc, usual.free);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_of_ours_may_fail),
        cmocka_unit_test(every_allocation_for_a_file_of_authorities_may_fail),
        cmocka_unit_test(every_allocation_of_jansson_when_writing_may_fail),
    };
    return cmocka_run_group_tests(tests, mint_all, free_all);
}
