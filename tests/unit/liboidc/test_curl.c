/* The driver over libcurl: what goes over a real socket, and what never does. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <curl/curl.h>

#include <oidc/curl.h>
#include <oidc/oidc.h>

#include "tests/support/flow.h"
#include "tests/support/loopback.h"

#define HEAD(status, more) "HTTP/1.1 " status "\r\nConnection: close\r\n" more "\r\n"
#define KEPT_HEAD "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
#define JSON_HEAD HEAD("200 OK", "Content-Type: application/json\r\nSet-Cookie: a=b\r\n")

static int set_up(void **state)
{
    (void)state;
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    curl_global_cleanup();
    return 0;
}

static oidc_curl *new_curl(const char *ca_file)
{
    oidc_curl *curl = NULL;
    oidc_error error = {.code = OIDC_OK};

    if (oidc_curl_new(ca_file, &curl, &error) != OIDC_OK)
        fail_msg("%s", error.detail);
    return curl;
}

static oidc_http_request get(const char *url)
{
    return (oidc_http_request){
        .purpose = "keys", .method = "GET", .url = url, .answer_limit = 100, .time_limit = 20};
}

/* Sends one request to a server, and ends the server. The response is good until the next. */
static oidc_http_response send_one(oidc_curl *curl, const oidc_http_request *request)
{
    oidc_http_response response;

    assert_int_equal(oidc_curl_send(curl, request, &response), OIDC_OK);
    return response;
}

static void an_answer_is_handed_over_whole(void **state)
{
    struct loopback *server = loopback_new(NULL);
    oidc_curl *curl = new_curl(NULL);
    char *url = flow_text("http://127.0.0.1:%u/path?x=1", loopback_port(server));
    const oidc_header headers[] = {{"Accept", "application/json"}, {"X-Empty", "x"}};
    oidc_http_request request = get(url);

    (void)state;
    request.headers = headers;
    request.header_count = 2;
    loopback_serve(server, JSON_HEAD "{\"a\":1}", NULL);
    oidc_http_response response = send_one(curl, &request);
    assert_int_equal(response.transport, OIDC_TRANSPORT_OK);
    assert_int_equal(response.status, 200);
    assert_string_equal(response.content_type, "application/json");
    assert_int_equal(response.body_size, 7);
    assert_memory_equal(response.body, "{\"a\":1}", 7);
    assert_int_equal(loopback_finish(server), 1);
    const char *sent = loopback_request(server, 0);
    assert_memory_equal(sent, "GET /path?x=1 HTTP/1.1\r\n", 24);
    assert_non_null(strstr(sent, "\r\nAccept: application/json\r\n"));
    assert_null(strstr(sent, "Cookie"));
    assert_null(strstr(sent, "Expect"));
    free(url);
    oidc_curl_free(&curl);
    loopback_free(server);
}

static void a_post_is_sent_once_and_bodies_are_whole(void **state)
{
    struct loopback *server = loopback_new(NULL);
    oidc_curl *curl = new_curl(NULL);
    char *url = flow_text("http://127.0.0.1:%u/token", loopback_port(server));
    oidc_http_request request = get(url);

    (void)state;
    request.method = "POST";
    request.body = "code=abc&x=y";
    request.body_size = 12;
    /* The first connection breaks without an answer: the request must not come again. */
    loopback_serve(server, "", JSON_HEAD "{}", NULL);
    oidc_http_response response = send_one(curl, &request);
    assert_int_equal(response.transport, OIDC_TRANSPORT_CUT_SHORT);
    assert_non_null(response.note);
    response = send_one(curl, &request);
    assert_int_equal(response.transport, OIDC_TRANSPORT_OK);
    assert_int_equal(loopback_finish(server), 2);
    for (size_t i = 0; i < 2; i++) {
        const char *sent = loopback_request(server, i);

        assert_memory_equal(sent, "POST /token HTTP/1.1\r\n", 22);
        assert_string_equal(strstr(sent, "\r\n\r\n") + 4, "code=abc&x=y");
        assert_null(strstr(sent, "Cookie"));
    }
    free(url);
    oidc_curl_free(&curl);
    loopback_free(server);
}

