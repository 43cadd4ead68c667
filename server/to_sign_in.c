/* The sign-in page's address. See to_sign_in.h. */
#include <config.h>

#include "to_sign_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "respond.h"
#include "site.h"
#include "worker.h"

char *query_escaped(const char *text)
{
    char *from_curl = curl_easy_escape(NULL, text, 0);
    char *copy = from_curl ? strdup(from_curl) : NULL;

    curl_free(from_curl);
    return copy;
}

enum MHD_Result redirect_to_sign_in(struct request *request, const char *return_to)
{
    return redirect_to_sign_in_as(request, return_to, NULL);
}

enum MHD_Result redirect_to_sign_in_as(struct request *request, const char *return_to,
                                       const char *mark)
{
    const struct site *site = request->worker->site;
    char *path = site_return_path(site, return_to);
    char *rd = path ? query_escaped(path) : NULL;
    char *location = NULL;

    if (rd && asprintf(&location, "%s%s?rd=%s%s%s", site->url, site->paths.sign_in, rd,
                       mark ? "&" SILENT_PARAMETER "=" : "", mark ? mark : "") < 0)
        location = NULL;
    free(rd);
    free(path);
    return respond_redirect(request, location);
}
