/* How the sources of a worker's events are told apart. */
#ifndef SERVER_LOOP_EVENT_H
#define SERVER_LOOP_EVENT_H

#include <stdint.h>

/** What an epoll event is about, in its 64 bits of data: kind and descriptor. */
enum loop_event {
    LOOP_EVENT_MAILBOX,
    LOOP_EVENT_FRONT,
    LOOP_EVENT_ADMIN,
    LOOP_EVENT_TRANSFER,
};
#define LOOP_EVENT(kind, fd) (((uint64_t)(kind) << 32) | (uint32_t)(fd))

#endif
