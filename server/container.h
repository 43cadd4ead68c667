/* From a member to the structure that it is embedded in. */
#ifndef SERVER_CONTAINER_H
#define SERVER_CONTAINER_H

#include <stddef.h>

#define CONTAINER_OF(pointer, type, member)                                                        \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
