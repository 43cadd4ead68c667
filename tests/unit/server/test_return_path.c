/* Where to go after sign-in: links that must survive, and thousands that must not lead away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <strings.h>

#include "return_path_oracle.h"
#include "server/target.h"

#define SITE "https://xnat.example"
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void assert_path_at(const char *site, const char *rd, const char *expected)
{
    char *path = target_return_path(rd, site);
    if (!path || strcmp(path, expected) != 0)
        fail_msg("%s: %s instead of %s", rd ? rd : "NULL", path ? path : "NULL", expected);
    free(path);
}

static void links_of_this_site_survive(void **state)
{
    (void)state;
    static const char *const same[] = {
        "/",
        "/data/projects/P1/",
        "/app/action/DisplayItemAction/search_element/xnat%3AmrSessionData/search_value/E1",
        "/app/template/Page.vm?a=1&b=%2Fx%5C&c=//y",
        "/x#/tab/2?y=//z",
        "/?next=https://elsewhere.example/",
        "/#frag",
        "/data/a%20b/caf%C3%A9",
        "/data/a%2Fb",
        "/data/100%25",
        "/~user/@me/x:y,z!$&'()*+=-._",
        "/.well-known/x",
        "/...",
    };
    for (size_t i = 0; i < COUNT(same); i++) {
        char absolute[200];
        assert_path_at(SITE, same[i], same[i]);
        snprintf(absolute, sizeof absolute, "%s%s", SITE, same[i]);
        assert_path_at(SITE, absolute, same[i]);
    }
}

static void what_is_not_safe_is_spelt_safely(void **state)
{
    (void)state;
    assert_path_at(SITE, "/caf\xC3\xA9", "/caf%C3%A9");
    assert_path_at(SITE, "/a\"b<c>d^e`f{g|h}i[j]", "/a%22b%3Cc%3Ed%5Ee%60f%7Bg%7Ch%7Di%5Bj%5D");
    assert_path_at(SITE, "/50%", "/50%25");
    assert_path_at(SITE, "/x?50%&y=%zz", "/x?50%25&y=%25zz");
    assert_path_at(SITE, "/x#a#b", "/x#a%23b");
    assert_path_at(SITE, "/x?a?b", "/x?a?b");
    assert_path_at(SITE,
                   "/\xEF\xBC\x8F\xEF\xBC\x8F"
                   "evil.example",
                   "/%EF%BC%8F%EF%BC%8Fevil.example");
}

static void the_origin_must_be_the_sites(void **state)
{
    (void)state;
    assert_path_at(SITE, "https://xnat.example", "/");
    assert_path_at(SITE, "https://xnat.example?x", "/?x");
    assert_path_at(SITE, "https://xnat.example#x", "/#x");
    assert_path_at(SITE, "HTTPS://XNAT.Example:443/x", "/x");
    assert_path_at(SITE, "http://xnat.example/x", "/");
    assert_path_at(SITE, "http://xnat.example:443/x", "/");
    assert_path_at(SITE, "https://xnat.example:8443/x", "/");
    assert_path_at(SITE, "https://xnat.example:/x", "/");
    assert_path_at(SITE, "https://xnat.example:0443/x", "/x");
    assert_path_at(SITE, "https://xnat.example:000443/x", "/");
    assert_path_at(SITE, "https://xnat.example./x", "/");
    assert_path_at(SITE, "https://evil-xnat.example/x", "/");
    assert_path_at(SITE, "https://evil.example/x", "/");
    assert_path_at(SITE, "https://xnat.exampie/x", "/"); /* of the same length */
    assert_path_at(SITE, "https://xnat.example.evil.example/x", "/");
    assert_path_at(SITE, "https://user@xnat.example/x", "/");
    assert_path_at(SITE, "https://xnat.example@evil.example/x", "/");
    assert_path_at(SITE, "https://xnat%2eexample/x", "/");
    assert_path_at(SITE, "//xnat.example/x", "/");
    assert_path_at(SITE, "https:/xnat.example/x", "/");
    assert_path_at(SITE, "https:///xnat.example/x", "/");
    assert_path_at(SITE, "https://xnat.example//evil.example", "/");
    assert_path_at("http://localhost:8081", "http://LOCALHOST:8081/x", "/x");
    assert_path_at("http://localhost:8081", "http://localhost/x", "/");
    assert_path_at("http://localhost:80", "http://localhost/x", "/x");
    assert_path_at("http://[::1]:8081", "http://[::1]:8081/x", "/x");
    assert_path_at("http://[::1]:8081", "http://[::1/x", "/");
}

