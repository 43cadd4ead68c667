/* Why a transfer to the upstream failed, beyond libcurl's code: its own words, or ours where it was
 * us who said no. */
#ifndef SERVER_UPSTREAM_NOTE_H
#define SERVER_UPSTREAM_NOTE_H

#include <stddef.h>

#include <curl/curl.h>

/** Bytes of an answer's head that are taken: what libmicrohttpd can send on from a connection's
 * memory. */
#define UPSTREAM_HEAD_MAX_KIB 24
#define UPSTREAM_HEAD_MAX ((size_t)UPSTREAM_HEAD_MAX_KIB * 1024)

/** What of a transfer we refuse ourselves. */
enum upstream_fault {
    UPSTREAM_FAULT_NONE,
    UPSTREAM_FAULT_HEAD_LARGE,
    UPSTREAM_FAULT_LENGTH,
    UPSTREAM_FAULT_NAMELESS,
    UPSTREAM_FAULT_LARGE,
    UPSTREAM_FAULT_MEMORY,
    UPSTREAM_FAULT_DESCRIPTORS,
};

/** Begins as {0}. */
struct upstream_note {
    enum upstream_fault fault;
    char libcurl[CURL_ERROR_SIZE];
};

/** Has the note taken of what goes wrong with a new handle. @param note outlives the handle. */
void upstream_note_keep(struct upstream_note *note, CURL *easy);

/** For a callback of libcurl's that refuses what it is given: libcurl hears of a write that failed,
 * and the note has why. @return 0, which says so to libcurl. */
size_t upstream_note_refuse(struct upstream_note *note, enum upstream_fault fault);

/** What of the transfer we refused ourselves, by how it ended. */
enum upstream_fault upstream_note_fault(const struct upstream_note *note, CURLcode result);

/** What went wrong, in a few words: no path, no header, nothing secret. Borrowed from the note. */
const char *upstream_note_text(const struct upstream_note *note, CURLcode result);

#endif
