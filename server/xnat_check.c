/* One question, and a table of what its answers mean to an administrator. See xnat_check.h. */
#include <config.h>

#include "xnat_check.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <jansson.h>

#include "site_complaint.h"
#include "xnat_call.h"
#include "xnat_service.h"

enum weight { INFO, WARNING, ERROR };

static const char *const words[] = {[INFO] = "info", [WARNING] = "warning", [ERROR] = "error"};

/* What an answer means, and what to do about it. */
struct verdict {
    int least, most; /* of the status; 0: no answer came */
    enum weight weight;
    const char *detail;
    const char *cure; /* NULL: nothing is to be done */
};

static const char wait_or_name[] =
    "check again when XNAT is up; if it stays, name XNAT itself, for "
    "example http://127.0.0.1:8080";

static const char locked_or_wrong[] =
    "put those of an XNAT site administrator into the file. Where they are right, XNAT has locked "
    "the account after too many failures, for an hour or more: unlock it there, and check no more "
    "until then, as each try may renew the lock";

/* The first row that covers a status counts. What XNAT does not take is no error: where this check
 * comes before the start, one would keep XNAT's own logins from whoever comes through the sidecar,
 * and each further try would be another failed login. */
static const struct verdict verdicts[] = {
    {0, 0, WARNING, "XNAT does not answer, so the service account was not tried",
     "start XNAT and check again, or mend --upstream"},
    {200, 200, INFO, "XNAT takes the service account", NULL},
    {401, 401, WARNING, "nobody can sign in: XNAT does not take the user name and password",
     locked_or_wrong},
    {403, 403, WARNING, "nobody can sign in: the account may not look at others in XNAT",
     "make it a site administrator in XNAT, or use one that is"},
    {300, 399, WARNING,
     "what --upstream names sends elsewhere, as XNAT may while it starts, so the service account "
     "was not tried",
     wait_or_name},
    {404, 404, WARNING,
     "what --upstream names knows no accounts, as Tomcat does not before XNAT has started, so the "
     "service account was not tried",
     wait_or_name},
    {500, 599, WARNING,
     "XNAT is in trouble or starting, so the service account was not tried to the end",
     "check again when XNAT is up"},
    {INT_MIN, INT_MAX, ERROR, "what --upstream names does not answer as XNAT does",
     "name XNAT itself, for example http://127.0.0.1:8080"},
};

static const struct verdict no_administrator = {
    200, 200, WARNING, "nobody can sign in: the account is no site administrator's in XNAT",
    "give it the role in XNAT, or use another account"};

struct outcome {
    const char *file;
    enum weight weight;
    bool refused;
};

static bool is_refusal(const struct verdict *verdict)
{
    return verdict == &no_administrator || verdict->least == 401 || verdict->least == 403;
}

static bool is_administrator(const struct xnat_answer *answer)
{
    json_t *roles = json_loadb(answer->body, answer->size, JSON_REJECT_DUPLICATES, NULL);
    bool is = false;

    for (size_t i = 0; i < json_array_size(roles) && !is; i++) {
        const char *role = json_string_value(json_array_get(roles, i));

        is = role && xnat_role_is_administrator(role);
    }
    json_decref(roles);
    return is;
}

static bool covers(const struct verdict *verdict, int status)
{
    return status >= verdict->least && status <= verdict->most;
}

static const struct verdict *verdict_on(const struct xnat_answer *answer)
{
    size_t i = 0;

    if (answer->status == 200 && !is_administrator(answer))
        return &no_administrator;
    while (!covers(&verdicts[i], answer->status))
        i++; /* the last row covers whatever is left */
    return &verdicts[i];
}

static void on_answer(void *context, const struct xnat_answer *answer, const char *session)
{
    struct outcome *outcome = context;
    const struct verdict *verdict = verdict_on(answer);

    (void)session;
    outcome->weight = verdict->weight;
    outcome->refused = is_refusal(verdict);
    fprintf(stderr, "%s: %s: %s", outcome->file, words[verdict->weight], verdict->detail);
    if (answer->status == 0)
        fprintf(stderr, " (%s)", answer->note ? answer->note : "no whole answer");
    else if (answer->status != 200)
        fprintf(stderr, " (it answers %d)", answer->status);
    fprintf(stderr, "%s%s\n\n", verdict->cure ? "\n    cure: " : "",
            verdict->cure ? verdict->cure : "");
}

/* Without the provider in front of it (provider/user), of which XNAT's paths know nothing. */
char *xnat_check_path(const char *user)
{
    const char *slash = strrchr(user, '/');
    char *escaped = curl_easy_escape(NULL, slash ? slash + 1 : user, 0);
    char *path;

    if (!escaped || asprintf(&path, "/xapi/users/%s/roles", escaped) < 0)
        path = NULL;
    curl_free(escaped);
    return path;
}

static enum weight ask(struct site *site, const struct xnat_credentials *credentials)
{
    const struct xnat_caller caller = {credentials->authorization, NULL};
    struct outcome outcome = {.file = site->options.xnat_admin_file, .weight = ERROR};
    char *path = xnat_check_path(credentials->user);
    const struct xnat_request request = {.method = "GET", .path = path};

    if (!path || !xnat_call_now(site, &request, &caller, on_answer, &outcome))
        fputs("out of memory\n", stderr);
    if (outcome.refused)
        atomic_store(&site->xnat_standing, XNAT_STANDING_REFUSED);
    free(path);
    return outcome.weight;
}

bool xnat_check(struct site *site)
{
    const char *path = site->options.xnat_admin_file;
    struct xnat_credentials credentials;
    const char *why;
    enum weight weight;

    if (!xnat_credentials_read(path, &credentials, &why))
        return site_complain_with_cure(site, path, why, XNAT_ADMIN_FILE_CURE);
    weight = ask(site, &credentials);
    xnat_credentials_clear(&credentials);
    site->warnings += weight == WARNING;
    return weight != ERROR;
}