static const char *const elsewhere[] = {
    "",
    "x",
    "?x",
    "#x",
    "evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%5Cevil.example",
    "/%5c%5cevil.example",
    "/%255Cevil.example",
    "/%25255Cevil.example",
    "/%2525255Cevil.example",
    "/%2525252525252525255Cx",
    "/\t/evil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0D/x",
    "/%00/x",
    "/%7f",
    "/%20/evil.example",
    "/ /evil.example",
    "/%2520/evil.example",
    "/%2Fevil.example",
    "/%2F%2Fevil.example",
    "/%252Fevil.example",
    "/x//evil.example",
    "/x%2F%2Fevil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/%2e%2e//evil.example",
    "/./x",
    "/a/../b",
    "/..",
    "/a/%2e",
    "/%252e%252e/x",
    "/x\\y",
    "/x?y\\z",
    "/x#\\",
    "/x y",
    "/x?y z",
    "/x\x7F",
    "/\x01",
    "/x;jsessionid=1",
    "/x%3Bjsessionid=1",
    "/..;/x",
    "/%c0%af/evil.example",
    "/%c0%afx",
    "/%ff",
    "/%%35cevil.example",
    "/%%32%66evil.example",
    "/%E2%80%AE/x",
    "/%C2%85x",
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:a@b",
    "https://evil.example/",
    "https://xnat.example\\@evil.example/",
    "https://evil.example\\@xnat.example/",
    "https://xnat.example/%5cevil.example",
    "ftp://xnat.example/x",
    "https://",
    "https://:443/x",
};

static void what_leads_elsewhere_leads_home(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(elsewhere); i++)
        assert_path_at(SITE, elsewhere[i], "/");
    assert_path_at(SITE, NULL, "/");
}

static void too_long_leads_home(void **state)
{
    (void)state;
    char rd[TARGET_MAX + 2];
    memset(rd, 'a', sizeof rd);
    rd[0] = '/';
    rd[TARGET_MAX + 1] = '\0';
    assert_path_at(SITE, rd, "/");
    rd[TARGET_MAX] = '\0';
    assert_path_at(SITE, rd, rd);
}

/* --- families of attacks ------------------------------------------------------------------------
 */

static const char *const beginnings[] = {
    "",
    "/",
    " ",
    "\t",
    "%09",
    "%20",
    "\n",
    "%0d%0a",
    "/x",
    "http:",
    "https:",
    "HtTpS:",
    "http%3a",
    "https%3A",
    "ht\ttps:",
    "javascript:",
    "data:",
    "file:",
    "ftp:",
    "blob:",
    "view-source:",
    "x:",
    ":",
    "https",
    "https://xnat.example",
    "https://xnat.example:443",
    "https://u:p@",
    "//u@",
    "?",
    "#",
    ";",
    "\xE2\x80\x8B",
    "\xEF\xBB\xBF",
    "/redirect/..",
    "/.",
    "/%2e",
    "/%252e",
    "/..;",
};
static const char *const slashes[] = {
    "",
    "/",
    "//",
    "///",
    "////",
    "\\",
    "\\\\",
    "/\\",
    "\\/",
    "/\\/",
    "/\t/",
    "/\n/",
    "/\r/",
    "/ /",
    "/\x0B/",
    "/\x0C/",
    "/%09/",
    "/%0a/",
    "/%0b/",
    "/%0c/",
    "/%0d/",
    "/%20/",
    "/%a0/",
    "/%00/",
    "/%2f",
    "/%2F/",
    "%2f%2f",
    "/%5c",
    "/%5C/",
    "%5c%5c",
    "/%252f",
    "/%255c",
    "/%25252f",
    "/%%32%66",
    "/%%35%63",
    "/.//",
    "/..//",
    "/./",
    "/../",
    "/%2e//",
    "/%2e%2e//",
    "/;/",
    "/;//",
    "//;@",
    "/\xEF\xBC\x8F",
    "\xEF\xBC\x8F\xEF\xBC\x8F",
    "/\xE2\x81\x84",
    "/\xE2\x88\x95",
    "/\xEF\xBC\xBC",
    "/\xC0\xAF",
    "/%c0%af",
    "/%e0%80%af",
    "/\xE2\x80\x8B/",
    "/%e2%80%8b/",
    "/\xC2\xA0/",
    "/\xE3\x80\x80/",
    "/\x7F/",
    "/%7f/",
    "/#/",
    "/?/",
};
static const char *const hosts[] = {
    "",
    "evil.example",
    "evil.example:443",
    "evil%2eexample",
    "xnat.example@evil.example",
    "xnat.example:443@evil.example",
    "xnat.example%40evil.example",
    "evil.example\\@xnat.example",
    "evil.example%5c@xnat.example",
    "evil.example#@xnat.example",
    "evil.example%23xnat.example",
    "evil.example?xnat.example",
    "xnat.example.evil.example",
    "evilxnat.example",
    "xnat.example%00.evil.example",
    "xnat.example\xE3\x80\x82"
    "evil.example",
    "\xE2\x93\xA7nat.example",
    "[::1]",
    "0x7f000001",
    "alert(1)",
};
static const char *const ends[] = {"",    "/",     "//", "/x", "\\",
                                   "/..", "%2f..", "?x", "#x", "\r\nX: y"};

