/* Options: where they come from, what they take, what is said when they are wrong. */
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

#include <netinet/in.h>
#include <sched.h>

#include "server/options.h"
#include "server/options_table.h"
#include "tests/support/failalloc.h"

#define MOST_WORDS 16

/* The last run: its result, and what it printed. */
static struct options options;
static enum options_result result;
static char *printed, *complained;

static void forget(void)
{
    options_free(&options);
    free(printed);
    free(complained);
    printed = complained = NULL;
}

/* Splits a line at its blanks, for tests need no quotes. */
static int split(char *line, char *words[MOST_WORDS])
{
    int count = 0;
    char *rest = NULL;
    for (char *word = strtok_r(line, " ", &rest); word && count < MOST_WORDS - 1;
         word = strtok_r(NULL, " ", &rest))
        words[count++] = word;
    words[count] = NULL;
    return count;
}

/* Reads a command line and an environment, each in one line. */
static void run(const char *command, const char *environment)
{
    char line[512], variables[512];
    char *argv[MOST_WORDS], *environ_[MOST_WORDS];
    size_t size;
    forget();
    snprintf(line, sizeof line, "oidc-sidecar %s", command);
    snprintf(variables, sizeof variables, "%s", environment);
    const int argc = split(line, argv);
    split(variables, environ_);
    FILE *out = open_memstream(&printed, &size), *err = open_memstream(&complained, &size);
    result = options_read(&options, argc, argv, environ_, out, err);
    fclose(out);
    fclose(err);
}

static void assert_runs(const char *command)
{
    run(command, "");
    if (result != OPTIONS_RUN)
        fail_msg("%s: %s", command, complained);
    assert_string_equal(complained, "");
    assert_string_equal(printed, "");
}

static void assert_complains(const char *command, const char *environment, const char *message)
{
    run(command, environment);
    if (result != OPTIONS_BAD || !strstr(complained, message))
        fail_msg("%s: %d, %s", command, result, complained);
    assert_string_equal(printed, "");
}

/* --- tests --------------------------------------------------------------------------------------
 */

static void defaults_are_the_documented_ones(void **state)
{
    (void)state;
    assert_runs("--config a.properties");
    assert_int_equal(options.config_count, 1);
    assert_string_equal(options.configs[0], "a.properties");
    assert_string_equal(options.listen.text, "127.0.0.1:8081");
    assert_string_equal(options.admin_listen.text, "127.0.0.1:9090");
    assert_null(options.upstream);
    assert_null(options.session_key_file);
    assert_int_equal(options.session_ttl, 8 * 3600);
    assert_int_equal(options.session_idle, 3600);
    assert_int_equal(options.unauthenticated, UNAUTHENTICATED_BY_SITE);
    assert_string_equal(options.login_page, "/app/template/Login.vm");
    assert_string_equal(options.logout_path, "/app/action/LogoutUser");
    assert_string_equal(options.path_prefix, "/oidc");
    assert_string_equal(options.header_prefix, "X-XNAT-OIDC-");
    assert_null(options.assertion_key_file);
    assert_int_equal(options.trusted_proxy_count, 0);
    assert_null(options.ca_file);
    assert_in_range(options.workers, 1, 64);
    assert_int_equal(options.log_format, LOG_FORMAT_JSON);
    assert_int_equal(options.log_level, LOG_INFO);
    assert_false(options.check_config);
}

/* As in a container that was given one of the machine's. */
static void workers_are_for_the_processors_that_we_may_use(void **state)
{
    cpu_set_t all;
    cpu_set_t one;
    size_t first = 0;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    while (!CPU_ISSET(first, &all))
        first++;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_runs("--config a.properties");
    assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
    assert_int_equal(options.workers, 1);
    assert_runs("--config a.properties");
    assert_int_equal(options.workers, CPU_COUNT(&all) < 64 ? CPU_COUNT(&all) : 64);
}

