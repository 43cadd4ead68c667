/* What comes by way of Redis, and where Redis is said to be. The first byte chooses. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/redis_address.h"
#include "server/redis_entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each entry has one spelling. */
static void read_entry(const char *text, size_t size)
{
    struct registry_entry entry;
    char again[REDIS_ENTRY_SIZE];

    if (!redis_entry_read(text, size, &entry))
        return;
    redis_entry_write(&entry, again);
    if (strlen(again) != size || memcmp(again, text, size) != 0)
        abort();
}

/* What is taken has a place, and a password does not show in its name. */
static void read_address(const char *text, size_t size)
{
    struct redis_address address;
    char *url = strndup(text, size);

    if (!url)
        return;
    if (redis_address_parse(url, &address) == REDIS_ADDRESS_OK) {
        if (!address.host == !address.path || address.name[0] == '\0' ||
            (address.user && !address.password) || (address.host && strchr(address.name, '@')))
            abort();
    }
    redis_address_clear(&address);
    free(url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] == 'u')
        read_address((const char *)data + 1, size - 1);
    else
        read_entry((const char *)data + 1, size - 1);
    return 0;
}
