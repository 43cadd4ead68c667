/* libcurl writes into the note; what a callback of ours refuses comes to it as a write that failed,
 * and is told in our words. See upstream_note.h. */
#include <config.h>

#include "upstream_note.h"

#include <errno.h>
#include <sys/socket.h>

#include "numeral.h"
#include "xnat_rest.h"

static const char *const faults[] = {
    [UPSTREAM_FAULT_HEAD_LARGE] =
        "the head of the answer is larger than " NUMERAL(UPSTREAM_HEAD_MAX_KIB) " KiB",
    [UPSTREAM_FAULT_LENGTH] = "the answer's Content-Length is no length",
    [UPSTREAM_FAULT_NAMELESS] =
        "the head of the answer has a line that begins with a carriage return",
    [UPSTREAM_FAULT_LARGE] = "the answer is larger than " NUMERAL(XNAT_ANSWER_MAX_MIB) " MiB",
    [UPSTREAM_FAULT_MEMORY] = "memory is short",
    [UPSTREAM_FAULT_DESCRIPTORS] = "no descriptor is left for a connection",
};

/* As libcurl would; but it does not tell why there is none. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct upstream_note *note = context;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);

    (void)purpose;
    note->fault = fd < 0 && (errno == EMFILE || errno == ENFILE) ? UPSTREAM_FAULT_DESCRIPTORS
                                                                 : UPSTREAM_FAULT_NONE;
    return fd;
}

void upstream_note_keep(struct upstream_note *note, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, note->libcurl);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, note);
}

size_t upstream_note_refuse(struct upstream_note *note, enum upstream_fault fault)
{
    note->fault = fault;
    return 0;
}

/* Of the addresses that a name has, one may have found no descriptor, and another was reached. */
enum upstream_fault upstream_note_fault(const struct upstream_note *note, CURLcode result)
{
    if (note->fault == UPSTREAM_FAULT_DESCRIPTORS && result != CURLE_COULDNT_CONNECT)
        return UPSTREAM_FAULT_NONE;
    return note->fault;
}

const char *upstream_note_text(const struct upstream_note *note, CURLcode result)
{
    const enum upstream_fault fault = upstream_note_fault(note, result);

    if (fault != UPSTREAM_FAULT_NONE)
        return faults[fault];
    return note->libcurl[0] != '\0' ? note->libcurl : curl_easy_strerror(result);
}
