/* A logout request: its body as it comes, or claims signed here so that they get past the
 * signature; at a site whose provider encrypts, also encrypted here. The first byte chooses:
 *
 *     b  a body                           e     claims, signed and encrypted
 *     B  a body at the encrypting site    h     the same under the header in the first line
 *     t  any text, encrypted              else  claims, signed
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <oidc/logout.h>

#include "tests/support/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ALGORITHM "RSA-OAEP"

static struct mint_key *key, *opening_key;
static oidc_decryption_keys *opening;
static struct flow plain, encrypting;

static void prepare(void)
{
    char *pem;

    key = mint_rsa(2048, "one");
    opening_key = mint_rsa(2048, NULL);
    pem = mint_pem(opening_key, 0);
    if (oidc_decryption_keys_parse(pem, strlen(pem), &opening, NULL) != OIDC_OK)
        abort();
    free(pem);
    flow_begin(&plain, key, NULL, NULL);
    flow_begin_with_keys(&encrypting, key, opening,
                         "openid.aaf.idTokenEncryptionAlgorithm=" ALGORITHM "\n", NULL);
}

/* Signed claims. For free(). */
static char *token_of(const uint8_t *claims, size_t size)
{
    char *text = strndup((const char *)claims, size);
    char *token = text ? mint_token(key, "RS256", text) : NULL;

    free(text);
    return token;
}

/* What is let through names somebody, and can be remembered. */
static void check_done(const oidc_logout *logout)
{
    const char *subject = oidc_logout_subject(logout);
    const char *session = oidc_logout_provider_session(logout);
    int64_t until = oidc_logout_remember_until(logout);

    if (strcmp(oidc_logout_issuer(logout), FLOW_ISSUER) != 0 ||
        oidc_logout_token_id(logout)[0] == '\0' || (!*subject && !*session) ||
        strlen(subject) > OIDC_SUBJECT_MAX ||
        (*session && strlen(session) != OIDC_PROVIDER_SESSION_LENGTH) || until <= FLOW_NOW ||
        until > FLOW_NOW + OIDC_LOGOUT_AGE_MAX + 120)
        abort();
}

static oidc_provider *asked(const oidc_logout *logout, const struct flow *site)
{
    return oidc_logout_fit(logout, site->provider) == OIDC_LOGOUT_FITS_NOT ? NULL : site->provider;
}

/* @return whether it was let through. */
static bool run(const struct flow *site, const char *body, size_t size)
{
    oidc_logout *logout = NULL;
    bool done;

    if (oidc_logout_new(body, size, &logout) != OIDC_OK)
        return false;
    for (int times = 0; times < 2; times++) /* for who can open it, and for whose it is */
        if (oidc_logout_next(logout) == OIDC_LOGOUT_NEED_PROVIDER)
            oidc_logout_use_provider(logout, asked(logout, site), FLOW_NOW);
    if (oidc_logout_next(logout) == OIDC_LOGOUT_RENEW_KEYS)
        oidc_logout_use_provider(logout, site->provider, FLOW_NOW);
    if (oidc_logout_next(logout) == OIDC_LOGOUT_CLAIM_TOKEN)
        oidc_logout_claim_token(logout, true);
    done = oidc_logout_next(logout) == OIDC_LOGOUT_DONE;
    if (done)
        check_done(logout);
    else if (oidc_code_class(oidc_logout_error(logout)->code) != OIDC_CLASS_REFUSED)
        abort(); /* bad input is never mistaken for our own trouble */
    oidc_logout_free(&logout);
    return done;
}

/* @param token taken over; may be NULL. */
static bool run_token(const struct flow *site, char *token)
{
    char *body = token ? flow_text("logout_token=%s", token) : NULL;
    bool done = body && run(site, body, strlen(body));

    free(body);
    free(token);
    return done;
}

/* Signed claims are enough where nothing is encrypted, and nowhere else. */
static void run_claims(const uint8_t *claims, size_t size)
{
    (void)run_token(&plain, token_of(claims, size));
    if (run_token(&encrypting, token_of(claims, size)))
        abort();
}

static void run_encrypted(const uint8_t *claims, size_t size)
{
    char *token = token_of(claims, size);

    if (token && run_token(&plain, mint_encrypted(opening_key, ALGORITHM, "A256GCM", token)))
        abort();
    if (token)
        (void)run_token(&encrypting, mint_encrypted(opening_key, ALGORITHM, "A256GCM", token));
    free(token);
}

/* What is not signed is let through nowhere. */
static void run_text(const uint8_t *text, size_t size)
{
    static const char header[] = "{\"alg\":\"" ALGORITHM "\",\"enc\":\"A128CBC-HS256\"}";

    if (run_token(&encrypting,
                  mint_encrypted_with(opening_key, ALGORITHM, "A128CBC-HS256", header, text, size)))
        abort();
}

static void run_under_header(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, '\n', size);
    char *header = end ? strndup((const char *)data, (size_t)(end - data)) : NULL;
    char *token = header ? token_of(end + 1, size - (size_t)(end - data) - 1) : NULL;

    if (token)
        (void)run_token(&encrypting, mint_encrypted_with(opening_key, ALGORITHM, "A256GCM", header,
                                                         token, strlen(token)));
    free(token);
    free(header);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!key)
        prepare();
    if (size == 0)
        return 0;
    switch (data[0]) {
    case 'b':
        (void)run(&plain, (const char *)data + 1, size - 1);
        break;
    case 'B':
        if (run(&encrypting, (const char *)data + 1, size - 1))
            abort(); /* the key is new each time: nobody can have encrypted for it */
        break;
    case 'e':
        run_encrypted(data + 1, size - 1);
        break;
    case 't':
        run_text(data + 1, size - 1);
        break;
    case 'h':
        run_under_header(data + 1, size - 1);
        break;
    default:
        run_claims(data + 1, size - 1);
    }
    return 0;
}
