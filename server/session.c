/* Who am I: the session as JSON, without anything that could be used in its stead. */
#include <config.h>

#include "handlers.h"

#include <string.h>

#include <jansson.h>

#include "respond.h"
#include "visitor.h"

static const char content_type[] = "application/json";

static char *describe(const oidc_session *session)
{
    const oidc_identity *identity = oidc_session_identity(session);
    json_t *object =
        json_pack("{s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I}",                     /**/
                  "signed_in", 1, "username", identity->username,                           /**/
                  "provider", identity->provider, "issuer", identity->issuer,               /**/
                  "subject", identity->subject, "email", identity->email,                   /**/
                  "given_name", identity->given_name, "family_name", identity->family_name, /**/
                  "issued_at", (json_int_t)oidc_session_issued_at(session),                 /**/
                  "expires_at", (json_int_t)oidc_session_expires_at(session));
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

    json_decref(object);
    return text;
}

enum MHD_Result handle_session(struct request *request)
{
    struct session_entry *entry = visitor_of(request);

    if (visitor_is_in_doubt(request))
        return respond_short_of_memory(request);
    if (!entry)
        return respond_text(request, MHD_HTTP_UNAUTHORIZED, content_type,
                            strdup("{\"signed_in\":false}"));
    visitor_refresh_cookie(request, entry);
    return respond_text(request, MHD_HTTP_OK, content_type, describe(entry->session));
}