static void every_option_is_taken_in_both_forms(void **state)
{
    (void)state;
    assert_runs("--config a --config=b --listen [::1]:0 --admin-listen=unix:/run/a "
                "--upstream http://xnat:8080/ --session-ttl=2d --session-idle 90");
    assert_string_equal(options.configs[1], "b");
    assert_int_equal(options.listen.address.ss_family, AF_INET6);
    assert_int_equal(options.admin_listen.address.ss_family, AF_UNIX);
    assert_string_equal(options.upstream, "http://xnat:8080");
    assert_int_equal(options.session_ttl, 2 * 86400);
    assert_int_equal(options.session_idle, 90);
    assert_runs("--config a --unauthenticated deny --login-page /login --logout-path=/logout "
                "--path-prefix /a/b --header-prefix=Remote_ --trusted-proxy 10.0.0.0/8 "
                "--trusted-proxy=::1");
    assert_int_equal(options.unauthenticated, UNAUTHENTICATED_DENY);
    assert_string_equal(options.login_page, "/login");
    assert_string_equal(options.path_prefix, "/a/b");
    assert_string_equal(options.header_prefix, "Remote_");
    assert_int_equal(options.trusted_proxy_count, 2);
    assert_int_equal(options.trusted_proxies[0].bits, 8);
    assert_runs("--config a --session-key-file k --assertion-key-file=p --ca-file c --workers 64 "
                "--log-format=text --log-level debug --check-config --handoff=headers");
    assert_string_equal(options.session_key_file, "k");
    assert_string_equal(options.assertion_key_file, "p");
    assert_string_equal(options.ca_file, "c");
    assert_int_equal(options.workers, 64);
    assert_int_equal(options.log_format, LOG_FORMAT_TEXT);
    assert_int_equal(options.log_level, LOG_DEBUG);
    assert_true(options.check_config);
}

static void redis_is_taken_where_it_can_be(void **state)
{
    (void)state;
#ifdef HAVE_HIREDIS
    assert_runs("--config a --redis redis://u:secret@h:7/2");
    assert_string_equal(options.redis.name, "h:7/2");
    assert_string_equal(options.redis.password, "secret");
#else
    assert_complains("--config a --redis redis://u:secret@h", "",
                     "--redis: this program was built without hiredis");
    assert_null(strstr(complained, "secret"));
#endif
}

static void durations_have_units_and_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds; /* 0: refused */
    } rows[] = {
        {"1", 1},         {"1s", 1},         {"60s", 60},
        {"30m", 1800},    {"8h", 28800},     {"2d", 172800},
        {"30d", 2592000}, {"720h", 2592000}, {"2592000", 2592000},
        {"0", 0},         {"0s", 0},         {"31d", 0},
        {"2592001", 0},   {"721h", 0},       {"", 0},
        {"h", 0},         {"1w", 0},         {"1hh", 0},

        {"-1", 0},        {"+1", 0},         {"1.5h", 0},
        {"1H", 0},        {"0x10", 0},       {"99999999999999999999d", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char command[80];
        snprintf(command, sizeof command, "--config a --session-ttl=%s", rows[i].text);
        if (rows[i].seconds) {
            assert_runs(command);
            assert_int_equal(options.session_ttl, rows[i].seconds);
        } else {
            assert_complains(command, "", "--session-ttl: got");
        }
    }
}

static void idle_never_exceeds_the_session(void **state)
{
    (void)state;
    assert_runs("--config a --session-ttl 30m");
    assert_int_equal(options.session_idle, 1800);
    assert_runs("--config a --session-ttl 30m --session-idle 30m");
    assert_complains("--config a --session-ttl 30m --session-idle 31m", "",
                     "--session-idle is longer than --session-ttl");
    assert_complains("--config a --session-idle 9h", "", "--session-idle is longer");
}

