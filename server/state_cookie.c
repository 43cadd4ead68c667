/* Names of state cookies, and how many there may be. See state_cookie.h. */
#include <config.h>

#include "state_cookie.h"

#include <stdio.h>
#include <string.h>

#include <oidc/login.h>

#include "ascii.h"
#include "site.h"

/* State cookies that a browser may hold: several tabs at once, but never so many that its requests
 * become too large for a front end. */
#define STATE_COOKIES_MAX 5

/* Room for the name of a state cookie. */
#define STATE_NAME_SIZE 64

static void name_of(const struct request *request, const char *state, char name[STATE_NAME_SIZE])
{
    snprintf(name, STATE_NAME_SIZE, "%s%.*s", request->worker->site->cookies.state_prefix,
             COOKIE_STATE_SUFFIX, state);
}

struct state_cookies {
    const char *prefix;
    struct cookie oldest[REQUEST_COOKIES_MAX]; /* browsers send the oldest first (RFC 6265, 5.4) */
    size_t count;
};

static bool collect_state(void *context, const struct cookie *cookie)
{
    struct state_cookies *states = context;
    size_t prefix_size = strlen(states->prefix);

    if (cookie->name_size <= prefix_size || cookie->name_size >= STATE_NAME_SIZE ||
        memcmp(cookie->name, states->prefix, prefix_size) != 0)
        return true;
    if (states->count < REQUEST_COOKIES_MAX)
        states->oldest[states->count] = *cookie;
    states->count++;
    return true;
}

/* Makes room for one more state cookie. */
static void drop_oldest_states(struct request *request)
{
    struct state_cookies states = {.prefix = request->worker->site->cookies.state_prefix};
    size_t excess;

    request_each_cookie(request, collect_state, &states);
    if (states.count < STATE_COOKIES_MAX)
        return;
    excess = states.count - STATE_COOKIES_MAX + 1;
    for (size_t i = 0; i < excess && i < REQUEST_COOKIES_MAX - 3; i++) {
        char name[STATE_NAME_SIZE];

        snprintf(name, sizeof(name), "%.*s", (int)states.oldest[i].name_size,
                 states.oldest[i].name);
        request_set_cookie(request, name, "", 0);
    }
}

bool state_cookie_set(struct request *request, const char *state, const char *sealed)
{
    char name[STATE_NAME_SIZE];

    drop_oldest_states(request);
    name_of(request, state, name);
    return request_set_cookie(request, name, sealed, OIDC_STATE_TTL);
}

struct cookie state_cookie_get(struct request *request, const char *state)
{
    struct cookie cookie = {0};
    char name[STATE_NAME_SIZE];

    name_of(request, state, name);
    request_cookie(request, name, &cookie);
    return cookie;
}

static bool is_state(const char *text)
{
    size_t size = strspn(text, ASCII_ALPHANUMERIC "-_");

    return size == OIDC_STATE_LENGTH && text[size] == '\0';
}

void state_cookie_clear(struct request *request, const char *state)
{
    char name[STATE_NAME_SIZE];

    if (!is_state(state))
        return;
    name_of(request, state, name);
    request_set_cookie(request, name, "", 0);
}
