/* Log lines: one event, one line; nothing forged, nothing lost silently. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <regex.h>
#include <unistd.h>

#include "server/log.h"

#define TIME "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\\.[0-9]{3}Z"

static char captured[65536];

/* Standard error, while it leads into a pipe that holds the longest line. */
static int saved_stderr, capture_end;

static void capture_start(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);

    saved_stderr = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    capture_end = ends[0];
}

static const char *capture_stop(void)
{
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    size_t size = 0;
    for (ssize_t got; (got = read(capture_end, captured + size, sizeof captured - 1 - size)) > 0;)
        size += (size_t)got;
    close(capture_end);
    captured[size] = '\0';
    return captured;
}

/* Checks what was logged against the start of a line, the time, and the rest. */
static void assert_line(const char *before, const char *after)
{
    const char *line = capture_stop();
    regex_t pattern;
    regmatch_t match;
    assert_int_equal(regcomp(&pattern, TIME, REG_EXTENDED), 0);
    assert_int_equal(regexec(&pattern, line, 1, &match, 0), 0);
    regfree(&pattern);
    assert_int_equal((size_t)match.rm_so, strlen(before));
    assert_memory_equal(line, before, strlen(before));
    assert_string_equal(line + match.rm_eo, after);
}

static void json_lines_have_typed_fields(void **state)
{
    (void)state;
    log_setup(LOG_FORMAT_JSON, LOG_INFO);
    capture_start();
    log_event(LOG_INFO, "started", LOG_TEXT("listen", "127.0.0.1:8081"), LOG_NUMBER("workers", 2),
              LOG_NUMBER("least", INT64_MIN), LOG_BOOL("tls", true), LOG_BOOL("quiet", 0),
              LOG_TEXT("absent", NULL), LOG_TEXT("empty", ""));
    assert_line("{\"time\":\"",
                "\",\"level\":\"info\",\"event\":\"started\",\"listen\":\"127.0.0.1:8081\","
                "\"workers\":2,\"least\":-9223372036854775808,\"tls\":true,\"quiet\":false,"
                "\"empty\":\"\"}\n");
}

static void text_lines_quote_what_could_be_mistaken(void **state)
{
    (void)state;
    log_setup(LOG_FORMAT_TEXT, LOG_INFO);
    capture_start();
    log_event(LOG_WARNING, "refused", LOG_TEXT("url", "https://a.example/x?y#z"),
              LOG_TEXT("words", "two words"), LOG_TEXT("pair", "a=b"), LOG_TEXT("empty", ""),
              LOG_TEXT("quote", "\""), LOG_NUMBER("status", 403));
    assert_line("", " warning refused url=https://a.example/x?y#z words=\"two words\" "
                    "pair=\"a=b\" empty=\"\" quote=\"\\\"\" status=403\n");
}

static void an_event_without_fields_is_a_line(void **state)
{
    (void)state;
    log_setup(LOG_FORMAT_JSON, LOG_DEBUG);
    capture_start();
    log_write(LOG_ERROR, "stopped", NULL, 0);
    assert_line("{\"time\":\"", "\",\"level\":\"error\",\"event\":\"stopped\"}\n");
}

static void no_value_forges_a_line(void **state)
{
    (void)state;
    static const char hostile[] = "a\n{\"event\":\"login\"}\r\t\x1B[2J\x7F\\ \xC2\x9B \xE2\x80\xA8 "
                                  "\xE2\x80\xAE \xF3\xA0\x80\x81 \xFF \xC0\xAF \xC3\xA9";
    log_setup(LOG_FORMAT_JSON, LOG_INFO);
    capture_start();
    log_event(LOG_INFO, "x", LOG_TEXT("v", hostile));
    assert_line(
        "{\"time\":\"",
        "\",\"level\":\"info\",\"event\":\"x\",\"v\":\"a\\n{\\\"event\\\":\\\"login\\\"}"
        "\\u000d\\u0009\\u001b[2J\\u007f\\\\ \\u009b \\u2028 \\u202e \\udb40\\udc01 \xEF\xBF\xBD "
        "\xEF\xBF\xBD\xEF\xBF\xBD \xC3\xA9\"}\n");
    log_setup(LOG_FORMAT_TEXT, LOG_INFO);
    capture_start();
    log_event(LOG_INFO, "x", LOG_TEXT("v", "a\nb \x1B"));
    assert_line("", " info x v=\"a\\nb \\u001b\"\n");
}

static void lesser_events_are_left_out(void **state)
{
    (void)state;
    log_setup(LOG_FORMAT_JSON, LOG_WARNING);
    assert_false(log_wants(LOG_DEBUG));
    assert_false(log_wants(LOG_INFO));
    assert_true(log_wants(LOG_WARNING));
    assert_true(log_wants(LOG_ERROR));
    capture_start();
    log_event(LOG_INFO, "x", LOG_TEXT("v", "v"));
    assert_string_equal(capture_stop(), "");
}

