/* Prints the manual's list of options, for tests/guards/manual.sh. */
#include "server/options_table.h"

int main(void)
{
    options_print_manual(stdout);
    return ferror(stdout) != 0;
}
