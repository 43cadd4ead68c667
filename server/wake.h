/* Waking whoever waits for an event descriptor. */
#ifndef SERVER_WAKE_H
#define SERVER_WAKE_H

/** Makes it readable. Any thread. @param event_fd  of eventfd(2). */
void wake(int event_fd);

#endif
