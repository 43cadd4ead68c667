/* The button on XNAT's login page: `openid.P.link`. */
#include "build.h"

void check_link(struct build *build, const struct file *file)
{
    (void)build;
    (void)file;
}
