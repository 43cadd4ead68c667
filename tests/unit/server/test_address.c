/* Addresses to listen on, and blocks of addresses to trust. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "server/address.h"

/* What an address was read as: "family address port". */
static void assert_listen(const char *text, const char *expected)
{
    struct listen_address address;
    char host[ADDRESS_TEXT_SIZE] = "";
    if (!listen_address_parse(text, &address))
        fail_msg("%s is not taken", text);
    const struct sockaddr *generic = (const struct sockaddr *)&address.address;
    address_text(generic, host);
    uint16_t port = 0;
    if (generic->sa_family == AF_INET)
        port = ntohs(((const struct sockaddr_in *)generic)->sin_port);
    else if (generic->sa_family == AF_INET6)
        port = ntohs(((const struct sockaddr_in6 *)generic)->sin6_port);
    char read[128];
    snprintf(read, sizeof read, "%s %u %u", host, port, (unsigned)address.size);
    assert_string_equal(read, expected);
    assert_string_equal(address.text, text);
}

static void listen_addresses_are_read(void **state)
{
    (void)state;
    assert_listen("127.0.0.1:8081", "127.0.0.1 8081 16");
    assert_listen("0.0.0.0:0", "0.0.0.0 0 16");
    assert_listen("localhost:65535", "127.0.0.1 65535 16");
    assert_listen("[::1]:80", "::1 80 28");
    assert_listen("[2001:db8::1]:443", "2001:db8::1 443 28");
    assert_listen("unix:/run/x", "unix 0 9");
}

static void what_is_no_listen_address_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        ":",
        ":80",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "1.2.3:80",
        "1.2.3.4:8a",
        "1.2.3.4:-1",
        "1.2.3.4:+1",
        "1.2.3.4: 80",
        "host.example:80",
        "::1:80",
        "[::1]",
        "[::1]80",
        "[::1:80",
        "::1]:80",
        "[1.2.3.4]:80",
        "[]:80",
        "[fe80::1%eth0]:80",
        "unix:",
        "unix:run/x",
        "unix:@x",
        "*:80",
        "1.2.3.4:99999999999999999999",
    };
    struct listen_address address;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (listen_address_parse(bad[i], &address))
            fail_msg("%s is taken", bad[i]);
}

static void a_unix_path_must_fit(void **state)
{
    (void)state;
    struct listen_address address;
    char text[160] = "unix:/";
    memset(text + 6, 'a', 106);
    assert_true(listen_address_parse(text, &address)); /* 107 bytes and the NUL */
    text[6 + 106] = 'a';
    assert_false(listen_address_parse(text, &address));
    memset(text + 6, 'a', 150);
    assert_false(listen_address_parse(text, &address));
}

static bool contains(const char *block, const char *text)
{
    struct cidr cidr;
    struct sockaddr_storage storage = {0};
    assert_true(cidr_parse(block, &cidr));
    if (strchr(text, ':')) {
        storage.ss_family = AF_INET6;
        assert_int_equal(inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)&storage)->sin6_addr),
                         1);
    } else {
        storage.ss_family = AF_INET;
        assert_int_equal(inet_pton(AF_INET, text, &((struct sockaddr_in *)&storage)->sin_addr), 1);
    }
    return cidr_contains(&cidr, (const struct sockaddr *)&storage);
}

static void blocks_contain_what_lies_in_them(void **state)
{
    (void)state;
    assert_true(contains("192.0.2.0/24", "192.0.2.255"));
    assert_false(contains("192.0.2.0/24", "192.0.3.0"));
    assert_true(contains("192.0.2.77/24", "192.0.2.1")); /* bits past the block do not count */
    assert_true(contains("10.0.0.0/9", "10.127.255.255"));
    assert_false(contains("10.0.0.0/9", "10.128.0.0"));
    assert_true(contains("192.0.2.1", "192.0.2.1"));
    assert_false(contains("192.0.2.1", "192.0.2.2"));
    assert_true(contains("0.0.0.0/0", "203.0.113.9"));
    assert_true(contains("2001:db8::/33", "2001:db8:7fff::1"));
    assert_false(contains("2001:db8::/33", "2001:db8:8000::1"));
    assert_true(contains("::1", "::1"));
    assert_false(contains("::/0", "192.0.2.1"));
    assert_false(contains("0.0.0.0/0", "2001:db8::1"));
}

static void mapped_addresses_count_as_ipv4(void **state)
{
    (void)state;
    assert_true(contains("192.0.2.0/24", "::ffff:192.0.2.9"));
    assert_false(contains("192.0.2.0/24", "::ffff:192.0.3.9"));
    assert_true(contains("::ffff:192.0.2.0/120", "192.0.2.9"));
    assert_false(contains("::ffff:192.0.2.0/120", "192.0.3.9"));
    assert_false(contains("::/0", "::ffff:192.0.2.9"));
}

