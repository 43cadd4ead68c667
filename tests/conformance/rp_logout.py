"""OpenID Connect RP-Initiated Logout 1.0."""

from conformance.requirement import Specification, system, unit

rp_logout = Specification("OpenID Connect RP-Initiated Logout 1.0")
row = rp_logout.row


def out(name):
    return system("sign_out", name)


row("2", "A sign-out goes on at the provider's end-session endpoint, where it has one.",
    out("test_provider_session_ends"), out("test_provider_with_an_end_session_endpoint"),
    "tests/interop/test_oidc_provider.py::test_sign_out_goes_on_at_the_provider", code="server/sign_out.c")
row("2", "id_token_hint says whom it is about.", out("test_provider_session_ends"),
    reason="Recommended, and not sent: it would mean to keep ID tokens. client_id says who asks.")
row("2", "client_id is the site's, so that the address to come back to can be judged.",
    out("test_provider_session_ends"), unit("sign_out", "the_request_says_what_it_must"))
row("2", "post_logout_redirect_uri is the registered one, made of siteUrl.",
    out("test_provider_session_ends"), out("test_cookie_is_as_safe_as_it_can_be"))
row("2", "state is sent with it, and is new each time.", out("test_every_sign_out_has_a_state_of_its_own"))
row("2", "A query that the endpoint has is kept, and no parameter comes twice.",
    out("test_files_endpoint_wins_and_keeps_its_query"), unit("sign_out", "the_request_says_what_it_must"))
row("2", "Where the provider has no endpoint, the person is told that its session lives on.",
    out("test_page_says_that_the_provider_session_lives_on"))
row("2.1", "The endpoint is an https URL without fragment.",
    unit("sign_out", "an_endpoint_that_is_not_safe_is_refused"), code="liboidc/sign_out.c")
row("2.1", "The endpoint is discovered, or the file's.", out("test_provider_session_ends"),
    unit("sign_out", "the_files_endpoint_needs_no_discovery"))
row("3", "The state that comes back is the one that was sent, or nothing is believed.",
    out("test_state_of_another_browser_is_refused"), out("test_wrong_states"), code="server/signed_out.c")
row("3", "Where the person goes on afterwards is on the site.", out("test_goes_on_where_the_person_wanted"),
    out("test_goes_nowhere_else"), out("test_path_in_the_cookie_is_checked_anew"))
row("3", "Whatever the provider does, the site's own session has ended before.",
    out("test_old_cookie_stays_out"), out("test_ends_all_it_can"))
row("6", "Another site cannot sign a person out without a word.",
    out("test_another_site_cannot_sign_anybody_out"), out("test_picture_elsewhere_takes_no_cookie_away"))
