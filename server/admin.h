/* The administrator's side: /healthz, /readyz and /metrics, on an address of their own. */
#ifndef SERVER_ADMIN_H
#define SERVER_ADMIN_H

struct MHD_Daemon;
struct worker;

/** @param listen_fd taken over. NULL on failure. */
struct MHD_Daemon *admin_open(struct worker *worker, int listen_fd);

#endif
