/* Answers of our own: each has all of its headers, or there is none. */
#include "tests/support/check.h"

#include <stdbool.h>
#include <stdlib.h>

#include "server/handlers.h"
#include "server/respond.h"
#include "server/site.h"

/* libmicrohttpd's own allocations cannot be made to fail here; that it finds no memory can: its
 * n-th addition from now fails. 0: none. */
static size_t failing, added;

/* What was queued: the status and the headers, each as `Name: value` and a line feed. */
static unsigned queued;
static char head[2048];

enum MHD_Result __real_MHD_add_response_header(struct MHD_Response *response, const char *name,
                                               const char *value);
enum MHD_Result __wrap_MHD_add_response_header(struct MHD_Response *response, const char *name,
                                               const char *value);
enum MHD_Result __wrap_MHD_queue_response(struct MHD_Connection *connection, unsigned status,
                                          struct MHD_Response *response);

enum MHD_Result __wrap_MHD_add_response_header(struct MHD_Response *response, const char *name,
                                               const char *value)
{
    return ++added == failing ? MHD_NO : __real_MHD_add_response_header(response, name, value);
}

static enum MHD_Result note_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    size_t size = strlen(head);

    (void)context;
    (void)kind;
    snprintf(head + size, sizeof(head) - size, "%s: %s\n", name, value);
    return MHD_YES;
}

enum MHD_Result __wrap_MHD_queue_response(struct MHD_Connection *connection, unsigned status,
                                          struct MHD_Response *response)
{
    (void)connection;
    queued = status;
    head[0] = '\0';
    MHD_get_response_headers(response, note_header, NULL);
    return MHD_YES;
}

static enum MHD_Result plain(struct request *request)
{
    return respond_plain(request, 404, "none\n");
}

static enum MHD_Result closing(struct request *request)
{
    return respond_plain_and_close(request, 400, "no\n");
}

static enum MHD_Result challenge(struct request *request)
{
    return respond_challenge(request, 401, "Bearer realm=\"XNAT\"", "who?\n");
}

static enum MHD_Result refusal(struct request *request)
{
    return respond_refusal(request, 401,
                           &(struct refusal_text){"who?", "bearer_expired", "Bearer x=\"y\""});
}

static enum MHD_Result method(struct request *request)
{
    return respond_method_not_allowed(request, "GET, HEAD");
}

static enum MHD_Result redirect(struct request *request)
{
    return respond_redirect(request, strdup("https://xnat.example/"));
}

static enum MHD_Result within(struct request *request)
{
    return respond_redirect_within(request, "/data/projects?format=json");
}

static enum MHD_Result home(struct request *request)
{
    return respond_redirect_within(request, NULL);
}

static enum MHD_Result page(struct request *request)
{
    return respond_page(request, 200, "default-src 'none'", strdup("<p>"));
}

static const struct {
    enum MHD_Result (*answer)(struct request *request);
    unsigned status;
    size_t headers;
    const char *own; /* a line of its head */
} answers[] = {
    {plain, 404, 6, "X-Frame-Options: DENY\n"},
    {closing, 400, 7, "Connection: close\n"},
    {challenge, 401, 7, "WWW-Authenticate: Bearer realm=\"XNAT\"\n"},
    {method, 405, 7, "Allow: GET, HEAD\n"},
    {redirect, 302, 7, "Location: https://xnat.example/\n"},
    {within, 302, 7, "Location: https://site.example/data/projects?format=json\n"},
    {home, 302, 7, "Location: https://site.example/\n"},
    {page, 200, 6, "Content-Security-Policy: default-src 'none'\n"},
    {handle_keys, 200, 3, "Cache-Control: public, max-age=60\n"},
    {handle_logo, 200, 4, "sandbox\n"},
};

/* The answer to a new request. @param fail which addition fails; 0: none. */
static enum MHD_Result answer_of(enum MHD_Result (*answer)(struct request *request),
                                 struct site *site, bool draining, size_t fail)
{
    struct worker worker = {.site = site, .draining = draining};
    struct request request = {.worker = &worker, .cookies_out = {strdup("a=b")}, .cookie_count = 1};
    enum MHD_Result result;

    queued = 0;
    added = 0;
    failing = fail;
    result = answer(&request);
    failing = 0;
    assert_int_equal(request.answered, result == MHD_YES);
    free(request.cookies_out[0]);
    return result;
}

static void every_header_is_there_or_there_is_no_answer(void **state)
{
    char jwks[] = "{}", logo[] = "<svg/>";
    struct site site = {.url = "https://site.example",
                        .jwks = jwks,
                        .look = {.logo = logo, .logo_size = 6, .logo_type = "image/svg+xml"}};

    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        size_t count = answers[i].headers + 2; /* the cookie, and the end of the connection */

        assert_int_equal(answer_of(answers[i].answer, &site, true, 0), MHD_YES);
        assert_int_equal(queued, answers[i].status);
        assert_int_equal(added, count);
        assert_non_null(strstr(head, answers[i].own));
        assert_non_null(strstr(head, "Set-Cookie: a=b\n"));
        assert_non_null(strstr(head, "Connection: close\n"));
        for (size_t fail = 1; fail <= count; fail++) {
            assert_int_equal(answer_of(answers[i].answer, &site, true, fail), MHD_NO);
            assert_int_equal(queued, 0);
        }
    }
}

/* The reason and the reference may be missing, what WWW-Authenticate says may not. */
static void a_refusal_may_lose_its_reason_not_its_challenge(void **state)
{
    const size_t text = 6;

    (void)state;
    assert_int_equal(answer_of(refusal, NULL, false, 0), MHD_YES);
    assert_int_equal(added, text + 2);
    for (size_t fail = 1; fail <= text; fail++) {
        assert_int_equal(answer_of(refusal, NULL, false, fail), MHD_YES);
        assert_non_null(strstr(head, "WWW-Authenticate: Bearer x=\"y\"\n"));
    }
    for (size_t fail = text + 1; fail <= text + 2; fail++)
        assert_int_equal(answer_of(refusal, NULL, false, fail), MHD_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_header_is_there_or_there_is_no_answer),
        cmocka_unit_test(a_refusal_may_lose_its_reason_not_its_challenge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
