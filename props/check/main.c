/* oidc-check: what is wrong with an openid-provider.properties, before users find out. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include <oidc/version.h>

#include "formats.h"
#include "online.h"
#include "options.h"

enum status { STATUS_GOOD = 0, STATUS_ERRORS = 1, STATUS_TROUBLE = 2 };

static enum status out_of_memory(void)
{
    (void)fputs("oidc-check: out of memory\n", stderr);
    return STATUS_TROUBLE;
}

static enum status judge(const struct check_options *options, const struct check_site *site)
{
    struct check_counts total = check_site_total(site);
    if (site->unreadable)
        return STATUS_TROUBLE;
    if (total.errors > 0 || (options->strict && total.warnings > 0))
        return STATUS_ERRORS;
    return STATUS_GOOD;
}

static enum status print_findings(const struct check_options *options,
                                  const struct check_site *site)
{
    struct text_style style = text_style_of(stdout);
    bool memory = false;
    style.strict = options->strict;
    switch (options->format) {
    case CHECK_TEXT:
        memory = text_write(site, &style, stdout);
        break;
    case CHECK_JSON:
        memory = json_write(site, stdout);
        break;
    case CHECK_SARIF:
        memory = sarif_write(site, stdout);
        break;
    }
    return memory ? judge(options, site) : out_of_memory();
}

/* What keeps an answer from being given is told on standard error. */
static enum status complain(const struct check_options *options, const struct check_site *site)
{
    struct text_style style = text_style_of(stderr);
    enum status status = judge(options, site);
    if (!text_write(site, &style, stderr))
        return out_of_memory();
    return status == STATUS_TROUBLE ? STATUS_TROUBLE : STATUS_ERRORS;
}

static enum status print_redirect_uri(const struct check_options *options,
                                      const struct check_site *site)
{
    char *uri = NULL;
    if (!check_site_redirect_uri(site, &uri))
        return out_of_memory();
    if (uri == NULL || site->unreadable) {
        free(uri);
        return complain(options, site);
    }
    (void)printf("%s\n", uri);
    free(uri);
    return STATUS_GOOD;
}

static enum status print_effective(const struct check_options *options,
                                   const struct check_site *site)
{
    if (site->unreadable || check_site_total(site).errors > 0) {
        enum status status = complain(options, site);
        (void)fputs("oidc-check: a configuration with errors is not used, so none is printed; "
                    "--dump prints what stands in the file\n",
                    stderr);
        return status;
    }
    return effective_write(site, stdout) ? STATUS_GOOD : out_of_memory();
}

static enum status print_dump(const struct check_options *options, const struct check_site *site)
{
    bool broken = false;
    if (site->unreadable)
        return complain(options, site);
    if (!dump_write(site, stdout, &broken))
        return out_of_memory();
    return broken ? STATUS_ERRORS : STATUS_GOOD;
}

/* The files first, then their providers. A file that cannot be read is told of without asking
 * anybody. */
static enum status ask_and_print(const struct check_options *options, struct check_site *site)
{
    oidc_error error;
    oidc_code code = ask_open(&site->ask, options->ca_file, &error);
    if (code != OIDC_OK && code != OIDC_E_MEMORY) {
        (void)fprintf(stderr, "oidc-check: --ca-file: %s\n", error.detail);
        return STATUS_TROUBLE;
    }
    if (code != OIDC_OK || !online_check(site, options->target))
        return out_of_memory();
    return print_findings(options, site);
}

static enum status check(const struct check_options *options)
{
    struct check_site site;
    enum status status = STATUS_TROUBLE;
    /* What the sidecar would use is for what the sidecar reads to say. */
    enum props_target target = options->task == CHECK_EFFECTIVE ? PROPS_SIDECAR : options->target;
    if (!check_site_open(&site, options->paths, options->path_count, target))
        status = out_of_memory();
    else if (options->task == CHECK_REDIRECT_URI)
        status = print_redirect_uri(options, &site);
    else if (options->task == CHECK_EFFECTIVE)
        status = print_effective(options, &site);
    else if (options->task == CHECK_DUMP)
        status = print_dump(options, &site);
    else if (options->online)
        status = ask_and_print(options, &site);
    else
        status = print_findings(options, &site);
    check_site_close(&site);
    return status;
}

static enum status run(const struct check_options *options)
{
    bool json = options->format == CHECK_JSON;
    switch (options->task) {
    case CHECK_HELP:
        check_options_print(stdout);
        return STATUS_GOOD;
    case CHECK_VERSION:
        (void)printf("oidc-check %s\n", OIDC_VERSION);
        return STATUS_GOOD;
    case CHECK_EXPLAIN:
        return explain_write(options->topic, stdout) ? STATUS_GOOD : STATUS_TROUBLE;
    case CHECK_LIST_RULES:
        return list_rules(json, stdout) ? STATUS_GOOD : out_of_memory();
    case CHECK_LIST_KEYS:
        return list_keys(json, stdout) ? STATUS_GOOD : out_of_memory();
    case CHECK_FINDINGS:
    case CHECK_REDIRECT_URI:
    case CHECK_EFFECTIVE:
    case CHECK_DUMP:
        break;
    }
    return check(options);
}

/* A full disk or a reader that went away must not look like a clean bill of health. */
static enum status flush(enum status status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    (void)fprintf(stderr, "oidc-check: the answer cannot be written: %s\n", strerror(errno));
    return STATUS_TROUBLE;
}

int main(int argc, char *argv[])
{
    struct check_options options;
    enum status status = STATUS_TROUBLE;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    if (check_options_read(&options, argc, argv))
        status = flush(run(&options));
    curl_global_cleanup();
    check_options_free(&options);
    return (int)status;
}
