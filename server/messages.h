/*
 * The words of the pages: English, or what a site's catalogue puts in its place. Plain text, in
 * which {names} stand for what is filled in. Immutable once read; any thread.
 */
#ifndef SERVER_MESSAGES_H
#define SERVER_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "page_kinds.h"
#include "text.h"

/** Largest catalogue that is read: ten times the English one. */
#define MESSAGES_MAX_KIB 128
#define MESSAGES_MAX_BYTES ((size_t)MESSAGES_MAX_KIB * 1024)

/* X(constant, "name", English) */
#define MESSAGES(X)                                                                                \
    X(LANGUAGE, "language", "en")                                                                  \
    X(SIGN_IN_HEADING, "sign_in.heading", "Sign in")                                               \
    X(SIGN_IN_NONE, "sign_in.none",                                                                \
      "No way to sign in is set up here at the moment. Please ask your XNAT administrator.")       \
    X(SIGN_IN_ONE, "sign_in.one",                                                                  \
      "You will be taken to your organisation to sign in, and brought back here.")                 \
    X(SIGN_IN_SEVERAL, "sign_in.several",                                                          \
      "Choose where you have an account. You will be taken there to sign in, and brought back "    \
      "here.")                                                                                     \
    X(SIGN_IN_XNAT, "sign_in.xnat", "Sign in with an XNAT user name and password")                 \
    X(SIGN_IN_HELP, "sign_in.help", "Trouble signing in? Your XNAT administrator can help.")       \
    X(SIGN_IN_AGAIN, "sign_in.again", "Sign in again")                                             \
    X(ERROR_TODO, "error.todo", "What you can do")                                                 \
    X(ERROR_XNAT, "error.xnat",                                                                    \
      "If the account is yours, and has an XNAT password, you can sign in to it without your "     \
      "organisation.")                                                                             \
    X(ERROR_ASK, "error.ask", "Whom to ask")                                                       \
    X(ERROR_ASK_SITE, "error.ask_site",                                                            \
      "Your XNAT administrator can find out why. Send them these lines:")                          \
    X(ERROR_ASK_ORGANISATION, "error.ask_organisation",                                            \
      "Ask the help desk of your organisation first. If they cannot help, your XNAT "              \
      "administrator can find out why. Send them these lines:")                                    \
    X(ERROR_CONTACT, "error.contact", "Contact:")                                                  \
    X(ERROR_REASON, "error.reason", "Reason")                                                      \
    X(ERROR_REFERENCE, "error.reference", "Reference")                                             \
    X(ERROR_TIME, "error.time", "Time")                                                            \
    X(ERROR_CLOCK, "error.clock", "Clocks differ by")                                              \
    X(DURATION_SECONDS, "duration.seconds", "{count} seconds")                                     \
    X(DURATION_MINUTES, "duration.minutes", "{count} minutes")                                     \
    X(DURATION_HOURS, "duration.hours", "{count} hours")                                           \
    X(DURATION_DAYS, "duration.days", "{count} days")                                              \
    X(SIGNED_OUT_HEADING, "signed_out.heading", "You are signed out")                              \
    X(SIGNED_OUT_HERE, "signed_out.here", "Your session on this site has ended.")                  \
    X(SIGNED_OUT_BOTH, "signed_out.both",                                                          \
      "Your session on this site has ended, and you come back from {provider}: you are signed "    \
      "out there, too, unless you asked to stay signed in.")                                       \
    X(SIGNED_OUT_STILL, "signed_out.still",                                                        \
      "You may still be signed in at {provider}, which offers no way to sign out from here.")      \
    X(SIGNED_OUT_SHARED, "signed_out.shared",                                                      \
      "On a computer that others use, close all windows of the browser before you leave it.")      \
    X(SIGNED_OUT_NOBODY, "signed_out.nobody", "There is no session on this site in this browser.") \
    X(SIGNED_OUT_CONTINUE, "signed_out.continue", "Continue")                                      \
    X(SIGN_OUT_HEADING, "sign_out.heading", "Sign out?")                                           \
    X(SIGN_OUT_QUESTION, "sign_out.question",                                                      \
      "You are signed in to this site. Do you want to sign out?")                                  \
    X(SIGN_OUT_YES, "sign_out.yes", "Sign out")                                                    \
    X(SIGN_OUT_NO, "sign_out.no", "Stay signed in")

#define MESSAGE_CONSTANT(constant, name, english) MESSAGE_##constant,
#define MESSAGE_KIND_CONSTANTS(constant, name, ask, offer, heading, happened, todo)                \
    MESSAGE_KIND_##constant, MESSAGE_KIND_##constant##_HAPPENED, MESSAGE_KIND_##constant##_TODO,
enum message { MESSAGES(MESSAGE_CONSTANT) PAGE_KINDS(MESSAGE_KIND_CONSTANTS) MESSAGE_COUNT };
#undef MESSAGE_CONSTANT
#undef MESSAGE_KIND_CONSTANTS

/** The texts of a page kind: they stand one behind the other. */
enum message_part { MESSAGE_HEADING, MESSAGE_HAPPENED, MESSAGE_TODO, MESSAGE_PARTS };
enum message message_of_kind(enum page_kind kind, enum message_part part);

struct messages {
    const char *texts[MESSAGE_COUNT];
    char *file; /* what they lie in, where it is not the program */
};

/** English throughout. Nothing to free. */
void messages_english(struct messages *messages);

/** Called with every mistake. @param line counted from 1. @param problem what it is, and the cure.
 */
typedef void messages_complaint(void *context, size_t line, const char *problem);

/**
 * Reads a catalogue over the English one: lines `name = text` in UTF-8, blank ones, and comments
 * that begin with `#`.
 *
 * @param file  NUL-terminated; changed and taken over. @param size without the NUL.
 * @return whether it is without mistakes. Use messages_free whatever it is.
 */
bool messages_read(struct messages *messages, char *file, size_t size, messages_complaint *complain,
                   void *context);
void messages_free(struct messages *messages);

/** Writes the English catalogue, as messages_read takes it. */
void messages_print(FILE *out);

/** Whether a text can be shown: UTF-8 without characters that control how it is shown. */
bool message_is_plain(const char *text);

/** What is filled in where the text says {name}; ended by a NULL name. */
struct message_value {
    const char *name;
    const char *value;
};

/** Adds a text to a page, all of it escaped. @param values may be NULL. */
void message_add(struct text *page, const struct messages *messages, enum message message,
                 const struct message_value *values);

#endif
