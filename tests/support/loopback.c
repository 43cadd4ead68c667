/* A scripted HTTP server on loopback. See loopback.h. */
#include <config.h>

#include "tests/support/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                  \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

enum { SCRIPT_MAX = 8, REQUEST_MAX = 65536, TLS_HANDSHAKE = 0x16 };

struct loopback {
    int listener;
    unsigned port;
    SSL_CTX *tls;
    char *certificate;
    pthread_t thread;
    int running;
    char *script[SCRIPT_MAX];
    size_t script_size;
    size_t played;
    char *requests[SCRIPT_MAX];
    size_t request_count;
    int kept[SCRIPT_MAX]; /* connections that are left open */
    size_t kept_count;
    int staying; /* one on which the next request may come; -1: none */
};

/* --- TLS -------------------------------------------------------------------------------------- */

static X509 *self_signed(EVP_PKEY *key, const char *name)
{
    X509 *certificate = X509_new();
    char alternative[200];
    X509_EXTENSION *extension;

    MUST(certificate && X509_set_version(certificate, 2));
    MUST(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1));
    MUST(X509_gmtime_adj(X509_getm_notBefore(certificate), -3600));
    MUST(X509_gmtime_adj(X509_getm_notAfter(certificate), 3600));
    MUST(X509_set_pubkey(certificate, key));
    MUST(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                    (const unsigned char *)"loopback", -1, -1, 0));
    MUST(X509_set_issuer_name(certificate, X509_get_subject_name(certificate)));
    (void)snprintf(alternative, sizeof alternative, "%s:%s",
                   strspn(name, "0123456789.") == strlen(name) ? "IP" : "DNS", name);
    extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, alternative);
    MUST(extension && X509_add_ext(certificate, extension, -1));
    X509_EXTENSION_free(extension);
    MUST(X509_sign(certificate, key, EVP_sha256()));
    return certificate;
}

static char *pem_of(X509 *certificate)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    char *text;
    long size;

    MUST(out && PEM_write_bio_X509(out, certificate));
    size = BIO_get_mem_data(out, &bytes);
    text = malloc((size_t)size + 1);
    MUST(text);
    memcpy(text, bytes, (size_t)size);
    text[size] = '\0';
    BIO_free(out);
    return text;
}

static void set_up_tls(struct loopback *server, const char *name)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate;

    MUST(key);
    certificate = self_signed(key, name);
    server->tls = SSL_CTX_new(TLS_server_method());
    MUST(server->tls && SSL_CTX_use_certificate(server->tls, certificate) == 1);
    MUST(SSL_CTX_use_PrivateKey(server->tls, key) == 1);
    server->certificate = pem_of(certificate);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

/* --- one connection --------------------------------------------------------------------------- */

struct connection {
    int socket;
    SSL *tls;
};

static long receive(struct connection *connection, char *bytes, size_t size)
{
    return connection->tls ? SSL_read(connection->tls, bytes, (int)size)
                           : recv(connection->socket, bytes, size, 0);
}

static void transmit(struct connection *connection, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        long sent = connection->tls ? SSL_write(connection->tls, text, (int)left)
                                    : send(connection->socket, text, left, MSG_NOSIGNAL);

        if (sent <= 0)
            return;
        text += sent;
        left -= (size_t)sent;
    }
}

/* Whether the text holds a whole request: its head, and as much body as the head says. A client
 * that begins to speak TLS has nothing more to say. */
static int is_whole(const char *text)
{
    const char *end = strstr(text, "\r\n\r\n");
    const char *length = strcasestr(text, "\r\nContent-Length:");

    if (text[0] == TLS_HANDSHAKE)
        return 1;
    if (!end)
        return 0;
    if (!length || length > end)
        return 1;
    return strlen(end + 4) >= strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
}

static char *read_request(struct connection *connection)
{
    char *text = calloc(1, REQUEST_MAX);
    size_t size = 0;

    MUST(text);
    while (!is_whole(text) && size < REQUEST_MAX - 1) {
        long count = receive(connection, text + size, REQUEST_MAX - 1 - size);

        if (count <= 0)
            break;
        size += (size_t)count;
    }
    return text;
}

