/* The head of XNAT's answer: what is read from it, and that all of it goes on, or nothing does. */
#include "tests/support/check.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/answer_head.h"
#include "tests/support/failalloc.h"

/* libmicrohttpd's own allocations cannot be made to fail here; that it finds no memory can: its
 * n-th addition from now fails. 0: none. */
static size_t failing, added;

enum MHD_Result __real_MHD_add_response_header(struct MHD_Response *response, const char *name,
                                               const char *value);
enum MHD_Result __wrap_MHD_add_response_header(struct MHD_Response *response, const char *name,
                                               const char *value);

enum MHD_Result __wrap_MHD_add_response_header(struct MHD_Response *response, const char *name,
                                               const char *value)
{
    return ++added == failing ? MHD_NO : __real_MHD_add_response_header(response, name, value);
}

/* A head of these lines, which are all taken. */
static struct answer_head head_of(long status, const char *const *lines, size_t count)
{
    struct answer_head head = {.status = status};

    for (size_t i = 0; i < count; i++) {
        if (!answer_head_add(&head, lines[i], strlen(lines[i])))
            fail_msg("%s is refused", lines[i]);
    }
    return head;
}

#define HEAD(status, ...)                                                                          \
    head_of((status), (const char *const[]){__VA_ARGS__},                                          \
            COUNT(((const char *const[]){__VA_ARGS__})))

/* --- reading ------------------------------------------------------------------------------------
 */

static void a_line_is_a_name_and_a_value_without_its_blanks(void **state)
{
    struct answer_head head =
        HEAD(200, "A: 1", "B:2", "C: \t3 4\t ", "D:", "E: \t ", "no colon", "F:g:h", "a: again");
    static const char *const fields[][2] = {{"A", "1"}, {"B", "2"},   {"C", "3 4"},  {"D", ""},
                                            {"E", ""},  {"F", "g:h"}, {"a", "again"}};
    const char *name = NULL, *value = NULL;

    (void)state;
    for (size_t i = 0; i < COUNT(fields); i++) {
        assert_true(answer_head_next(&head, &name, &value));
        assert_string_equal(name, fields[i][0]);
        assert_string_equal(value, fields[i][1]);
    }
    assert_false(answer_head_next(&head, &name, &value));
    assert_string_equal(answer_head_field(&head, "c"), "3 4");
    assert_string_equal(answer_head_field(&head, "A"), "1");
    assert_null(answer_head_field(&head, "G"));
    assert_null(answer_head_field(&head, "no colon"));
    answer_head_clear(&head);
    assert_null(answer_head_field(&head, "A"));
    answer_head_free(&head);
}

static void no_head_has_no_fields(void **state)
{
    const struct answer_head none = {0};
    const char *name = NULL, *value = NULL;

    (void)state;
    assert_false(answer_head_next(&none, &name, &value));
    assert_null(answer_head_field(&none, "A"));
}

static void a_length_is_one_that_can_be_counted_to(void **state)
{
    static const char *const none[] = {
        "Content-Length:",
        "Content-Length: -1",
        "Content-Length: +1",
        "Content-Length: 1 2",
        "Content-Length: 1,1",
        "Content-Length: 0x1",
        "content-LENGTH: one",
        "Content-Length: 9223372036854775808",
        "Content-Length: 18446744073709551617",
    };
    static const struct {
        const char *line;
        uint64_t length;
    } lengths[] = {
        {"Content-Length: 0", 0},
        {"content-length:17 ", 17},
        {"Content-Length: 007", 7},
        {"Content-Length: 9223372036854775807", INT64_MAX},
        {"Content-Lengths: many", MHD_SIZE_UNKNOWN},
        {"Content-Lengt: many", MHD_SIZE_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(none); i++) {
        struct answer_head head = {0};

        if (answer_head_add(&head, none[i], strlen(none[i])))
            fail_msg("%s is taken", none[i]);
        answer_head_free(&head);
    }
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct answer_head head = HEAD(200, lengths[i].line);

        if (answer_head_length(&head) != lengths[i].length)
            fail_msg("%s", lengths[i].line);
        answer_head_free(&head);
    }
}

