/* Endpoints, scopes and credentials that do not fit the provider they are for. */
#include "build.h"

void check_endpoints(struct build *build, const struct file *file)
{
    (void)build;
    (void)file;
}
