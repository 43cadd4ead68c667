/* What answers our own paths: one function a route, each in the file that its comment names. */
#ifndef SERVER_HANDLERS_H
#define SERVER_HANDLERS_H

#include "request.h"

/** The path that serves both legs of a sign-in (login.c). */
enum MHD_Result handle_login(struct request *request);

/** The page with a button for every provider (sign_in.c). */
enum MHD_Result handle_sign_in(struct request *request);

/** Ends the session here, in XNAT, and where possible at the provider (sign_out.c). */
enum MHD_Result handle_sign_out(struct request *request);

/** A provider says that somebody signed out there (backchannel.c). Begun with the head. */
enum MHD_Result handle_backchannel_logout(struct request *request);
/** Where the provider sends the browser after sign-out (signed_out.c). */
enum MHD_Result handle_signed_out(struct request *request);

/** Forward-auth for front ends that want 200, 401 or 403 (auth.c). */
enum MHD_Result handle_auth(struct request *request);

/** Forward-auth for front ends that pass a redirect on; anything may follow the path (auth.c). */
enum MHD_Result handle_auth_redirect(struct request *request);

/** Who am I (session.c). */
enum MHD_Result handle_session(struct request *request);

/** The assertion's public keys; the style sheet; the site's logo (documents.c). */
enum MHD_Result handle_keys(struct request *request);
enum MHD_Result handle_style(struct request *request);
enum MHD_Result handle_logo(struct request *request);

/** Everything else: XNAT's (forward.c). */
enum MHD_Result handle_forward(struct request *request);

#endif
