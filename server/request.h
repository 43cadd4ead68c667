/*
 * One request, from its first line to its last byte. What handles it answers at once, or gives it a
 * job: a piece of work with waiting in it. While a job waits, the connection is suspended.
 */
#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include <microhttpd.h>

#include "address.h"
#include "cookie.h"
#include "target.h"
#include "worker.h"

/** Most Set-Cookie lines of one answer: session, XNAT's session, and the state cookies. */
#define REQUEST_COOKIES_MAX 16

/** Bytes of a body that is read for nothing, such as a form that somebody sends to the wrong
 * address, before the connection is closed instead. */
#define REQUEST_DROPPED_MAX ((size_t)256 * 1024)

/** Characters of a request's reference, without the NUL. */
#define REQUEST_REFERENCE_LENGTH 16

struct request;
struct session_entry;

/** Work with waiting in it. */
struct job {
    /**
     * Goes on: after a wake-up, with a piece of the body, or at the body's end.
     *
     * @param body  the next bytes, or NULL. @param size in: how many; out: how many were left over.
     * @return as libmicrohttpd's handler: MHD_NO closes the connection.
     */
    enum MHD_Result (*advance)(struct request *request, const char *body, size_t *size);
    /** The request is over, whatever the reason: lets go of everything. */
    void (*end)(struct request *request);
    /** Whether it is given up when the client goes away: nobody else waits for how it ends. */
    bool abandonable;
    /** Whether it only gathers a body, which then may not stand still. */
    bool gathering;
};

struct request {
    struct request *previous, *next; /* the worker's requests in flight */
    struct worker *worker;
    struct MHD_Connection *connection;
    char *raw;             /* request target as it was sent */
    const char *target_at; /* where libmicrohttpd had it; for comparing addresses only */
    const char *method;    /* libmicrohttpd's */
    struct target target;
    bool begun;                                         /* its head has been read */
    enum MHD_Result (*handle)(struct request *request); /* called once: then NULL */
    size_t dropped;                                     /* bytes of a body that nobody wants */
    size_t calls; /* of libmicrohttpd's about it: what counts as progress of its body */
    size_t seen;  /* those calls at the last look */
    bool whole;   /* its body has been read */
    bool suspended;
    bool abandoned; /* the client is gone */
    bool answered;
    unsigned still;    /* looks at a body that does not come any further */
    unsigned status;   /* of the answer */
    const char *fault; /* a constant word for what is wrong with its head; NULL: nothing */
    const struct job *job;
    void *work; /* the job's */
    bool visitor_known;
    bool visitor_unread;    /* there may be one: memory was too short to look */
    bool visitor_has_left;  /* what came is a session that is over: XNAT's goes no further either */
    bool credentials_taken; /* its Authorization was for us: it does not go to the upstream */
    struct session_entry *visitor; /* whose session it is; a reference; NULL: nobody's */
    unsigned token;                /* which of its session's tokens went with it (xnat_stay.h) */
    bool has_waited;               /* for an answer to another request of its session's */
    const char *upstream_session;  /* JSESSIONID that goes to the upstream where the client sends
                                      none; NULL or "": none; borrowed while the head is made */
    char *cookies_out[REQUEST_COOKIES_MAX];
    size_t cookie_count;
    /* Takes back what no longer holds of cookies_out when the answer goes; NULL: all does. */
    void (*before_answer)(struct request *request);
    char reference[REQUEST_REFERENCE_LENGTH + 1]; /* "" until somebody asks */
};

/** A header of the request, or NULL. The first, where there are several. Borrowed. */
const char *request_header(const struct request *request, const char *name);

/**
 * All fields of a name as one list (RFC 9110, 5.3).
 *
 * @param list  set; for free(); NULL: none of them says anything.
 * @return false when memory is short.
 */
bool request_list(const struct request *request, const char *name, char **list);

/** The handle that page and log share. */
const char *request_reference(struct request *request);

/** The TCP peer. */
const struct sockaddr *request_peer(const struct request *request);

/** Whether the TCP peer is a --trusted-proxy: only then are its X-Forwarded-* believed. */
bool request_peer_is_trusted(const struct request *request);

/** Who asks, as the log tells it. No decision may rest on it: it is other people's word. */
struct request_client {
    char address[ADDRESS_TEXT_SIZE]; /* the client's: a trusted peer's word, else the TCP peer's */
    char peer[ADDRESS_TEXT_SIZE];    /* the TCP peer's where it is another; else "" */
};
void request_client(const struct request *request, struct request_client *client);

/** The two fields of an event that say so. */
#define LOG_CLIENT(client)                                                                         \
    LOG_TEXT("client", (client).address), LOG_TEXT("peer", (client).peer[0] ? (client).peer : NULL)

/** Whether a person is looking at the answer (navigation.h). */
bool request_is_navigation(const struct request *request);

/** Whether a script of a page asks (navigation.h). */
bool request_is_script(const struct request *request);

/** Whether a page of another site sent the browser here (navigation.h). */
bool request_is_foreign(const struct request *request);

/** Whether a body comes with the request, if only one of no bytes. */
bool request_has_body(const struct request *request);

/** Whether the request brings an Authorization header. XNAT judges it, but for bearer tokens where
 * some provider's are accepted (bearer.h). */
bool request_brings_credentials(const struct request *request);

/** Called with one cookie after another; false ends it. */
typedef bool request_cookie_visit(void *context, const struct cookie *cookie);

/** Goes through the cookies of all Cookie headers, in the order they were sent. */
void request_each_cookie(const struct request *request, request_cookie_visit *visit, void *context);

/** The first cookie of this name. @param cookie set; borrowed. @return whether there is one. */
bool request_cookie(const struct request *request, const char *name, struct cookie *cookie);

/** Puts a Set-Cookie on the answer, in place of what was said of that name before. False when
 * memory is short. max_age as for cookie_set. */
bool request_set_cookie(struct request *request, const char *name, const char *value,
                        long long max_age);

/** Puts a Set-Cookie of the upstream's on the answer, as it came. False when memory is short, or
 * there are too many. */
bool request_pass_cookie(struct request *request, const char *line);

/** Takes back what was said of a cookie. */
void request_unset_cookie(struct request *request, const char *name);

/** Suspends the connection until request_wake. The job's advance is called then. */
void request_wait(struct request *request);
void request_wake(struct request *request);

/** Takes the job away that waited, so that the request goes on as if it had not. What goes on may
 * be a job with a body to come. @param head whether the wait began with the request's head, before
 * a body that was to come. */
void request_resume(struct request *request, bool head);

/** The end of an advance that called request_resume: what was brought goes to the job that goes on,
 * if there is one. @param result of what went on. */
enum MHD_Result request_hand_on(struct request *request, enum MHD_Result result, const char *body,
                                size_t *size);

#endif
