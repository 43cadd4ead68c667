/* Accounts, claim gates and tokens of API clients: what is half configured or cannot work. */
#include "build.h"

void check_accounts(struct build *build, const struct file *file)
{
    (void)build;
    (void)file;
}
