/* Questions to providers, and the record of them: what was asked of whom, and what came of it. */
#ifndef PROPS_CHECK_ASK_H
#define PROPS_CHECK_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include <oidc/curl.h>

/** Most seconds for one question. An administrator is waiting; a provider that takes longer than
 * this would lose its users, too. */
#define ASK_TIME_LIMIT 10

/** A question that was sent. */
struct ask_record {
    const char *file;     /* of the provider it was about; borrowed */
    const char *provider; /* its id; borrowed */
    const char *method;   /* constant */
    char *url;            /* as it was sent, without its query */
    size_t origin;        /* bytes of it that are the origin */
    oidc_transport transport;
    int status; /* of the answer; 0: there was none */
    unsigned milliseconds;
    char *note; /* the transport's words; or NULL */
};

/** Starts from a zeroed struct. */
struct ask {
    oidc_curl *curl;
    struct ask_record *records;
    size_t count;
    size_t capacity;
    const char *file; /* whom the next question is about */
    const char *provider;
};

/** @return OIDC_OK, or what is wrong with the file of authorities. */
oidc_code ask_open(struct ask *ask, const char *ca_file, oidc_error *error);
void ask_close(struct ask *ask);

/** What came of a question. */
struct ask_answer {
    oidc_http_response http; /* good until the next question */
    bool asked;              /* false: the origin had failed before, and this is how */
};

/**
 * Asks, and keeps a record. An origin that could not be reached is not asked again: a dead host
 * costs one time limit, not one for each of its endpoints.
 *
 * @return false when memory is short.
 */
bool ask_send(struct ask *ask, const oidc_http_request *request, struct ask_answer *answer);

/** Bytes that a status takes as text. */
#define ASK_OUTCOME_ROOM 16

/** "200", "no connection", "no trusted connection" …, for the summary. */
const char *ask_outcome(const struct ask_record *record, char text[static ASK_OUTCOME_ROOM]);

#endif
