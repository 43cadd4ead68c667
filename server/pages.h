/*
 * The pages that people see. HTML without script under a strict Content-Security-Policy; every text
 * from outside is escaped. The style sheet is a route of its own.
 */
#ifndef SERVER_PAGES_H
#define SERVER_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages.h"

/** Content-Security-Policy of every page, and that of the one with a script: the sign-in page. */
extern const char pages_security_policy[];
extern const char pages_sign_in_policy[];

/** That script, as it stands in the page. */
extern const char pages_sign_in_script[];

/** The style sheet (text/css). */
extern const char pages_style[];

/** What is the same on all pages of a site. Borrowed. */
struct page_site {
    const struct messages *messages;
    const char *url; /* shown as host name: where am I signing in */
    const char *style_href;
    const char *logo_href;    /* or NULL */
    const char *name;         /* or NULL */
    const char *contact;      /* as it is shown; or NULL */
    const char *contact_href; /* with contact */
    const char *footer_text;  /* or NULL */
    const char *footer_href;  /* where the text leads; or NULL */
};

/** One button of the sign-in page. */
struct page_button {
    const char *label; /* "Australian Access Federation (AAF)" */
    const char *href;  /* path and query, not yet escaped for HTML */
};

struct page_sign_in {
    const struct page_site *site;
    const struct page_button *buttons;
    size_t button_count;
    const char *xnat_login_href; /* XNAT's own login; NULL where it is disabled */
};

struct page_error {
    const struct page_site *site;
    const char *reason;          /* stable code, which decides on the page's kind */
    const char *reference;       /* request id, for the administrator to find in the log */
    int64_t time;                /* seconds since 1970 */
    int64_t seconds_off;         /* by which clocks differ; 0: not what it is about */
    const char *retry_href;      /* sign in again; or NULL */
    const char *xnat_login_href; /* XNAT's own login; NULL where it is disabled */
};

struct page_signed_out {
    const struct page_site *site;
    const char *provider; /* display name; NULL where nobody was signed in */
    bool at_provider;     /* the provider has been asked to end its session, and sent them back */
    const char *sign_in_href;
    const char *continue_href; /* where the person wanted to go on; or NULL */
};

struct page_confirm_sign_out {
    const struct page_site *site;
    const char *sign_out_href;
    const char *stay_href;
};

/** Each returns a whole document: new, for free(); NULL when memory is short. */
char *page_sign_in(const struct page_sign_in *page);

/** A refusal: what happened, what to do, whom to ask, and what they find it by in the log. */
char *page_error(const struct page_error *page);

/** Signed out here and in XNAT, and what is known of the session at the provider. */
char *page_signed_out(const struct page_signed_out *page);

/** Another site sent somebody here who is signed in: do they want to sign out? */
char *page_confirm_sign_out(const struct page_confirm_sign_out *page);

#endif