static void the_upstream_is_an_origin(void **state)
{
    (void)state;
    static const char *const good[] = {"http://127.0.0.1:8080", "https://xnat.example",
                                       "http://[::1]:8080", "http://xnat_web:1", "http://a:65535/"};
    static const char *const bad[] = {
        "127.0.0.1:8080", "http://",     "ftp://x",      "http://x/path",    "http://x?q",
        "http://x#f",     "http://u@x",  "http://u:p@x", "http://x:0",       "http://x:65536",
        "http://x:",      "http://x:8a", "http://[::1",  "http://[1.2.3.4]", "http://[]",
        "http://[::g]",   "http://:80",  "http:///x",    "http://x//",       "http://x\\y",
        "http://-x",      "HTTP://x",    "http://%78",
    };
    char command[80];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(command, sizeof command, "--config a --upstream %s", good[i]);
        assert_runs(command);
        assert_int_not_equal(options.upstream[strlen(options.upstream) - 1], '/');
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(command, sizeof command, "--config a --upstream %s", bad[i]);
        assert_complains(command, "", "--upstream: got");
    }
}

static void paths_are_plain(void **state)
{
    (void)state;
    static const char *const bad[] = {"oidc",    "/",     "/oidc/",    "//oidc", "/a//b",
                                      "/a/../b", "/.",    "/a%2f",     "/a;b",   "/a?b",
                                      "/a#b",    "/a\\b", "/\xC3\xA9", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char command[80];
        snprintf(command, sizeof command, "--config a --path-prefix=%s", bad[i]);
        assert_complains(command, "", "--path-prefix: got");
    }
}

static void header_prefixes_take_no_common_header_away(void **state)
{
    (void)state;
    assert_runs("--config a --header-prefix Remote-");
    static const char *const bad[] = {"",         "X-",   "X-1-", "X-A",  "con",
                                      "Content-", "Coo",  "Hos",  "host", "X-Forwarded-",
                                      "X_For",    "Auth", "a:bc", "abc(", "Sec-Fetch-"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char command[80];
        snprintf(command, sizeof command, "--config a --header-prefix=%s", bad[i]);
        assert_complains(command, "", "--header-prefix: got");
    }
}

static void what_does_not_fit_together_is_refused(void **state)
{
    (void)state;
    assert_complains("", "", "--config is missing");
    assert_complains("--config a --listen 127.0.0.1:80 --admin-listen 127.0.0.1:80", "",
                     "--listen and --admin-listen are the same");
    assert_runs("--config a --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0");
    assert_complains("--config a --upstream http://localhost:8081", "",
                     "--upstream is the sidecar's own address (--listen 127.0.0.1:8081)");
    assert_complains("--config a --upstream http://127.0.0.1:9090", "",
                     "own address (--admin-listen 127.0.0.1:9090): it must be XNAT's, such as");
    assert_complains("--config a --login-page /oidc/x", "", "--login-page must not lie below");
    assert_complains("--config a --logout-path /oidc", "", "--logout-path must not lie below");
    assert_runs("--config a --logout-path /oidcx");
    assert_complains("--config a --logout-path /app/template/Login.vm", "", "are the same path");
}

static void unknown_options_are_answered_with_near_ones(void **state)
{
    (void)state;
    assert_complains("--config a --upsteam http://x", "", "did you mean --upstream?");
    assert_complains("--config a --session-key f", "", "did you mean --session-key-file?");
    assert_complains("--config a --frobnicate", "", "there is no option --frobnicate\n");
    assert_complains("--config a --xnat-admin x", "", "did you mean --xnat-admin-file?");
    assert_complains("--config a --=x", "", "there is no option --\n");
    assert_complains("a.properties", "", "\"a.properties\" is no option; a provider file is named");
    assert_complains("--config a -v", "", "\"-v\" is no option");
    assert_complains("--config a --", "", "\"--\" is no option");
}

static void values_are_needed_once(void **state)
{
    (void)state;
    assert_complains("--config", "", "--config needs a value: path");
    assert_complains("--upstream --config a", "", "--upstream needs a value: url");
    assert_complains("--config a --check-config=true", "", "--check-config takes no value");
    assert_complains("--config a --workers 1 --workers 1", "", "--workers is given twice");
    assert_complains("--config a --check-config --check-config", "", "is given twice");
    assert_complains("--config a --help=x", "", "--help takes no value");
    assert_complains("--config a --workers 0", "", "--workers: got \"0\", expected a number");
    assert_complains("--config a --workers 65", "", "--workers: got");
    assert_complains("--config a --unauthenticated=", "", "expected pass, login or deny");
    assert_complains("--config a --config=", "", "--config: got");
}

