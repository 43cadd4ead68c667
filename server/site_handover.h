/* What --handoff xnat-token needs before anybody can be handed over. */
#ifndef SERVER_SITE_HANDOVER_H
#define SERVER_SITE_HANDOVER_H

#include <stdbool.h>

#include "site.h"

/** Says what is wrong with it; nothing is where the site hands over by headers. After the keys are
 * read. */
bool site_handover_open(struct site *site);

#endif
