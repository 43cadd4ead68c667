/* The time of the last refusal, how many there were, and of which file. See xnat_pause.h. */
#include <config.h>

#include "xnat_pause.h"

#include <pthread.h>
#include <stdlib.h>

#include "clock.h"

/* Seconds after the first refusal, and after a try of which nobody knows what came of it: XNAT may
 * have counted it. */
#define PAUSE_FIRST 15

/* It doubles so often: to 64 minutes, longer than the hour for which XNAT locks out unless it is
 * told otherwise, so that a lock is not renewed without end. */
#define DOUBLINGS 8

struct xnat_pause {
    pthread_mutex_t lock;
    struct file_stamp file;
    unsigned refusals; /* 0: of no file */
    int64_t since, length;
};

struct xnat_pause *xnat_pause_new(void)
{
    struct xnat_pause *pause = calloc(1, sizeof(*pause));

    if (pause && pthread_mutex_init(&pause->lock, NULL) == 0)
        return pause;
    free(pause);
    return NULL;
}

void xnat_pause_free(struct xnat_pause *pause)
{
    if (pause)
        pthread_mutex_destroy(&pause->lock);
    free(pause);
}

static bool is_refused(const struct xnat_pause *pause, const struct file_stamp *file)
{
    return pause->refusals > 0 && file_stamp_same(&pause->file, file);
}

static void begin_pause(struct xnat_pause *pause, unsigned doublings, int64_t now)
{
    pause->since = now;
    pause->length = (int64_t)PAUSE_FIRST << (doublings < DOUBLINGS ? doublings : DOUBLINGS);
}

bool xnat_pause_begin(struct xnat_pause *pause, const struct file_stamp *file, struct xnat_try *try,
                      int64_t now)
{
    *try = (struct xnat_try){.file = *file};
    pthread_mutex_lock(&pause->lock);
    if (!is_refused(pause, file)) {
        try->begun = true;
    } else if (clock_has_passed(pause->since, pause->length, now)) {
        try->begun = try->alone = true;
        try->refusals = pause->refusals;
        pause->since = now;
    }
    pthread_mutex_unlock(&pause->lock);
    return try->begun;
}

static void take_refusal(struct xnat_pause *pause, const struct xnat_try *try, int64_t now)
{
    const unsigned before = is_refused(pause, &try->file) ? pause->refusals : 0;

    if (try->refusals == before) {
        pause->file = try->file;
        pause->refusals = before + 1;
    }
    begin_pause(pause, pause->refusals - 1, now);
}

void xnat_pause_end(struct xnat_pause *pause, struct xnat_try *try, enum xnat_try_end end,
                    int64_t now)
{
    if (!try->begun)
        return;
    pthread_mutex_lock(&pause->lock);
    if (end == XNAT_TRY_REFUSED)
        take_refusal(pause, try, now);
    else if (end == XNAT_TRY_ACCEPTED && is_refused(pause, &try->file))
        pause->refusals = 0;
    else if (try->alone && is_refused(pause, &try->file))
        begin_pause(pause, 0, now);
    pthread_mutex_unlock(&pause->lock);
    *try = (struct xnat_try){0};
}