static void all_mistakes_are_told_at_once(void **state)
{
    (void)state;
    assert_complains("--workers x --log-level y --upsteam z", "", "--workers: got \"x\"");
    assert_non_null(strstr(complained, "--log-level: got \"y\""));
    assert_non_null(strstr(complained, "did you mean --upstream?"));
}

static void handing_over_by_tokens_needs_an_xnat_and_an_account(void **state)
{
    (void)state;
    assert_runs("--config a --upstream http://h --handoff xnat-token --xnat-admin-file f");
    assert_int_equal(options.handoff, HANDOFF_XNAT_TOKEN);
    assert_string_equal(options.xnat_admin_file, "f");
    assert_runs("--config a --upstream http://h");
    assert_int_equal(options.handoff, HANDOFF_HEADERS);
    assert_complains("--config a --handoff xnat-token --xnat-admin-file f", "",
                     "--handoff xnat-token needs --upstream");
    assert_complains("--config a --handoff xnat-token --upstream http://h", "",
                     "--handoff xnat-token needs --xnat-admin-file");
    assert_non_null(strstr(complained, "printf '%s' 'user:password' > xnat-admin"));
    assert_complains("--config a --xnat-admin-file f", "",
                     "--xnat-admin-file is of use with --handoff xnat-token alone");
    assert_complains("--config a --handoff smoke", "", "expected headers or xnat-token");
}

static void passwords_are_not_repeated(void **state)
{
    (void)state;
    assert_complains("--config a --upstream http://u:secret@h", "", "--upstream: got");
    assert_null(strstr(complained, "secret"));
    assert_complains("--config a --redis rediss://u:secret@h", "", "--redis: ");
    assert_null(strstr(complained, "secret"));
    assert_complains("--config a", "OIDC_SIDECAR_REDIS=redis://secret@h", "OIDC_SIDECAR_REDIS: ");
    assert_null(strstr(complained, "secret"));
    assert_complains("--config a --redis redis:/:secret", "", "--redis: ");
    assert_null(strstr(complained, "secret"));
}

static void assert_filled(const char *text, char character, size_t size)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(text[i], character);
}

/* Taken or wrong, wanted or overruled: proc(5) shows both to others. */
static void secrets_do_not_stay_where_they_came_from(void **state)
{
    static const char *const urls[] = {"redis://:secret@h", "redis://:secret", "secret", "@"};

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        const size_t size = strlen(urls[i]);
        char program[] = "oidc-sidecar", config[] = "--config=a", redis[] = "--redis";
        char apart[64], joined[64], variable[64];
        char *argv[] = {program, config, redis, apart, joined, NULL};
        char *variables[] = {variable, NULL};

        snprintf(apart, sizeof apart, "%s", urls[i]);
        snprintf(joined, sizeof joined, "--redis=%s", urls[i]);
        snprintf(variable, sizeof variable, "OIDC_SIDECAR_REDIS=%s", urls[i]);
        forget();
        FILE *err = tmpfile();
        options_read(&options, 5, argv, variables, err, err);
        fclose(err);
        assert_filled(apart, '*', size);
        assert_memory_equal(joined, "--redis=", 8);
        assert_filled(joined + 8, '*', size);
        assert_memory_equal(variable, "OIDC_SIDECAR_REDIS=", 19);
        assert_filled(variable + 19, '\0', size);
    }
}

/* Only what is secret: an administrator wants to see the rest in the list of processes. */
static void the_rest_of_the_command_line_stays(void **state)
{
    char program[] = "oidc-sidecar", config[] = "--config=a";
    char variable[] = "OIDC_SIDECAR_WORKERS=3";
    char *argv[] = {program, config, NULL}, *variables[] = {variable, NULL};

    (void)state;
    forget();
    assert_int_equal(options_read(&options, 2, argv, variables, stdout, stderr), OPTIONS_RUN);
    assert_string_equal(config, "--config=a");
    assert_string_equal(variable, "OIDC_SIDECAR_WORKERS=3");
}

