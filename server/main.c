/* oidc-sidecar. All of it is in libserver, so that tests can link it. */
#include <config.h>

#include <unistd.h>

#include "sidecar.h"

int main(int argc, char *argv[])
{
    return sidecar_main(argc, argv, environ);
}
