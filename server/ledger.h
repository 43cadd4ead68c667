/*
 * All that this process remembers for a while: a registry for each kind, so that who fills one
 * takes no room of another's. A full one refuses, and says so in the log with what to do. Any
 * thread.
 */
#ifndef SERVER_LEDGER_H
#define SERVER_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "registry.h"

struct ledger;

/** @param most no kind gets more room than that, whatever its limit is. NULL when memory is short.
 */
struct ledger *ledger_new(size_t most);
void ledger_free(struct ledger *ledger);

/* As registry_claim, registry_put, registry_raise and registry_get, each with the registry of the
 * key's kind. The key must be of one of the kinds. */

enum registry_result ledger_claim(struct ledger *ledger, const unsigned char key[REGISTRY_KEY_SIZE],
                                  int64_t *value, int64_t expires_at, int64_t now);
enum registry_result ledger_put(struct ledger *ledger, const unsigned char key[REGISTRY_KEY_SIZE],
                                int64_t value, int64_t expires_at, int64_t now);
enum registry_result ledger_raise(struct ledger *ledger, const unsigned char key[REGISTRY_KEY_SIZE],
                                  int64_t value, int64_t expires_at, int64_t now);
bool ledger_get(const struct ledger *ledger, const unsigned char key[REGISTRY_KEY_SIZE],
                int64_t now, int64_t *value);

/** The registry of a kind; the ledger's. */
struct registry *ledger_registry(const struct ledger *ledger, enum registry_kind kind);

/** What a kind is called in metrics and in the log. */
const char *ledger_kind_name(enum registry_kind kind);

/** How many of a kind are remembered at most. */
size_t ledger_limit(const struct ledger *ledger, enum registry_kind kind);

#endif
