/* Whoever cannot be signed in is told why, whatever it was. */
#include "tests/support/ada.h"
#include "tests/support/check.h"

#include <stdlib.h>

#include "server/site.h"
#include "server/visitor.h"

static void fails(struct request *request)
{
    oidc_error error = {0};

    assert_false(visitor_sign_in(request, &ada, NULL, &error));
    assert_int_equal(error.code, OIDC_E_MEMORY);
    assert_string_not_equal(error.detail, "");
}

static void a_session_that_cannot_be_read_is_a_reason(void **state)
{
    struct site site = {.cookies = cookie_names_for(true), .options.session_ttl = 60};
    struct worker worker = {.site = &site};
    struct request request = {.worker = &worker, .visitor_known = true, .visitor_unread = true};

    (void)state;
    fails(&request);
    assert_int_equal(request.cookie_count, 0);
}

static void no_room_for_the_cookie_is_a_reason(void **state)
{
    struct site site = {.cookies = cookie_names_for(true), .options.session_ttl = 60};
    struct worker worker = {.site = &site};
    struct request request = {.worker = &worker, .visitor_known = true};

    (void)state;
    while (request_pass_cookie(&request, "a=b"))
        continue;
    fails(&request);
    assert_int_equal(request.cookie_count, REQUEST_COOKIES_MAX);
    for (size_t i = 0; i < request.cookie_count; i++)
        free(request.cookies_out[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_that_cannot_be_read_is_a_reason),
        cmocka_unit_test(no_room_for_the_cookie_is_a_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
