/*
 * The service account: as whom the sidecar asks XNAT about accounts. Its user name and password
 * come from a file, which is read again when it has changed. One session of XNAT's is kept for it,
 * so that not every question opens another. Each worker has its own.
 */
#ifndef SERVER_XNAT_SERVICE_H
#define SERVER_XNAT_SERVICE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "file.h"
#include "xnat_call.h"
#include "xnat_pause.h"

/** Bytes of the file, which has one line in it: more is a mistake. */
#define XNAT_ADMIN_FILE_MAX ((size_t)4096)

/** What there is to do where the file has something else in it. */
#define XNAT_ADMIN_FILE_CURE "write one line, user:password of an XNAT site administrator"

/** What XNAT made of the account when it was asked last. */
enum xnat_standing { XNAT_STANDING_UNKNOWN, XNAT_STANDING_ACCEPTED, XNAT_STANDING_REFUSED };

/** User name and password, as the file has them. */
struct xnat_credentials {
    char *user;
    char *authorization; /* value of Authorization */
};

/**
 * Reads `user:password` from a file: one line, the user name up to the first colon.
 *
 * @param why  set to what is wrong, in words, when something is.
 * @return false: *credentials is empty.
 */
bool xnat_credentials_read(const char *path, struct xnat_credentials *credentials,
                           const char **why);
void xnat_credentials_clear(struct xnat_credentials *credentials);

struct xnat_service {
    struct xnat_credentials credentials;
    struct file_stamp stamp, unusable; /* of what was read last, and of what could not be */
    int64_t looked_at;                 /* at the file */
    char session[XNAT_SESSION_MAX + 1];
};

/** Reads the file. False when that cannot be done. */
bool xnat_service_open(struct xnat_service *service, const char *path);
void xnat_service_close(struct xnat_service *service);

/** A question asked as the service account. Embedded in who asks; all but `call` is theirs to fill.
 */
struct xnat_question {
    struct worker *worker;
    const struct xnat_request *request; /* borrowed until told */
    void (*told)(struct xnat_question *question, const struct xnat_answer *answer);
    struct xnat_call *call;
    struct xnat_try try;
    bool with_session;
    bool anew; /* the file has been looked at for this question */
};

/**
 * Asks. What is answered with 401 is asked once more without the kept session, and with what the
 * file says now. While xnat_pause.h leaves these credentials alone and there is no session, it is
 * not asked, and the answer is 401.
 *
 * @return true: told will be called, once; false: it has been called.
 */
bool xnat_service_ask(struct xnat_question *question);

/** Ends it early: told is not called. */
void xnat_service_cancel(struct xnat_question *question);

#endif
