/*
 * Looks at the provider files that it is given, with liboidc's rules, and says what is wrong:
 *
 *     cc -o check_configuration check_configuration.c $(pkg-config --cflags --libs oidc)
 *     ./check_configuration /data/xnat/home/config/auth
 *
 * Exits with 1 when an error was found, with 2 when a file cannot be read.
 */
#include <stdio.h>

#include <oidc/lint.h>

static void print(const oidc_finding *finding)
{
    static const char *const names[] = {
        [OIDC_INFO] = "info", [OIDC_WARNING] = "warning", [OIDC_ERROR] = "error"};

    printf("%s:%zu:%zu: %s: %s [%s]\n", finding->file, finding->line, finding->column,
           names[finding->severity], finding->message, finding->code);
    if (finding->hint[0] != '\0')
        printf("    %s\n", finding->hint);
}

int main(int argc, char *argv[])
{
    oidc_error error;
    oidc_lint *report = NULL;
    size_t count = argc > 1 ? (size_t)(argc - 1) : 0;
    oidc_code code =
        oidc_lint_files((const char *const *)argv + 1, count, OIDC_LINT_AUTO, &report, &error);
    int status = code == OIDC_OK ? 0 : 2;

    if (!report) {
        fprintf(stderr, "%s\n", error.detail);
        return status;
    }
    for (size_t i = 0; i < oidc_lint_finding_count(report); i++)
        print(oidc_lint_finding(report, i));
    if (status == 0 && oidc_lint_count(report, OIDC_ERROR) > 0)
        status = 1;
    if (status == 0)
        printf("redirect URL to register: %s\n", oidc_lint_redirect_uri(report));
    oidc_lint_free(&report);
    return status;
}
