/* The end of the process: what asks for it, and what becomes of the requests in flight by then. */
#ifndef SERVER_ENDING_H
#define SERVER_ENDING_H

#include <stdbool.h>

struct site;

/** Before there is any thread. What asks us to end comes as an event from here on; a peer that
 * closes its end is no reason to die. @return a descriptor for the calls below, to be closed; -1
 * with errno set. */
int ending_open(void);

/** Waits until a signal comes, or the site fails, and tells the log. @return whether it was a
 * signal. */
bool ending_wait(const struct site *site, int signal_fd);

/** Lets what is in flight finish, and the workers end; a second signal, or the limit, cuts it
 * short. */
void ending_drain(struct site *site, int signal_fd);

#endif
