/*
 * How long a user name and password that XNAT has refused are left alone. XNAT counts failed
 * logins, and locks out who has too many: then it refuses the right password, too, and each further
 * try may renew the lock. So all workers wait together, and after each refusal twice as long. Any
 * thread.
 */
#ifndef SERVER_XNAT_PAUSE_H
#define SERVER_XNAT_PAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "file.h"

struct xnat_pause;

/** NULL when memory is short. */
struct xnat_pause *xnat_pause_new(void);
void xnat_pause_free(struct xnat_pause *pause);

/** One try. Embedded in who makes it; begins as {0}. */
struct xnat_try {
    struct file_stamp file; /* that they are from */
    unsigned refusals;      /* before it */
    bool begun, alone;      /* alone: the others wait for what comes of it */
};

enum xnat_try_end { XNAT_TRY_UNDECIDED, XNAT_TRY_ACCEPTED, XNAT_TRY_REFUSED };

/**
 * Whether to try now what a file says. Not while the pause lasts; when it is over one may, and the
 * others wait on. Another file, or the same written anew, may be tried at once.
 *
 * @param now  seconds since the epoch.
 */
bool xnat_pause_begin(struct xnat_pause *pause, const struct file_stamp *file, struct xnat_try *try,
                      int64_t now);

/** Ends a try: nothing happens where none has begun. Of one that is undecided the next is not far
 * off, however long the pause was. Tries that were under way together and are all
 * refused lengthen the pause once. */
void xnat_pause_end(struct xnat_pause *pause, struct xnat_try *try, enum xnat_try_end end,
                    int64_t now);

#endif
