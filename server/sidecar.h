/* The program: from the command line to the exit status. */
#ifndef SERVER_SIDECAR_H
#define SERVER_SIDECAR_H

/** @return 0 after an orderly end, 1 when it could not start or had to stop. */
int sidecar_main(int argc, char *const argv[], char *const environment[]);

#endif
