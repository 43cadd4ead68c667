"""OpenID Connect RP-Initiated Logout 1.0."""

from conformance.requirement import Specification, system

rp_logout = Specification("OpenID Connect RP-Initiated Logout 1.0")
row = rp_logout.row

row("2", "A sign-out goes on at the provider's end-session endpoint, where it has one.",
    system("sign_out", "test_provider_with_an_end_session_endpoint"),
    "tests/interop/test_oidc_provider.py::test_sign_out_goes_on_at_the_provider", code="server/sign_out.c")
row("2", "Where it has none, the person is told that the provider's session lives on.",
    system("sign_out", "test_page_says_that_the_provider_session_lives_on"))
row("3", "Whatever the provider does, the site's own session has ended before.",
    system("sign_out", "test_old_cookie_stays_out"), system("sign_out", "test_ends_all_it_can"))