/* --- looking ------------------------------------------------------------------------------------
 */

static void a_redirect_leads_to_the_path_at_any_origin(void **state)
{
    static const struct {
        long status;
        const char *line;
        bool leads;
    } redirects[] = {
        {302, "Location: /login", true},
        {302, "location: /login;jsessionid=1?x", true},
        {302, "Location: https://xnat.example/login?x", true},
        {302, "Location: http://xnat.example:8080/login#x", true},
        {302, "Location: /login/", false},
        {302, "Location: /logins", false},
        {302, "Location: /app/login", false},
        {302, "Location: login", false},
        {302, "Location: https://xnat.example", false},
        {302, "Location: /elsewhere?to=https://xnat.example/login", false},
        {302, "Location:", false},
        {302, "X: /login", false},
        {301, "Location: /login", false},
        {200, "Location: /login", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(redirects); i++) {
        struct answer_head head = HEAD(redirects[i].status, redirects[i].line);
        const char *location = answer_head_redirect(&head, "/login");

        if ((location != NULL) != redirects[i].leads)
            fail_msg("%ld %s", redirects[i].status, redirects[i].line);
        if (location)
            assert_ptr_equal(location, answer_head_field(&head, "Location"));
        answer_head_free(&head);
    }
}

static void documents_are_told_by_their_type(void **state)
{
    static const struct {
        const char *line;
        bool is;
    } types[] = {
        {"Content-Type: text/html", true},
        {"content-type: TEXT/HTML; charset=UTF-8", true},
        {"Content-Type: application/json", true},
        {"Content-Type: application/xml", true},
        {"Content-Type: text/xml;charset=UTF-8", true},
        {"Content-Type: application/xhtml+xml", true},
        {"Content-Type: text/css", false},
        {"Content-Type: application/javascript", false},
        {"Content-Type: image/png", false},
        {"Content-Type:", false},
        {"X: text/html", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(types); i++) {
        struct answer_head head = HEAD(200, types[i].line);

        if (answer_head_is_document(&head) != types[i].is)
            fail_msg("%s", types[i].line);
        answer_head_free(&head);
    }
}

/* --- passing on ---------------------------------------------------------------------------------
 */

static enum MHD_Result list(void *context, enum MHD_ValueKind kind, const char *name,
                            const char *value)
{
    struct text *told = context;

    (void)kind;
    text_addf(told, "%s=%s|", name, value);
    return MHD_YES;
}

static struct MHD_Response *new_response(void)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

    assert_non_null(response);
    return response;
}

/* What of a head goes on; the head is freed. */
static char *copied(struct answer_head head)
{
    struct MHD_Response *response = new_response();
    struct text told = {0};

    added = failing = 0;
    assert_true(answer_head_copy(&head, true, response));
    MHD_get_response_headers(response, list, &told);
    MHD_destroy_response(response);
    answer_head_free(&head);
    return text_steal(&told);
}

static void assert_copied(struct answer_head head, const char *expected)
{
    char *told = copied(head);

    assert_string_equal(told, expected);
    free(told);
}

static void what_is_for_this_hop_alone_stays(void **state)
{
    (void)state;
    assert_copied(HEAD(200, "A: 1", "Connection: close, B", "B: 2", "Keep-Alive: x", "C: 3",
                       "connection: d", "D: 4", "Transfer-Encoding: gzip", "Upgrade: x", "TE: x",
                       "Trailer: E", "Content-Length: 5", "Connection-X: 6"),
                  "A=1|C=3|Connection-X=6|");
    assert_copied(HEAD(200, "Connection: keep-alive", "Cache-Control: no-store"),
                  "Cache-Control=no-store|");
    assert_copied(HEAD(200, "Connection: Cache-Control", "Cache-Control: no-store"),
                  "Cache-Control=no-store|");
}

static void what_comes_twice_goes_on_twice(void **state)
{
    (void)state;
    assert_copied(HEAD(200, "Set-Cookie: a=1", "Set-Cookie: b=2", "set-cookie: a=1"),
                  "Set-Cookie=a=1|Set-Cookie=b=2|set-cookie=a=1|");
}

static void an_empty_value_is_a_blank(void **state)
{
    (void)state;
    assert_copied(HEAD(200, "A:", "B: 2"), "A= |B=2|");
}

static void names_and_values_that_are_none_stay(void **state)
{
    (void)state;
    assert_copied(HEAD(200, "A B: 1", ": 2", "C : 3", "D\x80: 4", "E: 5\r6", "F: 7\n8", "G: 9"),
                  "G=9|");
    /* libmicrohttpd 0.9.75 dies of a Date behind one that it has refused in place of another. */
    assert_copied(HEAD(200, "Date: 1", "Date: 2\r3", "Date: 4"), "Date=4|");
}

/* Were there more that it refuses, an answer with it would be taken for one without memory. */
static void libmicrohttpd_takes_everything_else(void **state)
{
    static const char *const special[] = {"Date", "Server", "Content-Type", "Set-Cookie", "X"};

    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        char line[] = {'X', ':', 'a', (char)byte, 'b', '\0'};
        char expected[] = {'X', '=', 'a', (char)byte, 'b', '|', '\0'};
        char name[] = {'X', (char)byte, 'Y', ':', 'a', '\0'};

        assert_copied(HEAD(200, line), byte == '\r' || byte == '\n' ? "" : expected);
        free(copied(HEAD(200, name)));
    }
    for (size_t i = 0; i < COUNT(special); i++) {
        static const char *const values[] = {"", " a", "a", "a", "\t", "\x01", "\xFF"};

        for (size_t j = 0; j < COUNT(values); j++) {
            char line[32];

            snprintf(line, sizeof(line), "%s:%s", special[i], values[j]);
            free(copied(HEAD(200, line, line, line)));
        }
    }
}

