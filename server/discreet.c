/* What the log is told of requests. */
#include <config.h>

#include "discreet.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* XNAT's REST interface takes an alias token to be looked at in the path, in
 * /services/tokens/validate/ALIAS/SECRET below /data, /REST or a context path. Which of its
 * spellings XNAT hears is not for us to judge. */
static const char tokens[] = "/services/tokens/";

char *discreet_path(const char *path)
{
    const char *at = path ? strcasestr(path, tokens) : NULL;
    const char *rest = at ? at + sizeof(tokens) - 1 : "";
    struct text told = {0};

    if (!path)
        return NULL;
    text_add(&told, path, strlen(path) - strlen(rest));
    if (*rest)
        text_adds(&told, "…");
    return text_steal(&told);
}

/* "Failed to send the response body for the request for `…'. Error: …", "Failed to send data in
 * request for …": where the path begins any spelling of it does, and the line of the request has
 * it. */
void discreet_message(char *message)
{
    static const char request[] = "request for ";
    char *at = strstr(message, request);

    if (at)
        at[sizeof(request) - sizeof(" for ")] = '\0';
}
