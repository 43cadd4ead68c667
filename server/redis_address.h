/* Where Redis is, and as whom to speak to it. */
#ifndef SERVER_REDIS_ADDRESS_H
#define SERVER_REDIS_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

/** Room for what the log calls it. */
#define REDIS_NAME_SIZE 288

struct redis_address {
    char *host;     /* or NULL: a UNIX socket */
    char *path;     /* of the UNIX socket, or NULL */
    int port;       /* of host */
    char *user;     /* or NULL */
    char *password; /* or NULL; cleansed when freed */
    unsigned database;
    char name[REDIS_NAME_SIZE]; /* without user and password */
};

enum redis_address_result { REDIS_ADDRESS_OK, REDIS_ADDRESS_WRONG, REDIS_ADDRESS_MEMORY };

/**
 * Reads `redis://[user[:password]@]host[:port][/database]` or `unix:/path`. User and password may
 * have %XX for characters that mean something in a URL.
 *
 * @param address  for redis_address_clear, whatever the result.
 */
enum redis_address_result redis_address_parse(const char *text, struct redis_address *address);

/** Whether there is one: without --redis replicas share nothing. */
bool redis_address_is_given(const struct redis_address *address);

void redis_address_clear(struct redis_address *address);

#endif