/* How a request ends whose exchange shares its connections with others. */
static oidc_transport transport_among(CURLM *multi, const oidc_http_request *request)
{
    oidc_exchange *exchange;
    oidc_http_response response;
    CURLMsg *message = NULL;
    int left = 1;

    assert_int_equal(oidc_exchange_new(NULL, request, &exchange), OIDC_OK);
    assert_int_equal(curl_multi_add_handle(multi, oidc_exchange_handle(exchange)), CURLM_OK);
    while (!message) {
        assert_int_equal(curl_multi_perform(multi, &left), CURLM_OK);
        message = curl_multi_info_read(multi, &left);
        if (!message)
            assert_int_equal(curl_multi_poll(multi, NULL, 0, 1000, NULL), CURLM_OK);
    }
    oidc_exchange_response(exchange, (int)message->data.result, &response);
    assert_int_equal(curl_multi_remove_handle(multi, oidc_exchange_handle(exchange)), CURLM_OK);
    oidc_exchange_free(&exchange);
    return response.transport;
}

/* Where a connection that was used before breaks without an answer, libcurl asks again. */
static void a_post_goes_on_a_connection_of_its_own(void **state)
{
    struct loopback *server = loopback_new(NULL);
    CURLM *multi = curl_multi_init();
    char *url = flow_text("http://127.0.0.1:%u/token", loopback_port(server));
    oidc_http_request request = get(url);

    (void)state;
    loopback_serve(server, LOOPBACK_STAYS KEPT_HEAD "{}", "", JSON_HEAD "{}", NULL);
    assert_int_equal(transport_among(multi, &request), OIDC_TRANSPORT_OK);
    request.method = "POST";
    request.body = "code=abc&x=y";
    request.body_size = 12;
    assert_int_equal(transport_among(multi, &request), OIDC_TRANSPORT_CUT_SHORT);
    assert_int_equal(transport_among(multi, &request), OIDC_TRANSPORT_OK);
    assert_int_equal(loopback_finish(server), 3);
    free(url);
    assert_int_equal(curl_multi_cleanup(multi), CURLM_OK);
    loopback_free(server);
}

