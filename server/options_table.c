/* The table of options: what there is, what it takes, what it means. */
#include "options_table.h"

#include "logo.h"
#include "messages.h"
#include "numeral.h"
#include "option_values.h"

#define MINUTE INT64_C(60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* A session that outlives a month is not a session. */
#define SESSION_MOST (30 * DAY)

#define AT(field) offsetof(struct options, field)

/* Indexed by enum unauthenticated; the first stands for "not said". */
static const char *const unauthenticated_words[] = {"", "pass", "login", "deny", NULL};
static const char *const handoff_words[] = {"headers", "xnat-token", NULL};
static const char *const log_format_words[] = {"json", "text", NULL};

const struct option options_table[] = {
    {.name = "config",
     .metavar = "path",
     .read = option_read_config,
     .expected = "a file or folder; at most 64 of them",
     .separator = ':',
     .help = "A provider file (openid-provider.properties), or a folder in which every file that "
             "XNAT itself would load is taken. May be given several times. Required."},
    {.name = "listen",
     .metavar = "address",
     .read = option_read_listen,
     .offset = AT(listen),
     .standard = "127.0.0.1:8081",
     .expected = "host:port with a numeric host or localhost, [v6]:port, or unix:/path",
     .help =
         "Where browsers and front ends connect: host:port with a numeric host or localhost, "
         "[v6]:port, or unix:/path. Whoever may enter the directory of such a socket may connect."},
    {.name = "admin-listen",
     .metavar = "address",
     .read = option_read_listen,
     .offset = AT(admin_listen),
     .standard = "127.0.0.1:9090",
     .expected = "host:port with a numeric host or localhost, [v6]:port, or unix:/path",
     .help =
         "Where health, readiness and metrics are served, to whoever can connect. They are never "
         "served on the public address."},
    {.name = "upstream",
     .metavar = "url",
     .read = option_read_origin,
     .offset = AT(upstream),
     .otherwise = "forward-auth and sign-in only, nothing is proxied.",
     .expected = "an origin such as http://127.0.0.1:8080, without path or user name",
     .help = "XNAT, where requests are forwarded to: scheme, host and port, for example "
             "http://127.0.0.1:8080."},
    {.name = "handoff",
     .metavar = "way",
     .read = option_read_choice,
     .offset = AT(handoff),
     .words = handoff_words,
     .standard = "headers",
     .expected = "headers or xnat-token",
     .help = "How XNAT is told who somebody is. headers: request headers, one of which is a "
             "signed assertion; XNAT needs a filter that reads them. xnat-token: an alias token "
             "of XNAT's own, for which nothing is installed there; needs --upstream and "
             "--xnat-admin-file."},
    {.name = "xnat-admin-file",
     .metavar = "file",
     .read = option_read_text,
     .offset = AT(xnat_admin_file),
     .otherwise = "none; needed with --handoff xnat-token.",
     .expected = "the name of a file",
     .help = "A file with one line, user:password, of an XNAT account that is a site "
             "administrator's: as it the sidecar looks accounts up, creates them and has alias "
             "tokens issued. The file is read again when it changes."},
    {.name = "session-key-file",
     .metavar = "file",
     .read = option_read_text,
     .offset = AT(session_key_file),
     .otherwise = "a random key that is lost at exit, with a warning.",
     .expected = "the name of a file",
     .help = "Keys that seal the cookies: 32 random bytes in base64 on each line. The first seals, "
             "all open. Replicas that share the file accept each other's sessions."},
    {.name = "session-ttl",
     .metavar = "duration",
     .read = option_read_duration,
     .offset = AT(session_ttl),
     .standard = "8h",
     .least = 1,
     .most = SESSION_MOST,
     .expected = "a duration from 1s to 30d, such as 8h, 30m or 90s",
     .help = "How long a session lasts at most, from 1s to 30d. Durations are a number and s, m, h "
             "or d; a bare number is seconds."},
    {.name = "session-idle",
     .metavar = "duration",
     .read = option_read_duration,
     .offset = AT(session_idle),
     .standard = "1h",
     .least = 1,
     .most = SESSION_MOST,
     .expected = "a duration from 1s to --session-ttl, such as 1h",
     .help = "How long a session lasts without a request. Never longer than --session-ttl."},
    {.name = "unauthenticated",
     .metavar = "what",
     .read = option_read_choice,
     .offset = AT(unauthenticated),
     .words = unauthenticated_words,
     .otherwise = "pass; login where disableUsernamePasswordLogin is true.",
     .expected = "pass, login or deny",
     .help =
         "What becomes of a request without our session. pass: it is forwarded bare, and XNAT "
         "decides; people whom XNAT sends to its login page get the sign-in page and come back "
         "from there, a script of a page gets 401. login: a browser's navigation goes to the "
         "sign-in page, everything else is forwarded bare. deny: a browser's navigation goes to "
         "the sign-in page, everything else is answered with 401, and XNAT's own login is out of "
         "reach."},
    {.name = "login-page",
     .metavar = "path",
     .read = option_read_path,
     .offset = AT(login_page),
     .standard = "/app/template/Login.vm",
     .expected = "a path of letters, digits and ._~- in its segments, without a trailing slash",
     .help = "XNAT's own login page. A browser that asks for it gets the sign-in page, from where "
             "a link leads to the real one unless it is disabled: with "
             "disableUsernamePasswordLogin=true user names and passwords that are sent to XNAT's "
             "login are refused, too: at /login, /data/services/auth and the action "
             "XDATLoginUser; a form for XNAT's pages, below /app, that comes without a session "
             "could hide that action, and leads to the sign-in page. Programs' own credentials "
             "(Basic) are not affected. A "
             "front end that only asks must close these paths itself."},
    {.name = "logout-path",
     .metavar = "path",
     .read = option_read_path,
     .offset = AT(logout_path),
     .standard = "/app/action/LogoutUser",
     .expected = "a path of letters, digits and ._~- in its segments, without a trailing slash",
     .help =
         "XNAT's own logout. It is forwarded, and ends our session too. People who have one and "
         "come from another site are asked first."},
    {.name = "path-prefix",
     .metavar = "path",
     .read = option_read_path,
     .offset = AT(path_prefix),
     .standard = "/oidc",
     .expected = "a path such as /oidc, of letters, digits and ._~-, without a trailing slash",
     .help = "Where the sidecar's own pages live."},
    {.name = "header-prefix",
     .metavar = "prefix",
     .read = option_read_header_prefix,
     .offset = AT(header_prefix),
     .standard = "X-XNAT-OIDC-",
     .expected = "the beginning of a header name, of at least three letters, with which no common "
                 "header begins",
     .help = "How the names of the hand-off headers begin. Headers that arrive with such a name, "
             "in any spelling, are removed."},
    {.name = "assertion-key-file",
     .metavar = "file",
     .read = option_read_text,
     .offset = AT(assertion_key_file),
     .otherwise = "a key that is generated at start.",
     .expected = "the name of a file",
     .help = "The private key (EC P-256, PEM) that signs the assertion among the hand-off "
             "headers."},
    {.name = "decryption-key-file",
     .metavar = "file",
     .read = option_read_text,
     .offset = AT(decryption_key_file),
     .otherwise = "none; needed where a provider encrypts ID tokens.",
     .expected = "the name of a file",
     .help = "Private keys (RSA of 2048 to 4096 bits, PEM) that decrypt ID tokens, for providers "
             "with idTokenEncryptionAlgorithm. The first is published at /oidc/jwks.json, all "
             "decrypt: to change the key, put a new one in front, restart, and take the old one "
             "out when no provider has it in memory any more."},
    {.name = "trusted-proxy",
     .metavar = "cidr",
     .read = option_read_cidr,
     .otherwise = "nobody's.",
     .expected = "an address, a block such as 10.0.0.0/8, or the word unix; at most 64 of them",
     .separator = ',',
     .help = "A front end whose X-Forwarded-* headers and Forwarded are believed: an address, a "
             "block such as 10.0.0.0/8, or the word unix for whoever connects to a --listen of "
             "unix:/path. It has to set them, or to take away what its clients send. May be given "
             "several times, at most 64."},
    {.name = "ca-file",
     .metavar = "file",
     .read = option_read_text,
     .offset = AT(ca_file),
     .otherwise = "the system's authorities alone.",
     .expected = "the name of a file",
     .help = "Further certificate authorities (PEM) that the provider's and the upstream's "
             "certificates may come from."},
    {.name = "site-name",
     .metavar = "text",
     .read = option_read_text,
     .offset = AT(site_name),
     .otherwise = "XNAT, and the host's name.",
     .expected = "a line of plain text",
     .help = "What the site is called on the sidecar's pages, in plain text."},
    {.name = "contact",
     .metavar = "address",
     .read = option_read_text,
     .offset = AT(contact),
     .otherwise = "pages speak of the XNAT administrator.",
     .expected = "a mail address or an https URL",
     .help = "Whom people ask when they cannot sign in: a mail address or an https URL. Every page "
             "of a refusal shows it."},
    {.name = "logo-file",
     .metavar = "file",
     .read = option_read_text,
     .offset = AT(logo_file),
     .otherwise = "a picture of a door.",
     .expected = "the name of a file",
     .help = "The site's logo on the sidecar's pages: SVG or PNG, "
             "at most " NUMERAL(LOGO_MAX_KIB) " KiB. It is served at /oidc/logo."},
    {.name = "accent-colour",
     .metavar = "colour",
     .read = option_read_text,
     .offset = AT(accent_colour),
     .otherwise = "a blue.",
     .expected = "#rrggbb",
     .help = "The colour of buttons and links, as #rrggbb. It must be dark enough to be read on a "
             "light page (contrast 4.5:1, WCAG level AA)."},
    {.name = "accent-colour-dark",
     .metavar = "colour",
     .read = option_read_text,
     .offset = AT(accent_colour_dark),
     .otherwise = "the --accent-colour, made as light as it takes.",
     .expected = "#rrggbb",
     .help = "The same where the device asks for dark pages. It must be light enough to be read "
             "there."},
    {.name = "footer-text",
     .metavar = "text",
     .read = option_read_text,
     .offset = AT(footer_text),
     .otherwise = "none.",
     .expected = "a line of plain text",
     .help = "A line at the foot of the sidecar's pages, in plain text."},
    {.name = "footer-link",
     .metavar = "url",
     .read = option_read_text,
     .offset = AT(footer_link),
     .otherwise = "it leads nowhere.",
     .expected = "an https URL",
     .help = "Where the --footer-text leads, such as the site's privacy policy."},
    {.name = "messages",
     .metavar = "file",
     .read = option_read_text,
     .offset = AT(messages_file),
     .otherwise = "English.",
     .expected = "the name of a file",
     .help = "The words of the sidecar's pages in another language: a UTF-8 file of lines name = "
             "text, which --print-messages writes in English to start from. What the file leaves "
             "out stays English."},
    {.name = "redis",
     .metavar = "url",
     .read = option_read_redis,
     .offset = AT(redis),
     .library = "hiredis",
     .secret = true,
     .otherwise = "replicas do not share sign-outs, and a restart forgets them.",
     .expected = "redis://[user:password@]host[:port][/database] or unix:/path (no rediss: put a "
                 "tunnel before a Redis that speaks TLS)",
     .help = "A Redis, through which the replicas of a site tell each other which sessions were "
             "signed out, and which sign-ins and logout tokens were used: "
             "redis://[user:password@]host[:port][/database] or unix:/path. Give a password by "
             "the environment, not on the command line, which others can read until the sidecar "
             "has overwritten it there. When it is out of reach, each process remembers alone."},
    {.name = "upstream-timeout",
     .metavar = "duration",
     .read = option_read_duration,
     .offset = AT(upstream_timeout),
     .standard = "10m",
     .least = 1,
     .most = SESSION_MOST,
     .expected = "a duration from 1s to 30d, such as 10m",
     .help = "How long the upstream may be silent in the middle of a request before it is given up "
             "with 504, from 1s to 30d. XNAT works on some requests for minutes."},
    {.name = "workers",
     .metavar = "number",
     .read = option_read_count,
     .offset = AT(workers),
     .otherwise = "one for each processor that the sidecar may run on.",
     .least = 1,
     .most = WORKERS_MOST,
     .expected = "a number from 1 to 64",
     .help = "How many event loops serve requests, each in a thread of its own; from 1 to 64. A "
             "limit on processor time, as of a container, is not seen: two do for most sites, and "
             "need less memory than one for each of the machine's processors."},
    {.name = "log-format",
     .metavar = "format",
     .read = option_read_choice,
     .offset = AT(log_format),
     .words = log_format_words,
     .standard = "json",
     .expected = "json or text",
     .help = "How events are written to standard error, one a line: json or text."},
    {.name = "log-level",
     .metavar = "level",
     .read = option_read_choice,
     .offset = AT(log_level),
     .words = log_level_words,
     .standard = "info",
     .expected = "debug, info, warning or error",
     .help = "The least important events that are written: debug, info, warning or error."},
    {.name = "check-config",
     .read = option_read_switch,
     .offset = AT(check_config),
     .expected = "true or false",
     .help = "Read everything, try Redis and XNAT's service account where there are such, say what "
             "is wrong and what XNAT must have, and exit without serving."},
    {.name = "help",
     .letter = 'h',
     .print = options_print_help,
     .print_manual = options_print_manual,
     .help = "Print this help and exit."},
    {.name = "print-messages",
     .print = messages_print,
     .help = "Print the words of the pages in English, as a file for --messages, and exit."},
    {.name = "version",
     .print = options_print_version,
     .help = "Print the versions of the program and of its libraries and exit."},
};

const size_t options_table_size = sizeof(options_table) / sizeof(options_table[0]);

_Static_assert(sizeof(options_table) / sizeof(options_table[0]) <= OPTIONS_TABLE_MAX,
               "readers of the table keep a mark for each row");
