/* What the log is told of requests: XNAT has a path with a secret in it. */
#ifndef SERVER_DISCREET_H
#define SERVER_DISCREET_H

/** The resolved path of a request without what may be secret: all that follows /services/tokens/ in
 * it is "…". New, for free(); NULL when memory is short, or for NULL. */
char *discreet_path(const char *path);

/** Takes the path, which stands there as it was sent, out of a message of libmicrohttpd's. */
void discreet_message(char *message);

#endif
