/*
 * What a refusal means to the person at the browser. Many reasons, few pages: a page kind says what
 * happened, what the person can do and whom to ask; the reason itself is for the administrator.
 */
#ifndef SERVER_PAGE_KINDS_H
#define SERVER_PAGE_KINDS_H

#include <stdbool.h>
#include <stddef.h>

/** Who can help. */
enum page_ask {
    PAGE_ASK_SITE,         /* the administrators of this site */
    PAGE_ASK_ORGANISATION, /* first those at home: it is their answer that does not suffice */
};

/** Which way on the page offers. */
enum page_offer {
    PAGE_OFFER_NOTHING,
    PAGE_OFFER_AGAIN,      /* to sign in again */
    PAGE_OFFER_XNAT_LOGIN, /* to sign in to XNAT's own account, where the site allows that */
};

/*
 * X(constant, "name" in the catalogue, whom to ask, what is offered, heading, what happened,
 *   what to do)
 */
#define PAGE_KINDS(X)                                                                              \
    X(ACCOUNT_WAITING, "account_waiting", SITE, AGAIN, "Your account is waiting for approval",     \
      "You have signed in, but your account on {site} is not enabled. An administrator has to "    \
      "approve a new account before it can be used, and can also switch one off.",                 \
      "Wait until you hear that your account is approved, then sign in again.")                    \
    X(ACCOUNT_UNVERIFIED, "account_unverified", SITE, AGAIN,                                       \
      "Your e-mail address is not verified",                                                       \
      "You have signed in, but nobody has confirmed yet that the e-mail address of your account "  \
      "on {site} is yours.",                                                                       \
      "If {site} sent a message with a link to that address, follow the link. If you have none, "  \
      "an administrator has to confirm the address. Then sign in again.")                          \
    X(ACCOUNT_ADMINISTRATOR, "account_administrator", SITE, XNAT_LOGIN,                            \
      "Your account cannot be connected",                                                          \
      "You have signed in, but the account on {site} that has your user name is an "               \
      "administrator's, and those are not used this way.",                                         \
      "For daily work, an administrator can make you a second account without such rights. "       \
      "Trying again does not help.")                                                               \
    X(ACCOUNT_EMAIL, "account_email", SITE, XNAT_LOGIN, "Your account cannot be connected",        \
      "You have signed in, but the account on {site} that has your user name has another e-mail "  \
      "address than your organisation gives for you, so it is not certain that it is yours.",      \
      "If it is yours, an administrator can write your organisation's address there. Then sign "   \
      "in again; before that, trying again does not help.")                                        \
    X(ACCOUNT_NAME, "account_name", SITE, XNAT_LOGIN, "Your account cannot be connected",          \
      "You have signed in, but {site} has an account whose user name differs from yours in "       \
      "capital letters alone, so it is not certain that it is yours.",                             \
      "An administrator has to rename that account, or have another user name made for you; "      \
      "trying again does not help.")                                                               \
    X(USER_NAME_TAKEN, "user_name_taken", SITE, AGAIN, "Your account cannot be connected",         \
      "You have signed in, but the user name that {site} makes for you, or one that differs in "   \
      "capital letters alone, is in use by somebody who signed in before: another person, or you " \
      "yourself in another way.",                                                                  \
      "If you have signed in here in another way before, sign in again and choose that one. If "   \
      "not, an administrator has to sort this out; trying again does not help.")                   \
    X(ACCOUNT_UNKNOWN, "account_unknown", SITE, AGAIN, "You have no account here",                 \
      "You have signed in, but {site} has no account for you and does not create one by itself.",  \
      "Ask for an account, then sign in again.")                                                   \
    X(USER_NAME, "user_name", SITE, NOTHING, "No user name can be made for you",                   \
      "{site} makes your user name from what your organisation says about you, and that does not " \
      "give a valid one.",                                                                         \
      "An administrator has to sort this out; trying again does not help.")                        \
    X(ORGANISATION, "organisation", SITE, AGAIN, "Your organisation is not admitted",              \
      "You have signed in, but {site} admits only e-mail addresses of certain organisations, and " \
      "yours is none of them.",                                                                    \
      "If you have an account at another organisation, sign in again and choose that one.")        \
    X(GATE_ROLE, "gate_role", SITE, AGAIN, "You are not among those admitted",                     \
      "You have signed in, but {site} admits only people with certain roles at their "             \
      "organisation, and yours does not say that you have one of them.",                           \
      "If you should have it, ask for the role that is needed, then sign in again.")               \
    X(GATE_AUDIENCE, "gate_audience", SITE, AGAIN, "You are not among those admitted",             \
      "You have signed in, but {site} admits only people who sign in for certain services, and "   \
      "yours is none of them.",                                                                    \
      "If you have another way to sign in, try that one.")                                         \
    X(GATE_TYPE, "gate_type", SITE, AGAIN, "You are not among those admitted",                     \
      "You have signed in, but {site} admits only sign-ins of another kind than yours.",           \
      "If you have another way to sign in, try that one.")                                         \
    X(FACTS_MISSING, "facts_missing", ORGANISATION, AGAIN, "Your organisation says too little",    \
      "You have signed in, but your organisation does not tell {site} what it must know about "    \
      "you, such as an e-mail address of yours that it has verified.",                             \
      "If you were asked which facts about you may be passed on, sign in again and allow them. "   \
      "If you were asked to confirm your e-mail address, do that first.")                          \
    X(DECLINED, "declined", ORGANISATION, AGAIN, "The sign-in was declined",                       \
      "You or your organisation said no to this sign-in.",                                         \
      "If that was not what you wanted, sign in again and agree.")                                 \
    X(PROVIDER_REFUSED, "provider_refused", SITE, AGAIN, "The sign-in provider refused",           \
      "The service that should have said who you are reported an error, or sent an answer that "   \
      "cannot be used.",                                                                           \
      "Sign in again. If it happens once more, trying further does not help.")                     \
    X(PROVIDER_UNREACHABLE, "provider_unreachable", SITE, AGAIN,                                   \
      "The sign-in provider cannot be reached",                                                    \
      "The service that should say who you are does not answer {site} at the moment.",             \
      "Wait a minute, then sign in again.")                                                        \
    X(PROVIDER_UNVERIFIED, "provider_unverified", SITE, AGAIN,                                     \
      "The sign-in could not be verified",                                                         \
      "An answer came from the sign-in provider, but it could not be proven that it is genuine "   \
      "and meant for you and {site}. To be safe, it was not used.",                                \
      "Sign in again. If it happens once more, trying further does not help.")                     \
    X(PROVIDER_UNKNOWN, "provider_unknown", SITE, AGAIN, "There is no such sign-in here",          \
      "{site} does not offer sign-in through the provider that the link names.",                   \
      "Go to the sign-in page and choose one that it offers.")                                     \
    X(XNAT_UNREACHABLE, "xnat_unreachable", SITE, AGAIN, "XNAT cannot be reached",                 \
      "The sign-in works, but XNAT itself does not answer at the moment. It may be restarting.",   \
      "Wait a minute, then try again.")                                                            \
    X(XNAT_REFUSED, "xnat_refused", SITE, AGAIN, "XNAT did not help with your account",            \
      "You have signed in, but XNAT did not answer the question about your account as it "         \
      "should.",                                                                                   \
      "Wait a minute, then sign in again. If it happens once more, an administrator has to mend "  \
      "it.")                                                                                       \
    X(CLOCK_WRONG, "clock_wrong", SITE, AGAIN, "A clock is wrong",                                 \
      "This sign-in carries a time that does not fit the clock of {site}. A clock is wrong, at "   \
      "{site} or at the sign-in provider; it is not the one of your own device.",                  \
      "An administrator has to set the clock right. After that, sign in again.")                   \
    X(LINK_OLD, "link_old", SITE, AGAIN, "This link is too old",                                   \
      "A sign-in has to be finished within ten minutes, and its link works once only. This one "   \
      "took longer or was used before.",                                                           \
      "Sign in again. Do not keep the address of this page as a bookmark.")                        \
    X(LINK_FOREIGN, "link_foreign", SITE, AGAIN, "This sign-in cannot be continued",               \
      "This sign-in was not begun in this browser, was begun too long ago, or its link is "        \
      "damaged.",                                                                                  \
      "Sign in again, and finish it in the same browser and window. Do not follow a sign-in link " \
      "that somebody sent you.")                                                                   \
    X(COOKIES_BLOCKED, "cookies_blocked", SITE, AGAIN, "Your browser sent no cookies",             \
      "Signing in takes cookies, and your browser came back from the sign-in provider without a "  \
      "single one. Either the sign-in was begun more than ten minutes ago, or in another "         \
      "browser, or your browser blocks cookies for {site}.",                                       \
      "Sign in again, and finish it in the same browser within ten minutes. If you come to this "  \
      "page once more, allow cookies for {site} in the settings of your browser (those of other "  \
      "sites are not needed).")                                                                    \
    X(SESSION_OVER, "session_over", SITE, AGAIN, "Please sign in",                                 \
      "You are not signed in to {site}, or your session has ended.", "Sign in again.")             \
    X(PASSWORD_LOGIN_OFF, "password_login_off", SITE, AGAIN, "XNAT's own login is switched off",   \
      "{site} takes no user names and passwords of XNAT accounts. Yours were not passed on.",      \
      "Sign in through the sign-in page.")                                                         \
    X(SIGN_OUT_FOREIGN, "sign_out_foreign", SITE, AGAIN, "You were not signed out here",           \
      "This is no answer to a sign-out that was begun in this browser.",                           \
      "To sign out, use the link on {site}.")                                                      \
    X(BUSY, "busy", SITE, AGAIN, "Too much is going on",                                           \
      "The sign-in service cannot take more at the moment.",                                       \
      "Wait a few minutes, then sign in again.")                                                   \
    X(BROKEN, "broken", SITE, NOTHING, "The sign-in service does not work",                        \
      "The sign-in service of {site} made a mistake, or is not set up as it should be.",           \
      "An administrator has to mend it; trying again does not help.")                              \
    X(NOT_UNDERSTOOD, "not_understood", SITE, NOTHING, "That was not understood",                  \
      "The request is not one that this address takes.",                                           \
      "If a program made it, tell those who look after the program.")

#define PAGE_KIND_CONSTANT(constant, name, ask, offer, heading, happened, todo)                    \
    PAGE_KIND_##constant,
/** What is told to the person. */
enum page_kind { PAGE_KINDS(PAGE_KIND_CONSTANT) PAGE_KIND_COUNT };
#undef PAGE_KIND_CONSTANT

/** The kind that a reason (stable name of a code, of liboidc or of ours) is told as.
 *
 * @return false, and PAGE_KIND_BROKEN, for a reason that no row names. */
bool page_kind_of(const char *reason, enum page_kind *kind);

/** Whom to ask about it. */
enum page_ask page_kind_ask(enum page_kind kind);

/** Which way on is offered. */
enum page_offer page_kind_offer(enum page_kind kind);

/** The rows: all reasons there are. NULL past the last. For tests alone. */
const char *page_kind_reason(size_t row);

#endif
