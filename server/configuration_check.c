/* What is tried is the service account and Redis; all else has been read by then. See
 * configuration_check.h. */
#include <config.h>

#include "configuration_check.h"

#include <stdatomic.h>
#include <stdio.h>

#include "redis_check.h"
#include "xnat_check.h"
#include "xnat_service.h"

/* What cannot be tried from here, as nobody signs in: without it XNAT believes no header. */
static void tell_of_filter(const struct options *options)
{
    if (options->handoff == HANDOFF_HEADERS)
        fputs("--handoff headers: info: XNAT needs a filter that takes the assertion, such as "
              "examples/xnat-filter; without one, people sign in and stand before XNAT's own "
              "login form (--handoff xnat-token needs none)\n\n",
              stderr);
}

int configuration_check(struct site *site)
{
    const char *but = "";

    if (site->options.handoff == HANDOFF_XNAT_TOKEN && !xnat_check(site))
        return 1;
    if (redis_address_is_given(&site->options.redis) && !redis_check(site))
        return 1;
    tell_of_filter(&site->options);
    if (atomic_load(&site->xnat_standing) == XNAT_STANDING_REFUSED)
        but = ", but nobody could sign in with this service account";
    if (site->warnings == 0)
        puts("The configuration is fine.");
    else
        printf("The sidecar would start%s; %zu warning%s.\n", but, site->warnings,
               site->warnings == 1 ? "" : "s");
    return fflush(stdout) == 0 ? 0 : 1;
}
