/* What the rest of the library sees of a configuration: the model behind <oidc/config.h>. */
#ifndef LIBOIDC_SETTINGS_H
#define LIBOIDC_SETTINGS_H

#include <oidc/config.h>

#include "props/model.h"

/** The enabled provider of that id, or NULL. Borrowed from the configuration. */
const struct props_provider *settings_provider(const oidc_config *config, const char *id);

/** Whether another enabled provider's people may have the same user names as this one's. */
bool settings_share_usernames(const oidc_config *config, const struct props_provider *provider);

#endif
