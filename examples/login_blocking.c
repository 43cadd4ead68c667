/*
 * Signs in with the blocking driver of liboidc: prints an address, waits for the one that the
 * browser was sent back to, and prints who it is.
 *
 *     cc -o login_blocking login_blocking.c $(pkg-config --cflags --libs oidc libcurl)
 *     ./login_blocking openid-provider.properties aaf
 *
 * The first line that it prints is where to go. The address that the provider sends the browser
 * back to is read from standard input, one line, whole or from its '?' on. Nothing needs to listen
 * there: a browser shows the address even if nobody answers.
 *
 * A service does the same in two requests: the sealed text goes into a cookie in between, named
 * after the state, and used states are remembered (oidc_login_claim_state).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>
#include <oidc/curl.h>
#include <oidc/oidc.h>

/* Longest address that is read: what servers and browsers commonly carry. */
#define ADDRESS_MAX 8192

static int usage(FILE *out)
{
    (void)fprintf(out, "usage: login_blocking FILE PROVIDER [CA-FILE]\n"
                       "Signs in through a provider of an openid-provider.properties file.\n");
    return out == stdout ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int complain(const char *doing, const oidc_error *error)
{
    (void)fprintf(stderr, "%s: %s (%s)\n", doing, error->detail, oidc_code_name(error->code));
    return EXIT_FAILURE;
}

/* The file's errors and warnings, each with its place. */
static void show_findings(const oidc_config *config)
{
    for (size_t i = 0; i < oidc_config_finding_count(config); i++) {
        const oidc_finding *finding = oidc_config_finding(config, i);

        if (finding->severity != OIDC_INFO)
            (void)fprintf(stderr, "%s:%zu:%zu: %s: %s\n", finding->file, finding->line,
                          finding->column, finding->code, finding->message);
    }
}

static void show_identity(const oidc_identity *identity)
{
    printf("username: %s\n", identity->username);
    printf("subject:  %s\n", identity->subject);
    printf("issuer:   %s\n", identity->issuer);
    printf("email:    %s\n", identity->email);
    printf("name:     %s %s\n", identity->given_name, identity->family_name);
}

/* The second leg: what came back, opened with the state of the first. */
static int come_back(oidc_curl *curl, oidc_provider **provider, oidc_keyring *keyring,
                     const oidc_authorization *authorization)
{
    char address[ADDRESS_MAX];
    const char *sealed = oidc_authorization_sealed(authorization);
    const char *query;
    oidc_login *login = NULL;
    oidc_error error = {.code = OIDC_OK};
    int status = EXIT_FAILURE;

    if (!fgets(address, sizeof address, stdin)) {
        (void)fprintf(stderr, "no address was given\n");
        return EXIT_FAILURE;
    }
    address[strcspn(address, "\r\n")] = '\0';
    query = strchr(address, '?');
    query = query ? query + 1 : address;
    if (oidc_login_new(query, strlen(query), &login) != OIDC_OK) {
        (void)fprintf(stderr, "out of memory\n");
        return EXIT_FAILURE;
    }
    if (oidc_login_next(login) == OIDC_ACTION_OPEN_STATE)
        oidc_login_open_state(login, keyring, sealed, strlen(sealed), (int64_t)time(NULL));
    /* This process makes one state and is given it back once. */
    if (oidc_login_next(login) == OIDC_ACTION_CLAIM_STATE)
        oidc_login_claim_state(login, true);
    if (oidc_curl_login(curl, login, provider, &error) == OIDC_OK) {
        show_identity(oidc_login_identity(login));
        status = EXIT_SUCCESS;
    } else {
        (void)complain("signing in", &error);
    }
    oidc_login_free(&login);
    return status;
}

/* The first leg: learn the provider, send the browser away. */
static int sign_in(oidc_curl *curl, oidc_provider **provider)
{
    oidc_keyring *keyring = NULL;
    oidc_authorization *authorization = NULL;
    oidc_error error = {.code = OIDC_OK};
    int status = EXIT_FAILURE;

    if (oidc_curl_refresh(curl, OIDC_REFRESH_ALL, provider, &error) != OIDC_OK)
        return complain("looking at the provider", &error);
    if (oidc_keyring_generate(&keyring, &error) != OIDC_OK)
        return complain("making a key", &error);
    if (oidc_authorization_new(*provider, keyring, NULL, (int64_t)time(NULL), &authorization,
                               &error) == OIDC_OK) {
        printf("%s\n", oidc_authorization_url(authorization));
        (void)fflush(stdout);
        status = come_back(curl, provider, keyring, authorization);
    } else {
        (void)complain("starting the sign-in", &error);
    }
    oidc_authorization_free(&authorization);
    oidc_keyring_unref(&keyring);
    return status;
}

static int run(oidc_config *config, const char *id, const char *ca_file)
{
    oidc_provider *provider = NULL;
    oidc_curl *curl = NULL;
    oidc_error error = {.code = OIDC_OK};
    int status;

    if (oidc_provider_new(config, id, &provider, &error) != OIDC_OK)
        return complain("finding the provider", &error);
    if (oidc_curl_new(ca_file, &curl, &error) == OIDC_OK)
        status = sign_in(curl, &provider);
    else
        status = complain("preparing libcurl", &error);
    oidc_curl_free(&curl);
    oidc_provider_unref(&provider);
    return status;
}

int main(int argc, char **argv)
{
    oidc_config *config = NULL;
    oidc_error error = {.code = OIDC_OK};
    int status = EXIT_FAILURE;

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    if (argc < 3 || argc > 4)
        return usage(stderr);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return EXIT_FAILURE;
    if (oidc_config_load((const char *const *)&argv[1], 1, &config, &error) == OIDC_OK)
        status = run(config, argv[2], argc > 3 ? argv[3] : NULL);
    else
        (void)complain("reading the file", &error);
    if (config)
        show_findings(config);
    oidc_config_unref(&config);
    curl_global_cleanup();
    return status;
}
