/* libcurl's multi interface in a worker's epoll set: the one file that knows both. */
#ifndef SERVER_TRANSFERS_H
#define SERVER_TRANSFERS_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

/** A transfer under way. Embedded in whatever is being transferred. */
struct transfer {
    /** Its own, and no other's after it: of a handle that is used again, libcurl 7.88 joins a
     * folded line to a field of the answer before, whose memory it has freed. */
    CURL *easy;
    /** Called once, when the transfer is over and out of the multi handle. */
    void (*done)(struct transfer *transfer, CURLcode result);
    bool active;
    bool lost;                        /* it cannot go on, and ends before libcurl is called again */
    struct transfer *previous, *next; /* of those under way */
};

struct transfers;

/** @param epoll_fd borrowed; sockets are added with LOOP_EVENT_TRANSFER as data. */
struct transfers *transfers_new(int epoll_fd);
void transfers_free(struct transfers *transfers);

/** What may not be done twice is sent once. libcurl repeats a request by itself when a connection
 * it reused is closed in place of an answer, and nobody knows how far the other side got with it;
 * on a new one it does not. Before the start. */
void transfer_send_once(const struct transfer *transfer);

/** Starts; false when memory is short, and then done is not called. */
bool transfers_start(struct transfers *transfers, struct transfer *transfer);

/** Ends early: done is not called. Harmless on a transfer that is not under way. */
void transfers_cancel(struct transfers *transfers, struct transfer *transfer);

/** Something happened on a socket of ours. */
void transfers_socket_event(struct transfers *transfers, int fd, uint32_t events);

/** Goes on with a transfer whose callback said to pause. */
void transfers_resume(struct transfers *transfers, struct transfer *transfer);

/** Milliseconds until transfers_turn wants to be called: -1 when nothing is due. */
int transfers_timeout(const struct transfers *transfers);

/** Runs what is due and calls done for what is over. */
void transfers_turn(struct transfers *transfers);

#endif
