/* Requests whose client is gone, or sends no more of the body. */
#ifndef SERVER_ABANDONED_H
#define SERVER_ABANDONED_H

struct worker;

/** Ends the requests whose client has closed the connection while somebody else was being waited
 * for, and cuts connections whose body stands still. To be called once a second. */
void abandoned_drop(struct worker *worker);

#endif
