/* Where XNAT takes the user name and password of its login page's form: what
 * disableUsernamePasswordLogin=true does not only hide. Programs' own credentials (Basic) are
 * another matter. */
#ifndef SERVER_PASSWORD_LOGIN_H
#define SERVER_PASSWORD_LOGIN_H

#include "request.h"

/** Whether a request is one for that login, and the site has it switched off. In doubt it is one.
 */
bool password_login_is_barred(const struct request *request);

/** Whether a stranger's request may be one for that login without saying so: the body of a form for
 * XNAT's pages, which passes unread, can name the action. Who has no account of XNAT's own has no
 * other form to send there. */
bool password_login_may_hide_in(const struct request *request);

/** The answer to it: a browser that goes there is sent to the sign-in page, and whatever brings a
 * user name and password learns that they are not taken. */
enum MHD_Result password_login_refuse(struct request *request);

#endif
