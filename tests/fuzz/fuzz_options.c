/*
 * Fuzzes the command line and the environment: each line of the input is a word of the command
 * line or, where it begins with "OIDC_SIDECAR_", a variable. What is taken is whole.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/options.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS_MAX = 64 };

static const char variable[] = "OIDC_SIDECAR_";

static void check(const struct options *options)
{
    require(options->config_count > 0 && options->config_count <= OPTIONS_REPEAT_MAX);
    require(options->trusted_proxy_count <= OPTIONS_REPEAT_MAX);
    require(options->workers >= 1);
    require(options->session_ttl > 0 && options->session_idle > 0);
    require(options->session_idle <= options->session_ttl);
    require(options->path_prefix[0] == '/' && options->login_page[0] == '/' &&
            options->logout_path[0] == '/');
    require(options->path_prefix[strlen(options->path_prefix) - 1] != '/');
    require(strpbrk(options->header_prefix, " :\r\n\t") == NULL && options->header_prefix[0]);
    require(!options->upstream || strncmp(options->upstream, "http://", 7) == 0 ||
            strncmp(options->upstream, "https://", 8) == 0);
    require(!options->upstream || strpbrk(options->upstream, " \r\n\t@?#") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    char *argv[WORDS_MAX + 1] = {NULL};
    char *environment[WORDS_MAX + 1] = {NULL};
    char program[] = "oidc-sidecar";
    int words = 1;
    int variables = 0;
    struct options options;
    char *text = strndup((const char *)data, size);
    char *rest = text;

    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    require(text != NULL && nowhere != NULL);
    argv[0] = program;
    for (char *word; (word = strsep(&rest, "\n")) != NULL;) {
        if (strncmp(word, variable, strlen(variable)) == 0 && variables < WORDS_MAX)
            environment[variables++] = word;
        else if (word[0] && words < WORDS_MAX)
            argv[words++] = word;
    }
    if (options_read(&options, words, argv, environment, nowhere, nowhere) == OPTIONS_RUN) {
        check(&options);
        options_free(&options);
    }
    free(text);
    return 0;
}