static void troubles_are_told_apart(void **state)
{
    static const struct {
        const char *answer;
        oidc_transport transport;
        int status;
    } cases[] = {
        {HEAD("302 Found", "Location: http://127.0.0.1:1/\r\nContent-Length: 0\r\n"),
         OIDC_TRANSPORT_OK, 302},
        {HEAD("503 Busy", "Content-Length: 0\r\n"), OIDC_TRANSPORT_OK, 503},
        {HEAD("200 OK", "Content-Length: 50\r\n") "short", OIDC_TRANSPORT_CUT_SHORT, 0},
        {HEAD("200 OK", "Transfer-Encoding: chunked\r\n") "5\r\nab", OIDC_TRANSPORT_CUT_SHORT, 0},
        {"", OIDC_TRANSPORT_CUT_SHORT, 0},
        {HEAD("200 OK", "Content-Length: 101\r\n") "01234567890123456789012345678901234567890123456"
                                                   "78901234567890123456789"
                                                   "0123456789012345678901234567890",
         OIDC_TRANSPORT_TOO_LARGE, 0},
        {HEAD("200 OK", "") "0123456789012345678901234567890123456789012345678901234567890123456789"
                            "0123456789012345678901234567890",
         OIDC_TRANSPORT_TOO_LARGE, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct loopback *server = loopback_new(NULL);
        oidc_curl *curl = new_curl(NULL);
        char *url = flow_text("http://localhost:%u/", loopback_port(server));
        const oidc_http_request request = get(url);

        loopback_serve(server, cases[i].answer, NULL);
        oidc_http_response response = send_one(curl, &request);
        if (response.transport != cases[i].transport || response.status != cases[i].status)
            fail_msg("case %zu: transport %d, status %d, %s", i, (int)response.transport,
                     response.status, response.note ? response.note : "");
        assert_int_equal(loopback_finish(server), 1);
        free(url);
        oidc_curl_free(&curl);
        loopback_free(server);
    }
}

static void a_silent_server_ends_in_time(void **state)
{
    struct loopback *server = loopback_new(NULL);
    oidc_curl *curl = new_curl(NULL);
    char *url = flow_text("http://127.0.0.1:%u/", loopback_port(server));
    oidc_http_request request = get(url);

    (void)state;
    request.time_limit = 1;
    loopback_serve(server, LOOPBACK_SILENCE, NULL);
    oidc_http_response response = send_one(curl, &request);
    assert_int_equal(response.transport, OIDC_TRANSPORT_TIMEOUT);
    free(url);
    oidc_curl_free(&curl);
    loopback_free(server);
}

static void nobody_there_is_unreachable(void **state)
{
    struct loopback *server = loopback_new(NULL);
    oidc_curl *curl = new_curl(NULL);
    char *url = flow_text("http://127.0.0.1:%u/", loopback_port(server));
    oidc_http_request request = get(url);

    (void)state;
    loopback_free(server);
    oidc_http_response response = send_one(curl, &request);
    assert_int_equal(response.transport, OIDC_TRANSPORT_UNREACHABLE);
    assert_non_null(response.note);
    /* Other schemes are none of ours, whoever asks for them. */
    request.url = "file:///etc/hostname";
    response = send_one(curl, &request);
    assert_int_equal(response.transport, OIDC_TRANSPORT_UNREACHABLE);
    free(url);
    oidc_curl_free(&curl);
}

/* A proxy of the environment is not asked for what is on this machine. */
static void loopback_goes_through_no_proxy(void **state)
{
    struct loopback *server = loopback_new(NULL);
    oidc_curl *curl = new_curl(NULL);
    char *url = flow_text("http://127.0.0.1:%u/", loopback_port(server));
    const oidc_http_request request = get(url);

    (void)state;
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    loopback_serve(server, JSON_HEAD "{}", NULL);
    oidc_http_response response = send_one(curl, &request);
    assert_int_equal(response.transport, OIDC_TRANSPORT_OK);
    assert_int_equal(unsetenv("http_proxy"), 0);
    free(url);
    oidc_curl_free(&curl);
    loopback_free(server);
}

/* --- TLS -------------------------------------------------------------------------------------- */

static char *file_of(const char *text)
{
    char *path = flow_text("%s", "/tmp/oidc-test-ca-XXXXXX");
    int file = mkstemp(path);

    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    assert_int_equal(close(file), 0);
    return path;
}

static oidc_transport speak_tls(const char *certified, const char *asked, bool trusted)
{
    struct loopback *server = loopback_new(certified);
    char *path = file_of(loopback_certificate(server));
    oidc_curl *curl = new_curl(trusted ? path : NULL);
    char *url = flow_text("https://%s:%u/", asked, loopback_port(server));
    const oidc_http_request request = get(url);

    loopback_serve(server, JSON_HEAD "{}", NULL);
    oidc_http_response response = send_one(curl, &request);
    oidc_transport transport = response.transport;
    free(url);
    oidc_curl_free(&curl);
    (void)unlink(path);
    free(path);
    loopback_free(server);
    return transport;
}

static void certificates_are_verified(void **state)
{
    (void)state;
    assert_int_equal(speak_tls("localhost", "localhost", true), OIDC_TRANSPORT_OK);
    assert_int_equal(speak_tls("127.0.0.1", "127.0.0.1", true), OIDC_TRANSPORT_OK);
    /* Nobody vouches for it; it is another's; even on loopback. */
    assert_int_equal(speak_tls("localhost", "localhost", false), OIDC_TRANSPORT_TLS);
    assert_int_equal(speak_tls("op.example", "localhost", true), OIDC_TRANSPORT_TLS);
    assert_int_equal(speak_tls("localhost", "127.0.0.1", true), OIDC_TRANSPORT_TLS);
}

static void a_server_without_tls_is_not_trusted(void **state)
{
    struct loopback *server = loopback_new(NULL);
    oidc_curl *curl = new_curl(NULL);
    char *url = flow_text("https://127.0.0.1:%u/", loopback_port(server));
    const oidc_http_request request = get(url);

    (void)state;
    loopback_serve(server, HEAD("200 OK", ""), NULL);
    oidc_http_response response = send_one(curl, &request);
    assert_int_equal(response.transport, OIDC_TRANSPORT_TLS);
    free(url);
    oidc_curl_free(&curl);
    loopback_free(server);
}

static void a_file_of_authorities_must_hold_some(void **state)
{
    static const char *const texts[] = {
        "", "no certificate\n", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"};
    oidc_curl *curl = NULL;
    oidc_error error;

    (void)state;
    assert_int_equal(oidc_curl_new("/nonexistent/ca.pem", &curl, &error), OIDC_E_FILE);
    assert_null(curl);
    assert_non_null(strstr(error.detail, "/nonexistent/ca.pem"));
    for (size_t i = 0; i < COUNT(texts); i++) {
        char *path = file_of(texts[i]);

        assert_int_equal(oidc_curl_new(path, &curl, &error), OIDC_E_FILE);
        assert_null(curl);
        (void)unlink(path);
        free(path);
    }
    oidc_curl_free(&curl);
}

static void a_file_of_authorities_has_a_largest_size(void **state)
{
    static char text[4 * 1024 * 1024 + 2];
    oidc_curl *curl = NULL;
    oidc_error error;

    (void)state;
    memset(text, '\n', sizeof text - 1);
    char *path = file_of(text);
    assert_int_equal(oidc_curl_new(path, &curl, &error), OIDC_E_FILE);
    assert_non_null(strstr(error.detail, "more than 4194304 bytes"));
    assert_int_equal(truncate(path, sizeof text - 2), 0);
    assert_int_equal(oidc_curl_new(path, &curl, &error), OIDC_E_FILE);
    assert_null(strstr(error.detail, "bytes"));
    assert_null(curl);
    (void)unlink(path);
    free(path);
}

/* --- the machines ----------------------------------------------------------------------------- */

struct site {
    struct mint_key *key;
    struct mint_key *new_key;
    struct loopback *server;
    char *issuer;
    oidc_provider *provider;
    oidc_keyring *ring;
    oidc_authorization *authorization;
    oidc_curl *curl;
};

static void open_site(struct site *site)
{
    oidc_config *config = NULL;

    *site = (struct site){.key = mint_rsa(2048, "one"),
                          .new_key = mint_rsa(2048, "two"),
                          .server = loopback_new(NULL),
                          .curl = new_curl(NULL)};
    site->issuer = flow_text("http://127.0.0.1:%u", loopback_port(site->server));
    char *lines = flow_text("openid.aaf.accessTokenUri=%s/providers/op/token\n"
                            "openid.aaf.userAuthUri=%s/providers/op/authorize\n",
                            site->issuer, site->issuer);
    char *file = flow_file(lines);
    assert_int_equal(oidc_config_parse("site", file, strlen(file), &config, NULL), OIDC_OK);
    assert_int_equal(oidc_provider_new(config, "aaf", &site->provider, NULL), OIDC_OK);
    assert_int_equal(oidc_keyring_generate(&site->ring, NULL), OIDC_OK);
    oidc_config_unref(&config);
    free(file);
    free(lines);
}

static void close_site(struct site *site)
{
    oidc_curl_free(&site->curl);
    oidc_authorization_free(&site->authorization);
    oidc_keyring_unref(&site->ring);
    oidc_provider_unref(&site->provider);
    loopback_free(site->server);
    free(site->issuer);
    mint_free(site->key);
    mint_free(site->new_key);
}

static char *discovery_answer(const struct site *site)
{
    return flow_text(JSON_HEAD
                     "{\"issuer\":\"%s\",\"authorization_endpoint\":\"%s/oidc/authorize\","
                     "\"token_endpoint\":\"%s/oidc/token\",\"jwks_uri\":\"%s/oidc/jwks\"}",
                     site->issuer, site->issuer, site->issuer, site->issuer);
}

static char *keys_answer(const struct mint_key *first, const struct mint_key *second)
{
    char *set = mint_set(first, second);
    char *answer = flow_text(JSON_HEAD "%s", set);

    free(set);
    return answer;
}

static void learn(struct site *site)
{
    char *discovery = discovery_answer(site);
    char *keys = keys_answer(site->key, NULL);
    oidc_error error = {.code = OIDC_OK};

    loopback_serve(site->server, discovery, keys, NULL);
    if (oidc_curl_refresh(site->curl, OIDC_REFRESH_ALL, &site->provider, &error) != OIDC_OK)
        fail_msg("%s", error.detail);
    assert_int_equal(loopback_finish(site->server), 2);
    assert_true(oidc_provider_ready(site->provider));
    free(keys);
    free(discovery);
}

static oidc_login *come_back(struct site *site)
{
    const char *sealed;
    oidc_login *login = NULL;

    assert_int_equal(oidc_authorization_new(site->provider, site->ring, NULL, (int64_t)time(NULL),
                                            &site->authorization, NULL),
                     OIDC_OK);
    sealed = oidc_authorization_sealed(site->authorization);
    char *query = flow_text("code=c&state=%s", oidc_authorization_state(site->authorization));
    assert_int_equal(oidc_login_new(query, strlen(query), &login), OIDC_OK);
    oidc_login_open_state(login, site->ring, sealed, strlen(sealed), (int64_t)time(NULL));
    oidc_login_claim_state(login, true);
    free(query);
    return login;
}

/* Of a token that ends so many seconds from now. */
static char *token_answer_for(const struct site *site, const struct mint_key *key, long long left)
{
    char *nonce = flow_parameter(oidc_authorization_url(site->authorization), "nonce");
    char *claims = flow_text("{\"iss\":\"%s\",\"sub\":\"person-1\",\"aud\":\"xnat client\","
                             "\"exp\":%lld,\"iat\":%lld,\"nonce\":\"%s\"}",
                             site->issuer, (long long)time(NULL) + left,
                             (long long)time(NULL) + left - 300, nonce);
    char *token = mint_token(key, "RS256", claims);
    char *answer = flow_text(JSON_HEAD "{\"token_type\":\"Bearer\",\"id_token\":\"%s\"}", token);

    free(token);
    free(claims);
    free(nonce);
    return answer;
}

static char *token_answer(const struct site *site, const struct mint_key *key)
{
    return token_answer_for(site, key, 300);
}

static void a_whole_sign_in_is_driven(void **state)
{
    struct site site;
    oidc_error error = {.code = OIDC_OK};

    (void)state;
    open_site(&site);
    learn(&site);
    oidc_login *login = come_back(&site);
    /* The token is signed with a key that the provider changed to meanwhile. */
    char *token = token_answer(&site, site.new_key);
    char *keys = keys_answer(site.key, site.new_key);
    loopback_serve(site.server, token, keys, NULL);
    if (oidc_curl_login(site.curl, login, &site.provider, &error) != OIDC_OK)
        fail_msg("%s", error.detail);
    assert_string_equal(oidc_login_identity(login)->username, "aaf_person-1");
    assert_int_equal(loopback_finish(site.server), 4);
    assert_memory_equal(loopback_request(site.server, 2), "POST /providers/op/token", 24);
    assert_memory_equal(loopback_request(site.server, 3), "GET /oidc/jwks", 14);
    assert_false(oidc_provider_may_fetch_keys(site.provider, (int64_t)time(NULL)));
    oidc_login_free(&login);
    free(keys);
    free(token);
    close_site(&site);
}

static void a_refusal_is_handed_on(void **state)
{
    struct site site;
    oidc_error error = {.code = OIDC_OK};

    (void)state;
    open_site(&site);
    learn(&site);
    oidc_login *login = come_back(&site);
    loopback_serve(site.server, HEAD("400 Bad", "") "{\"error\":\"invalid_grant\"}", NULL);
    assert_int_equal(oidc_curl_login(site.curl, login, &site.provider, &error),
                     OIDC_E_TOKEN_REFUSED);
    assert_int_equal(error.code, OIDC_E_TOKEN_REFUSED);
    assert_non_null(strstr(error.detail, "invalid_grant"));
    oidc_login_free(&login);

    /* A login that is not so far yet is left alone. */
    assert_int_equal(oidc_login_new("code=c&state=AAAAAAAAAAAAAAAAAAAAAA", 35, &login), OIDC_OK);
    assert_int_equal(oidc_curl_login(site.curl, login, &site.provider, &error), OIDC_E_USAGE);
    assert_int_equal(oidc_login_next(login), OIDC_ACTION_OPEN_STATE);
    oidc_login_free(&login);
    close_site(&site);
}

/* With all that is in it: whoever hunts for a wrong clock needs to know by how much. */
static void a_refusal_is_handed_on_whole(void **state)
{
    struct site site;
    oidc_error error = {.code = OIDC_OK};

    (void)state;
    open_site(&site);
    learn(&site);
    oidc_login *login = come_back(&site);
    char *token = token_answer_for(&site, site.key, -4000);
    loopback_serve(site.server, token, NULL);
    assert_int_equal(oidc_curl_login(site.curl, login, &site.provider, &error),
                     OIDC_E_ID_TOKEN_EXPIRED);
    assert_in_range(error.seconds_off, 4000, 4100);
    assert_memory_equal(&error, oidc_login_error(login), sizeof error);
    oidc_login_free(&login);
    free(token);
    close_site(&site);
}

static void a_failed_look_keeps_the_provider(void **state)
{
    struct site site;
    oidc_error error = {.code = OIDC_OK};

    (void)state;
    open_site(&site);
    loopback_serve(site.server, HEAD("404 Not Found", "Content-Length: 0\r\n"), NULL);
    assert_int_equal(oidc_curl_refresh(site.curl, OIDC_REFRESH_ALL, &site.provider, &error),
                     OIDC_E_ANSWER_STATUS);
    assert_non_null(site.provider);
    assert_false(oidc_provider_ready(site.provider));
    close_site(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_handed_over_whole),
        cmocka_unit_test(a_post_is_sent_once_and_bodies_are_whole),
        cmocka_unit_test(a_post_goes_on_a_connection_of_its_own),
        cmocka_unit_test(troubles_are_told_apart),
        cmocka_unit_test(a_silent_server_ends_in_time),
        cmocka_unit_test(nobody_there_is_unreachable),
        cmocka_unit_test(loopback_goes_through_no_proxy),
        cmocka_unit_test(certificates_are_verified),
        cmocka_unit_test(a_server_without_tls_is_not_trusted),
        cmocka_unit_test(a_file_of_authorities_must_hold_some),
        cmocka_unit_test(a_file_of_authorities_has_a_largest_size),
        cmocka_unit_test(a_whole_sign_in_is_driven),
        cmocka_unit_test(a_refusal_is_handed_on),
        cmocka_unit_test(a_refusal_is_handed_on_whole),
        cmocka_unit_test(a_failed_look_keeps_the_provider),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