/* Percent-encodes everything but letters and digits. */
static void encode(const char *text, char *out, size_t size)
{
    size_t at = 0;
    for (; *text && at + 4 < size; text++) {
        const char c = *text;
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
            out[at++] = c;
        else
            at += (size_t)snprintf(out + at, size - at, "%%%02x", (unsigned)(unsigned char)c);
    }
    out[at] = '\0';
}

static void assert_stays_here(const char *rd)
{
    char *path = target_return_path(rd, SITE);
    assert_non_null(path);
    const char *objection = oracle_objection(path);
    if (objection)
        fail_msg("\"%s\" became \"%s\", which %s", rd, path, objection);
    const bool was_here = rd[0] == '/' || strncasecmp(rd, SITE, strlen(SITE)) == 0;
    if (!was_here && strcmp(path, "/") != 0)
        fail_msg("\"%s\" became \"%s\"", rd, path);
    free(path);
}

static void no_member_of_any_family_leads_away(void **state)
{
    (void)state;
    char rd[256], encoded[800], twice[2400];
    size_t count = 0;
    for (size_t b = 0; b < COUNT(beginnings); b++)
        for (size_t s = 0; s < COUNT(slashes); s++)
            for (size_t h = 0; h < COUNT(hosts); h++)
                for (size_t e = 0; e < COUNT(ends); e++) {
                    snprintf(rd, sizeof rd, "%s%s%s%s", beginnings[b], slashes[s], hosts[h],
                             ends[e]);
                    assert_stays_here(rd);
                    count++;
                    if (e > 2)
                        continue;
                    encode(rd, encoded + 1, sizeof encoded - 1);
                    encoded[0] = '/';
                    assert_stays_here(encoded);
                    encode(encoded + 1, twice + 1, sizeof twice - 1);
                    twice[0] = '/';
                    assert_stays_here(twice);
                }
    assert_true(count > 100000);
}

/* The oracle is worth something only if it objects. */
static void the_oracle_objects(void **state)
{
    (void)state;
    static const char *const unsafe[] = {
        "",    "x",     "//x",    "/\\x", "/\t/x",      "/%2Fx",    "/%5Cx", "/%252Fx",
        "/ x", "/x\\y", "/%09/x", "/%0a", "/x\xC3\xA9", "/%25255C", "/%7f",  "/\"",
    };
    static const char *const safe[] = {"/",
                                       "/x",
                                       "/x//y",
                                       "/?\x25"
                                       "5C",
                                       "/#//",
                                       "/a%20b",
                                       "/%zz"};
    for (size_t i = 0; i < COUNT(unsafe); i++)
        if (!oracle_objection(unsafe[i]))
            fail_msg("%s passes", unsafe[i]);
    for (size_t i = 0; i < COUNT(safe); i++)
        if (oracle_objection(safe[i]))
            fail_msg("%s does not pass", safe[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_of_this_site_survive),
        cmocka_unit_test(what_is_not_safe_is_spelt_safely),
        cmocka_unit_test(the_origin_must_be_the_sites),
        cmocka_unit_test(what_leads_elsewhere_leads_home),
        cmocka_unit_test(too_long_leads_home),
        cmocka_unit_test(the_oracle_objects),
        cmocka_unit_test(no_member_of_any_family_leads_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