static void a_long_value_is_cut_where_a_character_begins(void **state)
{
    (void)state;
    char value[4096];
    memset(value, 'a', sizeof value);
    memcpy(value + 1022, "\xF0\x9F\x98\x80", 4); /* across the limit of 1024 */
    value[sizeof value - 1] = '\0';
    log_setup(LOG_FORMAT_JSON, LOG_INFO);
    capture_start();
    log_event(LOG_INFO, "x", LOG_TEXT("v", value));
    const char *line = capture_stop();
    const char *start = strstr(line, "\"v\":\"");
    assert_non_null(start);
    assert_int_equal(strspn(start + 5, "a"), 1022);
    assert_string_equal(start + 5 + 1022, "\"}\n");
}

static void a_line_that_is_too_long_says_so(void **state)
{
    (void)state;
    char value[1025];
    memset(value, '\x01', sizeof value); /* six characters each */
    value[1024] = '\0';
    for (enum log_format format = LOG_FORMAT_JSON; format <= LOG_FORMAT_TEXT; format++) {
        log_setup(format, LOG_INFO);
        capture_start();
        log_event(LOG_INFO, "x", LOG_TEXT("a", value), LOG_TEXT("b", value), LOG_TEXT("c", value),
                  LOG_TEXT("d", value), LOG_NUMBER("last", 7));
        const char *line = capture_stop();
        const bool json = format == LOG_FORMAT_JSON;
        const char *end = json ? ",\"last\":7,\"cut\":true}\n" : " last=7 cut=true\n";
        assert_true(strlen(line) < 16384);
        assert_string_equal(line + strlen(line) - strlen(end), end);
        assert_non_null(strstr(line, json ? ",\"b\":" : " b="));
        assert_null(strstr(line, json ? ",\"c\":" : " c="));
    }
}

/* How often a text stands in what was captured. */
static size_t occurrences(const char *text)
{
    size_t count = 0;
    for (const char *at = captured; (at = strstr(at, text)) != NULL; at += strlen(text))
        count++;
    return count;
}

static void a_log_that_cannot_be_written_is_survived(void **state)
{
    (void)state;
    log_setup(LOG_FORMAT_TEXT, LOG_INFO);
    const int saved = dup(STDERR_FILENO);
    close(STDERR_FILENO);
    log_event(LOG_INFO, "x", LOG_TEXT("v", "v"));
    dup2(saved, STDERR_FILENO);
    close(saved);
    capture_start();
    log_event(LOG_INFO, "y", LOG_TEXT("v", "v"));
    capture_stop();
    assert_int_equal(occurrences(" warning log_lines_lost count=1\n"), 1);
    assert_int_equal(occurrences(" info y v=v\n"), 1);
}

/* The pipe has two pages: a short line takes one, the beginning of a long line the other. */
static void a_log_that_nobody_reads_stops_nobody(void **state)
{
    (void)state;
    enum { LINES = 500 };
    char value[1025];
    memset(value, '\x01', sizeof value); /* six characters each */
    value[1024] = '\0';
    log_setup(LOG_FORMAT_JSON, LOG_INFO);
    capture_start();
    assert_true(fcntl(STDERR_FILENO, F_SETPIPE_SZ, 2 * 4096) > 0);
    alarm(60); /* a write that blocks ends here */
    log_event(LOG_INFO, "x", LOG_TEXT("v", "v"));
    for (size_t i = 1; i < LINES; i++)
        log_event(LOG_INFO, "x", LOG_TEXT("v", value));
    alarm(0);
    const int flags = fcntl(capture_end, F_GETFL);
    fcntl(capture_end, F_SETFL, flags | O_NONBLOCK);
    const ssize_t size = read(capture_end, captured, sizeof captured - 1);
    fcntl(capture_end, F_SETFL, flags);
    assert_true(size > 0);
    captured[size] = '\0';
    const size_t whole = occurrences("\"}\n");
    assert_true(whole >= 1);
    assert_int_equal(occurrences("{\"time\""), whole + 1); /* the last one is torn */

    log_event(LOG_INFO, "y", LOG_TEXT("v", "v"));
    char lost[64];
    snprintf(lost, sizeof lost, "\"event\":\"log_lines_lost\",\"count\":%zu}\n",
             (size_t)LINES - whole);
    assert_int_equal(capture_stop()[0], '\n');
    assert_int_equal(occurrences(lost), 1);
    assert_int_equal(occurrences("\n{\"time\""), 2);
    assert_int_equal(occurrences("\"event\":\"y\",\"v\":\"v\"}\n"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_lines_have_typed_fields),
        cmocka_unit_test(text_lines_quote_what_could_be_mistaken),
        cmocka_unit_test(an_event_without_fields_is_a_line),
        cmocka_unit_test(no_value_forges_a_line),
        cmocka_unit_test(lesser_events_are_left_out),
        cmocka_unit_test(a_long_value_is_cut_where_a_character_begins),
        cmocka_unit_test(a_line_that_is_too_long_says_so),
        cmocka_unit_test(a_log_that_cannot_be_written_is_survived),
        cmocka_unit_test(a_log_that_nobody_reads_stops_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
