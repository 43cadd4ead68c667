/* Metrics as text (Prometheus text format 0.0.4). */
#include "metrics.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "text.h"

#define REFUSED_NAME "oidc_sidecar_logins_refused_total"

static const struct {
    const char *name;
    const char *labels;
    const char *help;
} rows[METRIC_COUNT] = {
#define METRIC_ROW(constant, name, labels, help) [constant] = {name, labels, help},
    METRICS(METRIC_ROW)
#undef METRIC_ROW
};

/* The two lines that introduce all rows of one name. */
static void add_head(struct text *text, const char *name, const char *type, const char *help)
{
    text_addf(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_name(struct text *text, const char *name, const char *labels)
{
    text_adds(text, name);
    if (labels && labels[0])
        text_addf(text, "{%s}", labels);
}

static uint64_t sum(const struct metrics *const sets[], size_t count, enum metric metric)
{
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += atomic_load_explicit(&sets[i]->counters[metric], memory_order_relaxed);
    return total;
}

static void add_counters(struct text *text, const struct metrics *const sets[], size_t count)
{
    const char *before = "";
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        if (strcmp(rows[i].name, before) != 0)
            add_head(text, rows[i].name, "counter", rows[i].help);
        before = rows[i].name;
        add_name(text, rows[i].name, rows[i].labels);
        text_addf(text, " %" PRIu64 "\n", sum(sets, count, (enum metric)i));
    }
}

/* Every reason is there from the start, at zero: a rate over a row that appears only with its first
 * refusal would miss that refusal. */
static void add_refusals(struct text *text, const struct metrics *const sets[], size_t count)
{
    add_head(text, REFUSED_NAME, "counter", "Sign-ins that were refused, by reason.");
    for (size_t code = OIDC_OK + 1; code < OIDC_CODE_COUNT; code++) {
        uint64_t total = 0;
        for (size_t i = 0; i < count; i++)
            total += atomic_load_explicit(&sets[i]->logins_refused[code], memory_order_relaxed);
        text_addf(text, REFUSED_NAME "{reason=\"%s\"} %" PRIu64 "\n",
                  oidc_code_name((oidc_code)code), total);
    }
}

static void add_number(struct text *text, double value)
{
    if (isnan(value))
        text_adds(text, "NaN");
    else if (isinf(value))
        text_adds(text, value > 0 ? "+Inf" : "-Inf");
    else
        text_addf(text, "%.15g", value);
}

static void add_gauges(struct text *text, const struct metrics_gauge *gauges, size_t count)
{
    const char *before = "";
    for (size_t i = 0; i < count; i++) {
        if (strcmp(gauges[i].name, before) != 0)
            add_head(text, gauges[i].name, "gauge", gauges[i].help);
        before = gauges[i].name;
        add_name(text, gauges[i].name, gauges[i].labels);
        text_adds(text, " ");
        add_number(text, gauges[i].value);
        text_adds(text, "\n");
    }
}

char *metrics_text(const struct metrics *const sets[], size_t count,
                   const struct metrics_gauge *gauges, size_t gauge_count)
{
    struct text text = {0};
    add_counters(&text, sets, count);
    add_refusals(&text, sets, count);
    add_gauges(&text, gauges, gauge_count);
    return text_steal(&text);
}
