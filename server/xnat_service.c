/* A question that meets a 401 is asked again where its session, or the file, may be to blame. See
 * xnat_service.h. */
#include <config.h>

#include "xnat_service.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "file.h"
#include "log.h"
#include "site.h"
#include "worker.h"
#include "xnat_token.h"
#include "xnat_worker.h"

/* --- the file -----------------------------------------------------------------------------------
 */

/* One line, of which the end may be missing. */
static bool is_one_line(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return false;
    }
    return true;
}

static size_t without_line_end(const char *text, size_t size)
{
    if (size > 0 && text[size - 1] == '\n')
        size--;
    if (size > 0 && text[size - 1] == '\r')
        size--;
    return size;
}

static const char *take_line(char *line, size_t size, struct xnat_credentials *credentials)
{
    char *colon;

    size = without_line_end(line, size);
    line[size] = '\0';
    if (!is_one_line(line, size))
        return "it holds more than one line, or control characters";
    colon = strchr(line, ':');
    if (!colon || colon == line || colon[1] == '\0')
        return "it holds no user:password";
    *colon = '\0';
    credentials->user = strdup(line);
    credentials->authorization = xnat_authorization(line, colon + 1);
    return credentials->user && credentials->authorization ? NULL : "out of memory";
}

bool xnat_credentials_read(const char *path, struct xnat_credentials *credentials, const char **why)
{
    size_t size = 0;
    char *text = file_read(path, XNAT_ADMIN_FILE_MAX, &size);

    *credentials = (struct xnat_credentials){0};
    *why = text ? take_line(text, size, credentials) : strerror(errno);
    file_free(text, size);
    if (*why)
        xnat_credentials_clear(credentials);
    return !*why;
}

void xnat_credentials_clear(struct xnat_credentials *credentials)
{
    free(credentials->user);
    xnat_authorization_free(credentials->authorization);
    *credentials = (struct xnat_credentials){0};
}

/* What was known stays when the file cannot be read: it may be about to be replaced, or its owner
 * to be changed. It is tried again at the next look, and told of once. @return whether there are
 * other credentials now. */
static bool read_again(struct xnat_service *service, const char *path,
                       const struct file_stamp *stamp)
{
    struct xnat_credentials credentials;
    const char *why;

    if (!xnat_credentials_read(path, &credentials, &why)) {
        if (!file_stamp_same(stamp, &service->unusable))
            log_event(
                LOG_WARNING, "xnat_admin_file_unusable", LOG_TEXT("file", path),
                LOG_TEXT("detail", why),
                LOG_TEXT("effect", "the user name and password that it held before are used"));
        service->unusable = *stamp;
        return false;
    }
    service->stamp = *stamp;
    xnat_credentials_clear(&service->credentials);
    service->credentials = credentials;
    service->session[0] = '\0'; /* it may be another user's */
    log_event(LOG_INFO, "xnat_admin_file_read", LOG_TEXT("file", path),
              LOG_TEXT("user", credentials.user));
    return true;
}

/* @return whether there are other credentials than before. */
static bool look_at_file(struct worker *worker)
{
    struct xnat_service *service = &worker->xnat->service;
    const char *path = worker->site->options.xnat_admin_file;
    struct file_stamp stamp;

    service->looked_at = worker->now;
    if (!file_stamp(path, &stamp) || file_stamp_same(&stamp, &service->stamp))
        return false;
    return read_again(service, path, &stamp);
}

bool xnat_service_open(struct xnat_service *service, const char *path)
{
    const char *why;

    return file_stamp(path, &service->stamp) &&
           xnat_credentials_read(path, &service->credentials, &why);
}

void xnat_service_close(struct xnat_service *service)
{
    xnat_credentials_clear(&service->credentials);
    OPENSSL_cleanse(service->session, sizeof(service->session));
}

/* --- standing -----------------------------------------------------------------------------------
 */

static void note_standing(struct worker *worker, enum xnat_standing standing, int status)
{
    int before = atomic_exchange(&worker->site->xnat_standing, (int)standing);

    if (before == (int)standing)
        return;
    if (standing == XNAT_STANDING_REFUSED)
        log_event(LOG_ERROR, "xnat_service_refused",
                  LOG_TEXT("user", worker->xnat->service.credentials.user),
                  LOG_NUMBER("status", status), LOG_TEXT("effect", "nobody can sign in"),
                  LOG_TEXT("hint",
                           "put the password of a site administrator into the file of "
                           "--xnat-admin-file; it is read again by itself. Where it is the right "
                           "one, XNAT has locked the account after too many failures, for an hour "
                           "or more: unlock it there, then write the file anew or restart"));
    else
        log_event(LOG_INFO, "xnat_service_accepted",
                  LOG_TEXT("user", worker->xnat->service.credentials.user));
}

