/* Metrics as Prometheus reads them. */
#include "tests/support/check.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/metrics.h"
#include "tests/support/failalloc.h"

static struct metrics sets[2];

static char *text_of(const struct metrics_gauge *gauges, size_t count)
{
    const struct metrics *const both[] = {&sets[0], &sets[1]};
    return metrics_text(both, 2, gauges, count);
}

static void counters_of_all_workers_are_added(void **state)
{
    (void)state;
    memset(sets, 0, sizeof sets);
    metrics_count(&sets[0], METRIC_REQUESTS_PROXIED);
    metrics_count(&sets[0], METRIC_REQUESTS_PROXIED);
    metrics_count(&sets[1], METRIC_REQUESTS_PROXIED);
    atomic_store(&sets[0].counters[METRIC_SIGN_OUTS], UINT64_MAX - 1);
    metrics_count(&sets[1], METRIC_SIGN_OUTS);
    atomic_fetch_add(&sets[1].logins_refused[OIDC_E_STATE_EXPIRED], 4);
    char *text = text_of(NULL, 0);
    assert_non_null(strstr(text, "\noidc_sidecar_requests_total{kind=\"proxied\"} 3\n"));
    assert_non_null(strstr(text, "\noidc_sidecar_requests_total{kind=\"own\"} 0\n"));
    assert_non_null(strstr(text, "\noidc_sidecar_sign_outs_total 18446744073709551615\n"));
    assert_non_null(
        strstr(text, "\noidc_sidecar_logins_refused_total{reason=\"state_expired\"} 4\n"));
    free(text);
}

/* Rows of one name must stand together, introduced once. */
static void every_name_is_introduced_once(void **state)
{
    (void)state;
    memset(sets, 0, sizeof sets);
    char *text = text_of(NULL, 0);
    assert_int_equal(strncmp(text, "# HELP oidc_sidecar_requests_total Requests, by what", 52), 0);
    assert_int_equal(times_in(text, "# TYPE oidc_sidecar_requests_total counter\n"), 1);
    assert_int_equal(times_in(text, "# HELP "), times_in(text, "# TYPE "));
    assert_int_equal(times_in(text, "\noidc_sidecar_logins_refused_total{reason="),
                     OIDC_CODE_COUNT - 1);
    assert_null(strstr(text, "reason=\"ok\""));
    free(text);
}

/* Each line is a comment, or a name, perhaps labels, and a number. */
static void every_line_is_well_formed(void **state)
{
    (void)state;
    memset(sets, 0, sizeof sets);
    const struct metrics_gauge gauge = {"a_b", "x=\"y z\"", "Help.", 1.5};
    char *text = text_of(&gauge, 1);
    const char *line = text;
    for (; *line; line = strchr(line, '\n') + 1) {
        assert_non_null(strchr(line, '\n'));
        if (*line == '#')
            continue;
        size_t size = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
        if (line[size] == '{')
            size += strcspn(line + size, "}") + 1;
        assert_int_equal(line[size], ' ');
        size++;
        assert_int_equal(line[size + strspn(line + size, "0123456789.")], '\n');
    }
    free(text);
}

static void gauges_come_with_any_value(void **state)
{
    (void)state;
    const struct metrics_gauge gauges[] = {
        {"g_up", "provider=\"aaf\"", "Whether it is ready.", 1},
        {"g_up", "provider=\"google\"", "", 0},
        {"g_size", "", "How many.", 123456789012.0},
        {"g_half", "", "Half.", 0.5},
        {"g_nan", "", "None.", NAN},
        {"g_inf", "", "More.", INFINITY},
        {"g_neg", "", "Less.", -INFINITY},
    };
    char *text = text_of(gauges, sizeof gauges / sizeof gauges[0]);
    assert_non_null(strstr(text, "# HELP g_up Whether it is ready.\n# TYPE g_up gauge\n"
                                 "g_up{provider=\"aaf\"} 1\ng_up{provider=\"google\"} 0\n"
                                 "# HELP g_size How many.\n# TYPE g_size gauge\n"
                                 "g_size 123456789012\n"));
    assert_non_null(strstr(text, "\ng_half 0.5\n"));
    assert_non_null(strstr(text, "\ng_nan NaN\n"));
    assert_non_null(strstr(text, "\ng_inf +Inf\n"));
    assert_non_null(strstr(text, "\ng_neg -Inf\n"));
    free(text);
}

static bool work(void *context)
{
    (void)context;
    char *text = text_of(NULL, 0);
    free(text);
    return text != NULL;
}

static void no_memory_is_said(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(work, NULL) > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_of_all_workers_are_added),
        cmocka_unit_test(every_name_is_introduced_once),
        cmocka_unit_test(every_line_is_well_formed),
        cmocka_unit_test(gauges_come_with_any_value),
        cmocka_unit_test(no_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
