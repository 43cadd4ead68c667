/* XNAT's REST interface as plain data: what is asked, and what came back. */
#ifndef SERVER_XNAT_REST_H
#define SERVER_XNAT_REST_H

#include <stdbool.h>
#include <stddef.h>
#include <strings.h>

/** Most bytes of an answer that are read: the longest, a user with its roles, has a few thousand.
 */
#define XNAT_ANSWER_MAX_MIB 1
#define XNAT_ANSWER_MAX ((size_t)XNAT_ANSWER_MAX_MIB * 1024 * 1024)

/** A call. Borrowed from whoever made it, until its answer has come. */
struct xnat_request {
    const char *method;
    const char *path; /* below the site; no secret is in it */
    const char *body; /* JSON; NULL: none */
};

/** What came back. Borrowed for the length of the call that it is passed to. */
struct xnat_answer {
    int status;       /* 0: no whole answer came … */
    const char *note; /* … and why, for the log; or NULL */
    const void *body;
    size_t size;
};

/** The role of a site administrator. */
#define XNAT_ADMINISTRATOR "Administrator"

/** In any spelling: an account that might be an administrator's is one. */
static inline bool xnat_role_is_administrator(const char *role)
{
    return strcasecmp(role, XNAT_ADMINISTRATOR) == 0;
}

#endif
