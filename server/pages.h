/*
 * The pages that people see. HTML without script under a strict Content-Security-Policy; every text
 * from outside is escaped. The style sheet is a route of its own.
 */
#ifndef SERVER_PAGES_H
#define SERVER_PAGES_H

#include <stddef.h>

/** Content-Security-Policy of every page. */
extern const char pages_security_policy[];

/** The style sheet (text/css). */
extern const char pages_style[];

/** One button of the sign-in page. */
struct page_button {
    const char *label; /* "Australian Access Federation (AAF)" */
    const char *href;  /* path and query, not yet escaped for HTML */
};

struct page_sign_in {
    const char *style_href;
    const char *site_url; /* shown as host name: where am I signing in */
    const struct page_button *buttons;
    size_t button_count;
    const char *xnat_login_href; /* XNAT's own login; NULL where it is disabled */
};

struct page_error {
    const char *style_href;
    const char *site_url;
    int status;
    const char *sentence;   /* what happened, and what the person can do */
    const char *reason;     /* stable code */
    const char *reference;  /* request id, for the administrator to find in the log */
    const char *retry_href; /* sign in again; or NULL */
};

struct page_signed_out {
    const char *style_href;
    const char *site_url;
    const char *provider; /* display name; NULL where nobody was signed in */
    const char *sign_in_href;
};

/** Each returns a whole document: new, for free(); NULL when memory is short. */
char *page_sign_in(const struct page_sign_in *page);
char *page_error(const struct page_error *page);

/** Signed out here and in XNAT, but not at the provider, which offers no way to do so: says it. */
char *page_signed_out(const struct page_signed_out *page);

#endif
