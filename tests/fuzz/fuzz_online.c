/*
 * Fuzzes oidc-check --online: a provider that answers anything to each of its questions. The input
 * is the answers in their order, divided by lines of "----"; the first byte of each says how it
 * comes, the rest is its body. What is found is fit to be shown and, as JSON, to be read.
 */
#include <config.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include "props/check/formats.h"
#include "props/check/online.h"
#include "props/utf16.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/turn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECRET "Hc9vTq2LmWz7RkXb4NsYdJ6f"

static const char file_text[] =
    "auth.method=openid\ntype=openid\nprovider.id=lab\nvisible=true\nname=Lab\n"
    "siteUrl=https://xnat.example.edu.au\npreEstablishedRedirUri=/openid-login\n"
    "openid.lab.clientId=xnat\n"
    "openid.lab.clientSecret=" SECRET "\n"
    "openid.lab.issuer=https://op.example\n"
    "openid.lab.userAuthUri=https://op.example/authorize\n"
    "openid.lab.accessTokenUri=https://op.example/token\n"
    "openid.lab.scopes=openid,profile,email\n"
    "openid.lab.pkceEnabled=true\n"
    "openid.lab.link=<a href=\"/openid-login?providerId=lab\">Sign in</a>\n";

static const char mark[] = "\n----\n";

/* What is left of the answers. */
static struct {
    const char *text;
    size_t size;
} rest;

/* The provider has guessed the secret: it may come back. */
static bool knows_secret;

/* In libcurl's place (-Wl,--wrap=oidc_curl_send): nothing goes out. */
oidc_code __wrap_oidc_curl_send(oidc_curl *curl, const oidc_http_request *request,
                                oidc_http_response *response);

oidc_code __wrap_oidc_curl_send(oidc_curl *curl, const oidc_http_request *request,
                                oidc_http_response *response)
{
    static const int statuses[] = {200, 404, 400, 302, 500, 401};
    const char *end = rest.size ? memmem(rest.text, rest.size, mark, strlen(mark)) : NULL;
    size_t size = end ? (size_t)(end - rest.text) : rest.size;
    unsigned how = size > 0 ? (unsigned char)rest.text[0] - (unsigned)'0' : 0;

    (void)curl;
    /* Nothing of the site's goes to anybody. */
    require(knows_secret || strstr(request->url, SECRET) == NULL);
    require(!request->body || request->body_size == 0);
    *response = (oidc_http_response){
        .transport = how % 11 < 6 ? OIDC_TRANSPORT_OK : (oidc_transport)(how % 11 - 5),
        .content_type = "application/json",
        .note = how % 11 < 6 ? NULL : "the harness\nsays so",
    };
    if (response->transport == OIDC_TRANSPORT_OK) {
        response->status = statuses[how % 11];
        response->body = size > 0 ? rest.text + 1 : "";
        response->body_size = size > 0 ? size - 1 : 0;
    }
    rest.text += end ? size + strlen(mark) : size;
    rest.size -= end ? size + strlen(mark) : size;
    return OIDC_OK;
}

static const char *path_of_file(void)
{
    static char path[64];

    if (path[0] == '\0') {
        int fd = memfd_create("openid-provider.properties", 0);

        require(fd >= 0 && write(fd, file_text, strlen(file_text)) == (ssize_t)strlen(file_text));
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    return path;
}

static void check_findings(const struct check_site *site)
{
    const struct props_findings *findings = site->model->findings;

    for (size_t i = 0; i < props_findings_count(findings); i++) {
        const struct props_finding *finding = props_findings_at(findings, i);

        for (const char *at = finding->message; *at; at++)
            require((unsigned char)*at >= ' ');
        require(utf16_is_clean(finding->message, strlen(finding->message)));
        require(knows_secret || strstr(finding->message, SECRET) == NULL);
    }
}

static void check_json(const struct check_site *site,
                       bool write(const struct check_site *site, FILE *out))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    require(out != NULL && write(site, out) && fclose(out) == 0);
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    require(root != NULL);
    json_decref(root);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *paths[] = {path_of_file()};
    struct check_site site;
    char *copy = malloc(size + 1);

    require(copy != NULL);
    if (size > 0)
        memcpy(copy, data, size);
    copy[size] = '\0';
    knows_secret = memmem(copy, size, SECRET, strlen(SECRET)) != NULL;
    rest.text = copy;
    rest.size = size;
    require(check_site_open(&site, paths, 1, PROPS_AUTO));
    require(online_check(&site, PROPS_AUTO));
    check_findings(&site);
    check_json(&site, turn_of(data, size, 2) == 0 ? json_write : sarif_write);
    check_site_close(&site);
    free(copy);
    return 0;
}
