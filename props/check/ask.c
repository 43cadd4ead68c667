/* Questions to providers. */
#include "ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "props/memory.h"
#include "props/values.h"

oidc_code ask_open(struct ask *ask, const char *ca_file, oidc_error *error)
{
    return oidc_curl_new(ca_file, &ask->curl, error);
}

void ask_close(struct ask *ask)
{
    for (size_t i = 0; i < ask->count; i++) {
        free(ask->records[i].url);
        free(ask->records[i].note);
    }
    free(ask->records);
    oidc_curl_free(&ask->curl);
}

static bool is_dead(const struct ask_record *record)
{
    return record->transport == OIDC_TRANSPORT_UNREACHABLE ||
           record->transport == OIDC_TRANSPORT_TIMEOUT || record->transport == OIDC_TRANSPORT_TLS;
}

static const struct ask_record *find_dead(const struct ask *ask, struct slice origin)
{
    for (size_t i = 0; i < ask->count; i++)
        if (is_dead(&ask->records[i]) && ask->records[i].origin == origin.size &&
            memcmp(ask->records[i].url, origin.at, origin.size) == 0)
            return &ask->records[i];
    return NULL;
}

static unsigned milliseconds_since(const struct timespec *start)
{
    enum { THOUSAND = 1000, MILLION = 1000000 };
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned)((now.tv_sec - start->tv_sec) * THOUSAND +
                      (now.tv_nsec - start->tv_nsec) / MILLION);
}

static bool keep(struct ask *ask, const oidc_http_request *request, const struct value_url *url,
                 const oidc_http_response *response, unsigned milliseconds)
{
    if (!memory_grow(&ask->records, &ask->capacity, ask->count + 1, sizeof *ask->records))
        return false;
    struct ask_record *record = &ask->records[ask->count];
    *record = (struct ask_record){
        .file = ask->file,
        .provider = ask->provider,
        .method = strcmp(request->method, "POST") == 0 ? "POST" : "GET",
        .url = strndup(request->url, url->origin.size + url->path.size),
        .origin = url->origin.size,
        .transport = response->transport,
        .status = response->status,
        .milliseconds = milliseconds,
        .note = response->note == NULL ? NULL : strdup(response->note),
    };
    ask->count++;
    return record->url != NULL && (record->note != NULL) == (response->note != NULL);
}

bool ask_send(struct ask *ask, const oidc_http_request *request, struct ask_answer *answer)
{
    struct value_url url;
    struct timespec start;
    oidc_http_request bounded = *request;
    *answer = (struct ask_answer){.http = {.transport = OIDC_TRANSPORT_UNREACHABLE}};
    if (value_url(slice_of(request->url), &url) != URL_OK)
        return true;
    const struct ask_record *dead = find_dead(ask, url.origin);
    if (dead != NULL) {
        answer->http.transport = dead->transport;
        answer->http.note = dead->note;
        return true;
    }
    if (bounded.time_limit > ASK_TIME_LIMIT)
        bounded.time_limit = ASK_TIME_LIMIT;
    answer->asked = true;
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    return oidc_curl_send(ask->curl, &bounded, &answer->http) == OIDC_OK &&
           keep(ask, request, &url, &answer->http, milliseconds_since(&start));
}

const char *ask_outcome(const struct ask_record *record, char text[static ASK_OUTCOME_ROOM])
{
    static const char *const failures[] = {
        [OIDC_TRANSPORT_UNREACHABLE] = "no connection",
        [OIDC_TRANSPORT_TIMEOUT] = "no answer in time",
        [OIDC_TRANSPORT_TLS] = "no trusted connection",
        [OIDC_TRANSPORT_TOO_LARGE] = "an answer without end",
        [OIDC_TRANSPORT_CUT_SHORT] = "half an answer",
    };
    if (record->transport != OIDC_TRANSPORT_OK)
        return failures[record->transport];
    (void)snprintf(text, ASK_OUTCOME_ROOM, "%d", record->status);
    return text;
}
