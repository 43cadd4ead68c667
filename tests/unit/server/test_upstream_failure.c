/* What libcurl's codes, and what we refuse ourselves, are told as. */
#include "tests/support/check.h"

#include <stdbool.h>

#include "server/log.h"
#include "server/respond.h"
#include "server/site.h"
#include "server/upstream_failure.h"

/* What was told last: to the log, and to the client. */
static struct {
    const char *reason, *detail, *hint;
} logged;
static struct {
    unsigned status;
    const char *reason;
} answered;

void __wrap_log_write(enum log_level level, const char *event, const struct log_field *fields,
                      size_t count);
bool __wrap_request_is_navigation(const struct request *request);
enum MHD_Result __wrap_respond_refusal(struct request *request, unsigned status,
                                       const struct refusal_text *refusal);

void __wrap_log_write(enum log_level level, const char *event, const struct log_field *fields,
                      size_t count)
{
    const struct {
        const char *name;
        const char **text;
    } wanted[] = {{"reason", &logged.reason}, {"detail", &logged.detail}, {"hint", &logged.hint}};

    assert_int_equal(level, LOG_ERROR);
    assert_string_equal(event, "upstream_failed");
    for (size_t i = 0; i < COUNT(wanted); i++) {
        *wanted[i].text = NULL;
        for (size_t j = 0; j < count; j++) {
            if (strcmp(fields[j].name, wanted[i].name) == 0)
                *wanted[i].text = fields[j].text;
        }
    }
}

bool __wrap_request_is_navigation(const struct request *request)
{
    (void)request;
    return false;
}

enum MHD_Result __wrap_respond_refusal(struct request *request, unsigned status,
                                       const struct refusal_text *refusal)
{
    (void)request;
    answered.status = status;
    answered.reason = refusal->reason;
    return MHD_YES;
}

static void show(CURLcode result, const struct upstream_note *note)
{
    static struct site site;
    struct worker worker = {.site = &site};
    struct request request = {.worker = &worker};

    assert_int_equal(upstream_failure_show(&request, result, note), MHD_YES);
    assert_string_equal(logged.reason, answered.reason);
}

static void a_code_has_a_reason_and_a_status(void **state)
{
    static const struct {
        CURLcode result;
        unsigned status;
        const char *reason;
    } rows[] = {
        {CURLE_COULDNT_RESOLVE_HOST, 502, "upstream_unreachable"},
        {CURLE_COULDNT_CONNECT, 502, "upstream_unreachable"},
        {CURLE_PEER_FAILED_VERIFICATION, 502, "upstream_tls"},
        {CURLE_SSL_CONNECT_ERROR, 502, "upstream_tls"},
        {CURLE_SSL_CACERT_BADFILE, 502, "upstream_tls"},
        {CURLE_SSL_CERTPROBLEM, 502, "upstream_tls"},
        {CURLE_SSL_CIPHER, 502, "upstream_tls"},
        {CURLE_SSL_ISSUER_ERROR, 502, "upstream_tls"},
        {CURLE_SSL_INVALIDCERTSTATUS, 502, "upstream_tls"},
        {CURLE_OPERATION_TIMEDOUT, 504, "upstream_timeout"},
        {CURLE_OUT_OF_MEMORY, 503, "out_of_memory"},
        {CURLE_PARTIAL_FILE, 502, "upstream_broken"},
    };
    const struct upstream_note silent = {0}, said = {.libcurl = "what libcurl says"};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        show(rows[i].result, &silent);
        assert_string_equal(answered.reason, rows[i].reason);
        assert_int_equal(answered.status, rows[i].status);
        assert_string_equal(logged.detail, curl_easy_strerror(rows[i].result));
        assert_null(logged.hint);
        show(rows[i].result, &said);
        assert_string_equal(logged.detail, "what libcurl says");
    }
}

static void what_we_refuse_is_told_in_our_words(void **state)
{
    static const struct {
        enum upstream_fault fault;
        CURLcode result;
        const char *reason;
        bool hint;
    } rows[] = {
        {UPSTREAM_FAULT_HEAD_LARGE, CURLE_WRITE_ERROR, "upstream_broken", false},
        {UPSTREAM_FAULT_LENGTH, CURLE_WRITE_ERROR, "upstream_broken", false},
        {UPSTREAM_FAULT_NAMELESS, CURLE_WRITE_ERROR, "upstream_broken", false},
        {UPSTREAM_FAULT_LARGE, CURLE_WRITE_ERROR, "upstream_broken", false},
        {UPSTREAM_FAULT_MEMORY, CURLE_WRITE_ERROR, "out_of_memory", false},
        {UPSTREAM_FAULT_DESCRIPTORS, CURLE_COULDNT_CONNECT, "out_of_descriptors", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct upstream_note note = {rows[i].fault, "Failed writing header"};

        show(rows[i].result, &note);
        assert_string_equal(answered.reason, rows[i].reason);
        assert_non_null(logged.detail);
        assert_null(strstr(logged.detail, "writ"));
        assert_int_equal(logged.hint != NULL, rows[i].hint);
    }
}

/* Of two addresses the one found none left, and the other was reached. */
static void a_descriptor_that_was_not_needed_is_not_told_of(void **state)
{
    const struct upstream_note note = {UPSTREAM_FAULT_DESCRIPTORS, "what libcurl says"};

    (void)state;
    show(CURLE_OPERATION_TIMEDOUT, &note);
    assert_string_equal(answered.reason, "upstream_timeout");
    assert_string_equal(logged.detail, "what libcurl says");
    assert_null(logged.hint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_has_a_reason_and_a_status),
        cmocka_unit_test(what_we_refuse_is_told_in_our_words),
        cmocka_unit_test(a_descriptor_that_was_not_needed_is_not_told_of),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