static void the_environment_fills_what_is_open(void **state)
{
    (void)state;
    run("--workers 2", "OIDC_SIDECAR_CONFIG=/a:/b OIDC_SIDECAR_WORKERS=3 "
                       "OIDC_SIDECAR_TRUSTED_PROXY=10.0.0.0/8,,::1 OIDC_SIDECAR_CHECK_CONFIG=true "
                       "OIDC_SIDECAR_SESSION_TTL=2h OIDC_SIDECAR_UPSTREAM= HOME=/ nonsense");
    assert_int_equal(result, OPTIONS_RUN);
    assert_int_equal(options.workers, 2);
    assert_int_equal(options.config_count, 2);
    assert_string_equal(options.configs[1], "/b");
    assert_int_equal(options.trusted_proxy_count, 2);
    assert_true(options.check_config);
    assert_int_equal(options.session_ttl, 7200);
    assert_null(options.upstream);
    run("--config c", "OIDC_SIDECAR_CONFIG=/a:/b OIDC_SIDECAR_CHECK_CONFIG=false");
    assert_int_equal(options.config_count, 1);
    assert_string_equal(options.configs[0], "c");
    assert_false(options.check_config);
}

static void mistakes_in_the_environment_name_the_variable(void **state)
{
    (void)state;
    assert_complains("--config a", "OIDC_SIDECAR_SESSION_TTL=x", "OIDC_SIDECAR_SESSION_TTL: got");
    assert_complains("--config a", "OIDC_SIDECAR_TRUSTED_PROXY=10.0.0.0/8,x",
                     "OIDC_SIDECAR_TRUSTED_PROXY: got \"x\"");
    assert_complains("--config a", "OIDC_SIDECAR_CHECK_CONFIG=maybe", "expected true or false");
    assert_complains("--config a", "OIDC_SIDECAR_UNAUTHENTICATD=deny",
                     "did you mean OIDC_SIDECAR_UNAUTHENTICATED?");
}

static void note_strange(void *context, const char *name, const char *meant)
{
    fprintf(context, "%s", name);
    if (meant)
        fprintf(context, "?%s", meant);
    fputc('\n', context);
}

/* What is told of variables, one a line, with what was probably meant behind a question mark. */
static void assert_strange(const char *environment, const char *expected)
{
    char variables[512], *words[MOST_WORDS], *told = NULL;
    size_t size;
    snprintf(variables, sizeof variables, "%s", environment);
    split(variables, words);
    FILE *out = open_memstream(&told, &size);
    options_strange_variables(words, note_strange, out);
    fclose(out);
    assert_string_equal(told, expected);
    free(told);
    run("--config a", environment);
    assert_int_equal(result, OPTIONS_RUN);
    assert_string_equal(complained, "");
}

/* For a service of our name, and for one whose name begins with it. */
static void variables_of_kubernetes_are_left_alone(void **state)
{
    (void)state;
    assert_strange("OIDC_SIDECAR_SERVICE_HOST=10.0.0.1 OIDC_SIDECAR_SERVICE_PORT=80 "
                   "OIDC_SIDECAR_PORT=tcp://10.0.0.1:80 OIDC_SIDECAR_PORT_80_TCP_ADDR=10.0.0.1 "
                   "OIDC_SIDECAR_SERVICE_PORT_HTTP=80 OIDC_SIDECAR_PORT_80_TCP=tcp://10.0.0.1:80 "
                   "OIDC_SIDECAR_ADMIN_SERVICE_HOST=10.0.0.1",
                   "");
    assert_strange("OIDC_SIDECAR_ADMIN_PORT_9090_TCP_PORT=9090 "
                   "OIDC_SIDECAR_ADMIN_PORT=tcp://10.0.0.1:9090",
                   "");
}

