/* Why an address was left out, for whoever looks after the site. See email_withheld.h. */
#include <config.h>

#include "email_withheld.h"

#include "log.h"

void email_withheld_tell(const oidc_identity *identity, const char *reference)
{
    if (!identity->email_unverified || identity->username_of_subject)
        return;
    log_event(LOG_WARNING, "email_withheld", LOG_TEXT("provider", identity->provider),
              LOG_TEXT("username", identity->username),
              LOG_TEXT("detail", "the provider says email_verified is false, and the user name may "
                                 "be another's"),
              LOG_TEXT("effect", "XNAT is told no e-mail address"),
              LOG_TEXT("hint", "have the provider verify the address, or make usernamePattern of "
                               "[providerId] and [sub] alone"),
              LOG_TEXT("request_id", reference));
}