static void who_is_on_a_unix_socket_is_in_no_block_of_addresses(void **state)
{
    (void)state;
    struct cidr cidr;
    const struct sockaddr_un un = {.sun_family = AF_UNIX};
    assert_true(cidr_parse("0.0.0.0/0", &cidr));
    assert_false(cidr_contains(&cidr, (const struct sockaddr *)&un));
    assert_true(cidr_parse("::/0", &cidr));
    assert_false(cidr_contains(&cidr, (const struct sockaddr *)&un));
    assert_true(cidr_parse("unix", &cidr));
    assert_true(cidr_contains(&cidr, (const struct sockaddr *)&un));
    assert_false(contains("unix", "127.0.0.1"));
    assert_false(contains("unix", "0.0.0.0"));
    assert_false(contains("unix", "::"));
}

static void what_is_no_block_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "/",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8 ",
        " 10.0.0.0",
        "10.0.0/8",
        "10.0.0.0/8/8",
        "::/129",
        "::g/64",
        "host/8",
        "10.0.0.0/0x8",
        "fe80::1%eth0",
        "10.0.0.0/99999999999",
        "unix/8",
        "unix:",
        "Unix",
    };
    struct cidr cidr;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (cidr_parse(bad[i], &cidr))
            fail_msg("%s is taken", bad[i]);
}

static void addresses_are_written_without_their_port(void **state)
{
    (void)state;
    char text[ADDRESS_TEXT_SIZE];
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(80)};
    inet_pton(AF_INET6, "::ffff:192.0.2.9", &in6.sin6_addr);
    address_text((const struct sockaddr *)&in6, text);
    assert_string_equal(text, "192.0.2.9");
    const struct sockaddr unknown = {.sa_family = AF_UNSPEC};
    address_text(&unknown, text);
    assert_string_equal(text, "unknown");
}

/* Who connects to the origin arrives at what listens there. */
static void what_listens_is_told_from_an_origin(void **state)
{
    (void)state;
    static const struct {
        const char *listening;
        const char *origin;
        bool answers;
    } cases[] = {
        {"127.0.0.1:8080", "http://127.0.0.1:8080", true},
        {"127.0.0.1:8080", "http://localhost:8080", true},
        {"localhost:8080", "http://127.0.0.1:8080", true},
        {"127.0.0.1:8080", "http://[::ffff:127.0.0.1]:8080", true},
        {"127.0.0.1:8080", "https://127.0.0.1:8080", true},
        {"127.0.0.1:8080", "http://0.0.0.0:8080", true},
        {"192.0.2.1:8080", "http://192.0.2.1:8080", true},
        {"0.0.0.0:8080", "http://127.0.0.1:8080", true},
        {"0.0.0.0:8080", "http://127.0.0.9:8080", true},
        {"0.0.0.0:8080", "http://localhost:8080", true},
        {"[::]:8080", "http://127.0.0.1:8080", true},
        {"[::]:8080", "http://[::1]:8080", true},
        {"[::]:8080", "http://localhost:8080", true},
        {"[::1]:8080", "http://[::1]:8080", true},
        {"[::1]:8080", "http://[0:0::1]:8080", true},
        {"[::1]:8080", "http://localhost:8080", true},
        {"127.0.0.1:80", "http://localhost", true},
        {"[::1]:80", "http://[::1]", true},
        {"[::1]:443", "https://localhost", true},
        {"127.0.0.1:443", "https://127.0.0.1", true},
        {"127.0.0.1:443", "http://127.0.0.1", false},
        {"127.0.0.1:8081", "http://127.0.0.1:8080", false},
        {"127.0.0.1:8080", "http://127.0.0.2:8080", false},
        {"127.0.0.1:8080", "http://[::1]:8080", false},
        {"[::1]:8080", "http://127.0.0.1:8080", false},
        {"0.0.0.0:8080", "http://[::1]:8080", false},
        {"0.0.0.0:8080", "http://192.0.2.1:8080", false},
        {"127.0.0.1:8080", "http://xnat:8080", false},
        {"[::1]:8080", "http://localhost.example:8080", false},
        {"127.0.0.1:8080", "http://localhosts:8080", false},
        {"127.0.0.1:0", "http://127.0.0.1:80", false},
        {"unix:/run/x", "http://127.0.0.1:8080", false},
        {"127.0.0.1:8080", "unix:/run/x", false},
        {"127.0.0.1:8080", "127.0.0.1:8080", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct listen_address address;
        assert_true(listen_address_parse(cases[i].listening, &address));
        if (listen_address_answers(&address, cases[i].origin) != cases[i].answers)
            fail_msg("%s, %s", cases[i].listening, cases[i].origin);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listen_addresses_are_read),
        cmocka_unit_test(what_is_no_listen_address_is_refused),
        cmocka_unit_test(a_unix_path_must_fit),
        cmocka_unit_test(blocks_contain_what_lies_in_them),
        cmocka_unit_test(mapped_addresses_count_as_ipv4),
        cmocka_unit_test(who_is_on_a_unix_socket_is_in_no_block_of_addresses),
        cmocka_unit_test(what_is_no_block_is_refused),
        cmocka_unit_test(addresses_are_written_without_their_port),
        cmocka_unit_test(what_listens_is_told_from_an_origin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
