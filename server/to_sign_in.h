/* The way to the sign-in page. */
#ifndef SERVER_TO_SIGN_IN_H
#define SERVER_TO_SIGN_IN_H

#include "request.h"

/** The page's parameter for silent sign-in (silent.h). */
#define SILENT_PARAMETER "silent"

/** A text as it may stand in a query; new, for free(); NULL when memory is short. */
char *query_escaped(const char *text);

/** Sends the browser to the sign-in page, to come back to where it is going now. */
enum MHD_Result redirect_to_sign_in(struct request *request, const char *return_to);

/** The same with a mark for silent sign-in. @param mark NULL: none. */
enum MHD_Result redirect_to_sign_in_as(struct request *request, const char *return_to,
                                       const char *mark);

#endif