/* Where the next request comes from: the connection that stayed, or a new one. */
static int next_socket(struct loopback *server)
{
    struct pollfd fds[] = {{.fd = server->staying, .events = POLLIN},
                           {.fd = server->listener, .events = POLLIN}};
    char byte;
    int socket = server->staying;

    if (socket < 0)
        return accept(server->listener, NULL, NULL);
    MUST(poll(fds, 2, -1) > 0);
    server->staying = -1;
    if (fds[0].revents && recv(socket, &byte, 1, MSG_PEEK) == 1)
        return socket;
    (void)close(socket);
    return accept(server->listener, NULL, NULL);
}

static void answer_one(struct loopback *server, const char *answer)
{
    struct connection connection = {.socket = next_socket(server)};

    if (connection.socket < 0)
        return;
    if (server->tls) {
        connection.tls = SSL_new(server->tls);
        MUST(connection.tls && SSL_set_fd(connection.tls, connection.socket));
        if (SSL_accept(connection.tls) != 1)
            goto out;
    }
    server->requests[server->request_count++] = read_request(&connection);
    if (strcmp(answer, LOOPBACK_SILENCE) == 0) {
        server->kept[server->kept_count++] = connection.socket;
        connection.socket = -1;
        goto out;
    }
    if (answer[0] == LOOPBACK_STAYS[0]) {
        transmit(&connection, answer + 1);
        server->staying = connection.socket;
        connection.socket = -1;
        goto out;
    }
    transmit(&connection, answer);
    if (connection.tls)
        (void)SSL_shutdown(connection.tls);
out:
    SSL_free(connection.tls);
    if (connection.socket >= 0)
        (void)close(connection.socket);
}

/* --- the server ------------------------------------------------------------------------------- */

struct loopback *loopback_new(const char *tls_name)
{
    struct loopback *server = calloc(1, sizeof *server);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;

    MUST(server && signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    server->staying = -1;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MUST(server->listener >= 0);
    MUST(bind(server->listener, (const struct sockaddr *)&address, sizeof address) == 0);
    MUST(listen(server->listener, SCRIPT_MAX) == 0);
    MUST(getsockname(server->listener, (struct sockaddr *)&address, &size) == 0);
    server->port = ntohs(address.sin_port);
    if (tls_name)
        set_up_tls(server, tls_name);
    return server;
}

unsigned loopback_port(const struct loopback *server)
{
    return server->port;
}

const char *loopback_certificate(const struct loopback *server)
{
    return server->certificate;
}

static void *run(void *context)
{
    struct loopback *server = context;

    while (server->played < server->script_size)
        answer_one(server, server->script[server->played++]);
    return NULL;
}

void loopback_serve(struct loopback *server, const char *answer, ...)
{
    va_list answers;

    MUST(!server->running);
    va_start(answers, answer);
    for (; answer; answer = va_arg(answers, const char *)) {
        MUST(server->script_size < SCRIPT_MAX);
        server->script[server->script_size] = strdup(answer);
        MUST(server->script[server->script_size++]);
    }
    va_end(answers);
    MUST(pthread_create(&server->thread, NULL, run, server) == 0);
    server->running = 1;
}

size_t loopback_finish(struct loopback *server)
{
    if (server->running)
        MUST(pthread_join(server->thread, NULL) == 0);
    server->running = 0;
    return server->request_count;
}

const char *loopback_request(const struct loopback *server, size_t index)
{
    MUST(index < server->request_count);
    return server->requests[index];
}

void loopback_free(struct loopback *server)
{
    /* A server whose script is not played to its end waits in accept. */
    (void)shutdown(server->listener, SHUT_RDWR);
    (void)loopback_finish(server);
    (void)close(server->listener);
    if (server->staying >= 0)
        (void)close(server->staying);
    for (size_t i = 0; i < server->kept_count; i++)
        (void)close(server->kept[i]);
    for (size_t i = 0; i < server->script_size; i++)
        free(server->script[i]);
    for (size_t i = 0; i < server->request_count; i++)
        free(server->requests[i]);
    SSL_CTX_free(server->tls);
    free(server->certificate);
    free(server);
}