static void variables_of_no_option_are_told_of(void **state)
{
    (void)state;
    assert_strange("OIDC_SIDECAR_REDIS_URL=redis://h OIDC_SIDECAR_TRUSTED_PROXIES=::1 "
                   "OIDC_SIDECAR_UPSTREAM_URL=http://x OIDC_SIDECAR_SESSION_KEY=k",
                   "OIDC_SIDECAR_REDIS_URL?OIDC_SIDECAR_REDIS\n"
                   "OIDC_SIDECAR_TRUSTED_PROXIES?OIDC_SIDECAR_TRUSTED_PROXY\n"
                   "OIDC_SIDECAR_UPSTREAM_URL?OIDC_SIDECAR_UPSTREAM\n"
                   "OIDC_SIDECAR_SESSION_KEY?OIDC_SIDECAR_SESSION_KEY_FILE\n");
    assert_strange("OIDC_SIDECAR_UPSTREAM_TIMEOUT_SECONDS=1 OIDC_SIDECAR_HELP=1 OIDC_SIDECAR_=x "
                   "OIDC_SIDECAR_COLOUR=red OIDC_SIDECAR_PORT=8081 OIDC_SIDECAR_PORT_X=1 "
                   "OIDC_SIDECAR_SERVICE_HOSTS=1",
                   "OIDC_SIDECAR_UPSTREAM_TIMEOUT_SECONDS?OIDC_SIDECAR_UPSTREAM_TIMEOUT\n"
                   "OIDC_SIDECAR_HELP\nOIDC_SIDECAR_\nOIDC_SIDECAR_COLOUR\nOIDC_SIDECAR_PORT\n"
                   "OIDC_SIDECAR_PORT_X\nOIDC_SIDECAR_SERVICE_HOSTS\n");
    assert_strange("OIDC_SIDECAR_A_NAME_THAT_IS_LONGER_THAN_ANY_NAME_WORTH_COMPARING_COULD=x",
                   "OIDC_SIDECAR_A_NAME_THAT_IS_LONGER_THAN_ANY_NAME_WORTH_COMPARING_COULD\n");
    assert_strange("OIDC_SIDECAR_WORKERS=3 OIDC_SIDECAR_COLOUR= OIDC_SIDECAR_COLOUR HOME=/ "
                   "XOIDC_SIDECAR_COLOUR=red",
                   "");
}

static void more_values_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    char *argv[OPTIONS_REPEAT_MAX + 3] = {(char[]){"oidc-sidecar"}};
    char value[] = "--config=a", proxy[] = "--trusted-proxy=::1";
    forget();
    for (int round = 0; round < 2; round++) {
        for (int i = 1; i < OPTIONS_REPEAT_MAX + 2; i++)
            argv[i] = round ? proxy : value;
        FILE *err = tmpfile();
        assert_int_equal(options_read(&options, OPTIONS_REPEAT_MAX + 2, argv, NULL, stdout, err),
                         OPTIONS_BAD);
        char line[200];
        rewind(err);
        assert_non_null(fgets(line, sizeof line, err));
        assert_non_null(strstr(line, "at most 64"));
        fclose(err);
    }
}

static void help_names_every_option(void **state)
{
    (void)state;
    run("--help", "");
    assert_int_equal(result, OPTIONS_EXIT);
    assert_string_equal(complained, "");
    for (size_t i = 0; i < options_table_size; i++) {
        char line[64];
        snprintf(line, sizeof line, "\n  %s--%s", options_table[i].letter ? "-h, " : "",
                 options_table[i].name);
        assert_int_equal(strstr(printed, line) != NULL, options_table[i].help != NULL);
    }
    for (const char *line = printed; line && *line; line = strchr(line, '\n') + 1)
        assert_in_range(strcspn(line, "\n"), 0, 80);
    run("--workers 1000 --help --nonsense", "");
    assert_int_equal(result, OPTIONS_EXIT);
    run("-h", "");
    assert_int_equal(result, OPTIONS_EXIT);
    assert_non_null(strstr(printed, "\n  --config "));
    assert_complains("-hh", "", "\"-hh\" is no option");
    assert_complains("--workers 1000 --listen x", "", "\nSee oidc-sidecar --help.\n");
}