static bool is_refusal(int status)
{
    return status == 401 || status == 403;
}

static bool is_success(int status)
{
    return status >= 200 && status < 300;
}

/* Whether XNAT took the password: it looked for what it was asked for, or gave a session, which it
 * does where it leads to its login page, too. */
static bool is_taken(const struct xnat_answer *answer, const char *session)
{
    const bool leads_elsewhere = answer->status >= 300 && answer->status < 400;

    return is_success(answer->status) || answer->status == 403 ||
           (session[0] != '\0' && !leads_elsewhere);
}

static void count(struct worker *worker, int status)
{
    enum metric metric = METRIC_XNAT_ANSWERED;

    if (is_refusal(status))
        metric = METRIC_XNAT_REFUSED;
    else if (status == 0 || status >= 500)
        metric = METRIC_XNAT_FAILED;
    metrics_count(&worker->metrics, metric);
}

/* --- asking -------------------------------------------------------------------------------------
 */

static bool ask_now(struct xnat_question *question);
static bool tell(struct xnat_question *question, int status, const char *note);

/* Whether XNAT may be asked with what the file said last. */
static bool may_try(struct xnat_question *question)
{
    struct worker *worker = question->worker;

    return xnat_pause_begin(worker->site->xnat_pause, &worker->xnat->service.stamp, &question->try,
                            worker->now);
}

static void end_try(struct xnat_question *question, enum xnat_try_end end)
{
    struct worker *worker = question->worker;

    xnat_pause_end(worker->site->xnat_pause, &question->try, end, worker->now);
}

/* Whether a 401 may be the fault of what was sent with the question, which is mended now. Another
 * question's may have told meanwhile that it is the password's. */
static bool may_ask_again(struct xnat_question *question)
{
    struct worker *worker = question->worker;
    struct xnat_service *service = &worker->xnat->service;

    if (question->with_session) {
        service->session[0] = '\0';
        end_try(question, XNAT_TRY_UNDECIDED);
        return may_try(question);
    }
    end_try(question, XNAT_TRY_REFUSED);
    if (question->anew)
        return false;
    question->anew = true;
    return look_at_file(worker) && may_try(question);
}

static void on_answer(void *context, const struct xnat_answer *answer, const char *session)
{
    struct xnat_question *question = context;
    struct worker *worker = question->worker;
    struct xnat_service *service = &worker->xnat->service;

    question->call = NULL;
    count(worker, answer->status);
    if (answer->status == 401 && may_ask_again(question)) {
        if (!ask_now(question))
            tell(question, 0, "out of memory");
        return;
    }
    end_try(question, is_taken(answer, session) && !question->with_session ? XNAT_TRY_ACCEPTED
                                                                           : XNAT_TRY_UNDECIDED);
    if (is_refusal(answer->status))
        note_standing(worker, XNAT_STANDING_REFUSED, answer->status);
    else if (is_success(answer->status))
        note_standing(worker, XNAT_STANDING_ACCEPTED, answer->status);
    if (session[0] != '\0')
        memcpy(service->session, session, strlen(session) + 1);
    question->told(question, answer);
}

static bool ask_now(struct xnat_question *question)
{
    struct xnat_service *service = &question->worker->xnat->service;
    const struct xnat_caller caller = {service->credentials.authorization, service->session};

    question->with_session = service->session[0] != '\0';
    question->call =
        xnat_call_start(question->worker, question->request, &caller, on_answer, question);
    return question->call != NULL;
}

static bool tell(struct xnat_question *question, int status, const char *note)
{
    const struct xnat_answer answer = {.status = status, .note = note, .body = ""};

    end_try(question, XNAT_TRY_UNDECIDED);
    question->told(question, &answer);
    return false;
}

bool xnat_service_ask(struct xnat_question *question)
{
    struct worker *worker = question->worker;
    struct xnat_service *service = &worker->xnat->service;

    question->anew = false;
    if (service->looked_at != worker->now)
        look_at_file(worker);
    /* A session guesses no password. */
    if (service->session[0] == '\0' && !may_try(question))
        return tell(question, 401, NULL);
    return ask_now(question) || tell(question, 0, "out of memory");
}

void xnat_service_cancel(struct xnat_question *question)
{
    xnat_call_cancel(question->call);
    question->call = NULL;
    end_try(question, XNAT_TRY_UNDECIDED);
}
