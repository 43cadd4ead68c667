/* The version of the library that is loaded. */
#include <oidc/version.h>

const char *oidc_version(void)
{
    return OIDC_VERSION;
}