static void a_field_that_finds_no_memory_is_missed(void **state)
{
    struct answer_head head = HEAD(200, "Content-Disposition: attachment", "Connection: close",
                                   "Content-Security-Policy: default-src 'none'",
                                   "X:", "Cache-Control: no-store", "Set-Cookie: a=1");

    (void)state;
    for (failing = 1; failing <= 5; failing++) {
        struct MHD_Response *response = new_response();

        added = 0;
        assert_false(answer_head_copy(&head, true, response));
        assert_int_equal(added, failing);
        MHD_destroy_response(response);
    }
    failing = 0;
    answer_head_free(&head);
}

static bool add_and_copy(void *context)
{
    static const char *const lines[] = {"Connection: B", "A: 1", "B: 2"};
    struct MHD_Response *response = context;
    struct answer_head head = {.status = 200};
    bool good = true;

    for (size_t i = 0; i < COUNT(lines); i++)
        good = answer_head_add(&head, lines[i], strlen(lines[i])) && good;
    good = good && !head.fields.bad && answer_head_copy(&head, true, response);
    answer_head_free(&head);
    return good;
}

static void no_memory_is_said(void **state)
{
    struct MHD_Response *response = new_response();

    (void)state;
    assert_int_equal(failalloc_sweep(add_and_copy, response), 2);
    MHD_destroy_response(response);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_a_name_and_a_value_without_its_blanks),
        cmocka_unit_test(no_head_has_no_fields),
        cmocka_unit_test(a_length_is_one_that_can_be_counted_to),
        cmocka_unit_test(a_redirect_leads_to_the_path_at_any_origin),
        cmocka_unit_test(documents_are_told_by_their_type),
        cmocka_unit_test(what_is_for_this_hop_alone_stays),
        cmocka_unit_test(what_comes_twice_goes_on_twice),
        cmocka_unit_test(an_empty_value_is_a_blank),
        cmocka_unit_test(names_and_values_that_are_none_stay),
        cmocka_unit_test(libmicrohttpd_takes_everything_else),
        cmocka_unit_test(a_field_that_finds_no_memory_is_missed),
        cmocka_unit_test(no_memory_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
