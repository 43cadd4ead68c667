/*
 * liboidc: an OpenID Connect relying party without sockets, clocks or threads.
 *
 * The library is a set of machines. The caller gives bytes and the time; a machine answers with
 * what it needs next or with its verdict. So it fits any event loop, and every path of the protocol
 * can be tested without a network. <oidc/curl.h> drives the machines for programs that may block.
 *
 *   oidc_config           what openid-provider.properties says        <oidc/config.h>
 *   oidc_lint             what is wrong with it                       <oidc/lint.h>
 *   oidc_keyring          what seals the texts that the browser keeps <oidc/seal.h>
 *   oidc_decryption_keys  what opens encrypted tokens                 <oidc/decryption.h>
 *   oidc_provider         a provider as it is known at a moment       <oidc/provider.h>
 *   oidc_refresh          a look at it, to know more                  <oidc/provider.h>
 *   oidc_authorization    first leg: the browser is sent away         <oidc/login.h>
 *   oidc_login            second leg: it comes back; who is it?       <oidc/login.h>
 *   oidc_bearer           an API client's token; who is it?           <oidc/bearer.h>
 *   oidc_identity         the answer                                  <oidc/identity.h>
 *   oidc_session          the answer, sealed into a cookie            <oidc/session.h>
 *   oidc_signer           the key that signs the answer               <oidc/handoff.h>
 *   oidc_handoff          the answer, for the application behind      <oidc/handoff.h>
 *   oidc_logout           the provider says that it is over           <oidc/logout.h>
 *   oidc_http_request     what a machine wants sent                   <oidc/http.h>
 *   oidc_curl             sends it, and waits                         <oidc/curl.h>
 *   oidc_exchange         sends it from an event loop                 <oidc/curl.h>
 *   oidc_error            what went wrong, and whose doing it is      <oidc/error.h>
 *   oidc_text_next        text from outside, fit to be shown?         <oidc/text.h>
 *   oidc_version          what is loaded                              <oidc/version.h>
 *
 * This header includes all of them but <oidc/curl.h>.
 *
 * Ownership has three words. *New*: the caller frees it, with the type's _free or _unref, which
 * take the address of the pointer and set it to NULL; NULL is fine. *Borrowed*: good as long as
 * what it was borrowed from. *Reference*: one count of a shared, immutable object.
 *
 * Threads: immutable objects (config, provider, keyring, signer, decryption keys) may be shared by
 * any number of threads; machines and sessions belong to one thread at a time. Nothing is global,
 * nothing prints, nothing aborts.
 *
 * Errors: see <oidc/error.h>. Out parameters are set to NULL on failure unless said otherwise.
 * Times are seconds since the epoch, UTC.
 */
#ifndef OIDC_OIDC_H
#define OIDC_OIDC_H

#include <oidc/bearer.h>
#include <oidc/config.h>
#include <oidc/decryption.h>
#include <oidc/error.h>
#include <oidc/handoff.h>
#include <oidc/http.h>
#include <oidc/identity.h>
#include <oidc/lint.h>
#include <oidc/login.h>
#include <oidc/logout.h>
#include <oidc/provider.h>
#include <oidc/seal.h>
#include <oidc/session.h>
#include <oidc/text.h>
#include <oidc/version.h>

#endif