static void the_manual_names_every_option(void **state)
{
    (void)state;
    run("--help=man", "");
    assert_int_equal(result, OPTIONS_EXIT);
    for (size_t i = 0; i < options_table_size; i++) {
        char line[64];
        snprintf(line, sizeof line, ".It %sFl -%s", options_table[i].letter ? "Fl h , " : "",
                 options_table[i].name);
        assert_int_equal(strstr(printed, line) != NULL, options_table[i].help != NULL);
    }
}

static void versions_are_printed(void **state)
{
    (void)state;
    run("--version", "");
    assert_int_equal(result, OPTIONS_EXIT);
    assert_int_equal(strncmp(printed, "oidc-sidecar ", 13), 0);
    assert_non_null(strstr(printed, "libmicrohttpd "));
    assert_non_null(strstr(printed, "libcurl/"));
}

/* Every default in the table is a value its own option takes. */
static void defaults_can_be_written_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < options_table_size; i++) {
        char command[120];
        if (!options_table[i].standard)
            continue;
        snprintf(command, sizeof command, "--config a --%s=%s", options_table[i].name,
                 options_table[i].standard);
        assert_runs(command);
    }
}

static FILE *nowhere;

static bool work(void *context)
{
    (void)context;
    char program[] = "oidc-sidecar", upstream[] = "--upstream=http://x";
    char configs[] = "OIDC_SIDECAR_CONFIG=a:b";
    char *argv[] = {program, upstream, NULL}, *variables[] = {configs, NULL};
    struct options read;
    const enum options_result got = options_read(&read, 2, argv, variables, nowhere, nowhere);
    options_free(&read);
    return got == OPTIONS_RUN;
}

static void no_memory_is_said(void **state)
{
    (void)state;
    nowhere = fopen("/dev/null", "w");
    assert_non_null(nowhere);
    assert_true(failalloc_sweep(work, NULL) > 5);
    fclose(nowhere);
}

static int tidy(void **state)
{
    (void)state;
    forget();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_the_documented_ones),
        cmocka_unit_test(workers_are_for_the_processors_that_we_may_use),
        cmocka_unit_test(every_option_is_taken_in_both_forms),
        cmocka_unit_test(redis_is_taken_where_it_can_be),
        cmocka_unit_test(durations_have_units_and_bounds),
        cmocka_unit_test(idle_never_exceeds_the_session),
        cmocka_unit_test(the_upstream_is_an_origin),
        cmocka_unit_test(paths_are_plain),
        cmocka_unit_test(header_prefixes_take_no_common_header_away),
        cmocka_unit_test(what_does_not_fit_together_is_refused),
        cmocka_unit_test(unknown_options_are_answered_with_near_ones),
        cmocka_unit_test(values_are_needed_once),
        cmocka_unit_test(all_mistakes_are_told_at_once),
        cmocka_unit_test(handing_over_by_tokens_needs_an_xnat_and_an_account),
        cmocka_unit_test(passwords_are_not_repeated),
        cmocka_unit_test(secrets_do_not_stay_where_they_came_from),
        cmocka_unit_test(the_rest_of_the_command_line_stays),
        cmocka_unit_test(the_environment_fills_what_is_open),
        cmocka_unit_test(mistakes_in_the_environment_name_the_variable),
        cmocka_unit_test(variables_of_kubernetes_are_left_alone),
        cmocka_unit_test(variables_of_no_option_are_told_of),
        cmocka_unit_test(more_values_than_there_is_room_for_are_refused),
        cmocka_unit_test(help_names_every_option),
        cmocka_unit_test(the_manual_names_every_option),
        cmocka_unit_test(versions_are_printed),
        cmocka_unit_test(defaults_can_be_written_out),
        cmocka_unit_test(no_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, tidy);
}
