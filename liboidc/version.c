/* The versions of the libraries that are loaded: this one, and those it stands on. */
#include <oidc/version.h>

#include <stdio.h>

#include <cjose/cjose.h>
#include <jansson.h>
#include <openssl/crypto.h>

const char *oidc_version(void)
{
    return OIDC_VERSION;
}

void oidc_libraries(char *text, size_t size)
{
    snprintf(text, size, "cjose %s, jansson %s, OpenSSL %s", cjose_version(), jansson_version_str(),
             OpenSSL_version(OPENSSL_VERSION_STRING));
}
