/* E-mail addresses, as strictly as XNAT takes them. */
#ifndef LIBOIDC_EMAIL_H
#define LIBOIDC_EMAIL_H

#include <stdbool.h>

/**
 * Whether text is an address: one '@'; before it up to 64 characters of RFC 5322's atext and dots,
 * none of them first, last or doubled; behind it a domain of at least two labels, the last of two
 * or more letters. ASCII only: a name that looks like another in another script is not taken.
 */
bool email_is_valid(const char *text);

/** What follows the '@' of a valid address. Borrowed. */
const char *email_domain(const char *address);

#endif
