/* Whose request it is behind front ends, and who may say so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/forwarded_for.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct cidr trusted[3];

static int trust_some(void **state)
{
    (void)state;
    return cidr_parse("10.0.0.0/8", &trusted[0]) && cidr_parse("2001:db8:f::/48", &trusted[1]) &&
                   cidr_parse("127.0.0.1", &trusted[2])
               ? 0
               : -1;
}

/* "" where nobody is known. */
static void assert_client(const char *x_forwarded_for, const char *forwarded, const char *expected)
{
    const struct forwarded_for said = {x_forwarded_for, forwarded, trusted, COUNT(trusted)};
    char client[ADDRESS_TEXT_SIZE] = "";
    const bool known = forwarded_for_client(&said, client);

    if (known != (expected[0] != '\0') || strcmp(client, expected) != 0)
        fail_msg("X-Forwarded-For: %s, Forwarded: %s: read as \"%s\", not \"%s\"",
                 x_forwarded_for ? x_forwarded_for : "-", forwarded ? forwarded : "-", client,
                 expected);
}

static void the_last_hop_that_nobody_vouches_for_is_the_client(void **state)
{
    (void)state;
    static const struct {
        const char *list, *client;
    } rows[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"192.0.2.7, 10.0.0.2", "192.0.2.7"},
        {"192.0.2.7,10.0.0.2 , 10.0.0.3", "192.0.2.7"},
        {"203.0.113.9, 192.0.2.7", "192.0.2.7"},           /* the client's own word in front */
        {"127.0.0.1, 192.0.2.7, 10.0.0.2", "192.0.2.7"},   /* a trusted address in its mouth */
        {"203.0.113.9, 192.0.2.7, 10.0.0.2", "192.0.2.7"}, /* through a trusted front end */
        {"unknown, 192.0.2.7", "192.0.2.7"},
        {"<script>, 192.0.2.7", "192.0.2.7"},
        {"10.0.0.9, 10.0.0.2", "10.0.0.9"}, /* a front end's own request */
        {"10.0.0.9", "10.0.0.9"},
        {", ,192.0.2.7,, ", "192.0.2.7"},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_client(rows[i].list, NULL, rows[i].client);
}

static void every_way_to_write_an_address_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *node, *client;
    } rows[] = {
        {"192.0.2.7:4711", "192.0.2.7"},   {"192.0.2.7:_web", "192.0.2.7"},
        {"2001:db8::1", "2001:db8::1"},    {"2001:DB8:0:0::1", "2001:db8::1"},
        {"[2001:db8::1]", "2001:db8::1"},  {"[2001:db8::1]:443", "2001:db8::1"},
        {"::ffff:192.0.2.7", "192.0.2.7"}, {"[::ffff:192.0.2.7]:80", "192.0.2.7"},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_client(rows[i].node, NULL, rows[i].client);
    assert_client("192.0.2.7, [2001:db8:f::2]:443", NULL, "192.0.2.7");
    assert_client("192.0.2.7, ::ffff:10.0.0.2", NULL, "192.0.2.7");
}

static void who_has_no_address_is_unknown(void **state)
{
    (void)state;
    static const char *const nodes[] = {
        "unknown",
        "_hidden",
        "_SEVKISEK",
        "localhost",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.7:",
        "192.0.2.7:x",
        "192.0.2.7:123456",
        "192.0.2.7:_",
        "192.0.2.7:80:80",
        "192.0.2.7/24",
        "192.0.2.7 10.0.0.1",
        "[192.0.2.7]",
        "[2001:db8::1",
        "[2001:db8::1]443",
        "[2001:db8::1]:",
        "2001:db8::1]:80",
        "fe80::1%eth0",
        "\"192.0.2.7\"",
        "for=192.0.2.7",
        "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
    };
    char list[256];

    for (size_t i = 0; i < COUNT(nodes); i++) {
        assert_client(nodes[i], NULL, "");
        /* What stands before it is nobody's word that counts; what stands behind changes nothing.
         */
        snprintf(list, sizeof list, "203.0.113.9, %s, 10.0.0.2", nodes[i]);
        assert_client(list, NULL, "");
    }
    assert_client(NULL, NULL, "");
    assert_client("", NULL, "");
    assert_client(" , ", NULL, "");
}

static void forwarded_is_read_where_there_is_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *list, *client;
    } rows[] = {
        {"for=192.0.2.7", "192.0.2.7"},
        {"FOR=192.0.2.7;proto=https;by=10.0.0.2", "192.0.2.7"},
        {"proto=https; for=\"192.0.2.7:80\" ;by=\"_x\"", "192.0.2.7"},
        {"for=\"[2001:db8::1]:4711\"", "2001:db8::1"},
        {"for=\"\\[2001:db8::1\\]\"", "2001:db8::1"},
        {"for=203.0.113.9, for=192.0.2.7, for=10.0.0.2;", "192.0.2.7"},
        {"host=\"a,for=203.0.113.9;\\\"\";for=192.0.2.7,for=10.0.0.2", "192.0.2.7"},
        {"for=10.0.0.9, for=10.0.0.2", "10.0.0.9"},
        /* nobody is named */
        {"for=unknown", ""},
        {"for=_hidden;proto=https", ""},
        {"for=203.0.113.9, for=unknown, for=10.0.0.2", ""},
        {"for=203.0.113.9, proto=https", ""},
        {"proto=https", ""},
        {"xfor=192.0.2.7", ""},
        {"fo=192.0.2.7", ""},
        /* cannot be read */
        {"for=192.0.2.7;for=203.0.113.9", ""},
        {"for=192.0.2;for=.7", ""},
        {"for=203.0.113.9, for=\"192.0.2.7", ""},
        {"for = 192.0.2.7", ""},
        {"for", ""},
        {"=192.0.2.7", ""},
        {"192.0.2.7", ""},
        {"for=\"192.0.2.7", ""},
        {"for=\"192.0.2.7\\", ""},
        {"for=\"192.0.2.7\"x, for=10.0.0.2", ""},
        {"for=203.0.113.9;by=\", for=\"[2001:db8::1]\"", ""},
        {"for=203.0.113.9;by=\", for=192.0.2.7", ""},
        {"", ""},
        {",;,", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_client(NULL, rows[i].list, rows[i].client);
}

static void x_forwarded_for_alone_is_heard_where_there_are_both(void **state)
{
    (void)state;
    assert_client("192.0.2.7", "for=203.0.113.9", "192.0.2.7");
    assert_client("unknown", "for=203.0.113.9", "");
}

static void without_trust_the_last_hop_is_all_that_is_known(void **state)
{
    (void)state;
    const struct forwarded_for said = {.x_forwarded_for = "192.0.2.7, 10.0.0.2"};
    char client[ADDRESS_TEXT_SIZE];

    assert_true(forwarded_for_client(&said, client));
    assert_string_equal(client, "10.0.0.2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_hop_that_nobody_vouches_for_is_the_client),
        cmocka_unit_test(every_way_to_write_an_address_is_read),
        cmocka_unit_test(who_has_no_address_is_unknown),
        cmocka_unit_test(forwarded_is_read_where_there_is_nothing_else),
        cmocka_unit_test(x_forwarded_for_alone_is_heard_where_there_are_both),
        cmocka_unit_test(without_trust_the_last_hop_is_all_that_is_known),
    };
    return cmocka_run_group_tests(tests, trust_some, NULL);
}
