"""OAuth 2.0 and what belongs to it: RFC 6749, 6750 (the client's half), 7636, 9207, 9700."""

from conformance.requirement import (
    Specification, answers, back, document, here, lie, plan, system, token_answer, tokens, unit, userinfo)

rfc6749 = Specification("RFC 6749")
row = rfc6749.row
row("2.3", "A client authenticates in one way a request.",
    here("test_token_request_is_the_specifications"),
    unit("login", "the_secret_can_go_into_the_body"))
row("2.3.1", "Identifier and secret are form-encoded before the Basic scheme joins them.",
    plan("test_client_secret_with_special_characters"),
    system("sign_in", "test_awkward_client_secret"),
    unit("login", "the_token_request_is_the_specifications"), code="liboidc/token.c")
row("2.3.1", "Credentials are never in a URL.",
    here("test_client_secret_goes_to_the_token_endpoint_alone"),
    plan("test_client_secret_in_the_basic_scheme"))
row("2.3.1", "Credentials travel over TLS.",
    unit("metadata", "endpoints_must_be_there_and_encrypted"))
row("3.1", "A query that the authorization endpoint has is kept.",
    here("test_query_of_the_endpoints_is_kept"),
    unit("authorization", "a_query_of_the_endpoint_is_kept"), code="liboidc/authorization.c")
row("3.1", "A provider passes over what it does not know, so PKCE can always be sent.",
    unit("metadata", "pkce_is_on_unless_somebody_says_no"), code="liboidc/metadata.c")
row("3.1", "No parameter comes twice, in the request or in the response.", back("code twice"),
    back("state twice"), back("iss twice"), unit("form", "what_readers_disagree_on_is_refused"))
row("3.1.2", "The redirection endpoint is an absolute URL without fragment.",
    unit("config", "a_good_file_is_a_configuration"), system("configuration", "test_bad_file"))
row("3.1.2.1", "The redirection endpoint is reached over TLS.",
    system("sign_in", "test_https_site"))
row("3.1.2.5", "Its answer has no script, and leads to an address without the code.",
    here("test_code_does_not_stay_in_the_address"),
    system("sign_in", "test_pages_have_a_strict_policy_and_no_script_but_one"))
row("3.2", "The token endpoint is asked by POST, and its query is kept.",
    here("test_query_of_the_endpoints_is_kept"),
    unit("login", "the_token_request_is_the_specifications"))
row("3.2.1", "A client with a secret authenticates at the token endpoint.",
    plan("test_client_secret_in_the_basic_scheme"))
row("3.3", "Scopes are words with blanks between them.",
    unit("authorization", "the_request_says_what_it_must"))
row("4.1.1", "response_type, client_id, redirect_uri, scope and state are sent.",
    here("test_authorization_request_has_what_it_needs_and_nothing_else"))
row("4.1.2", "A code is used once, whatever the answer.", answers("test_token_answer"),
    unit("curl", "a_post_is_sent_once_and_bodies_are_whole"), unit("login", "a_code_is_spent_once"),
    code="liboidc/curl_exchange.c")
row("4.1.2", "A code of up to its bound is taken as it is; the bound is told.",
    unit("response", "sizes_are_bounded"), back("huge code"))
row("4.1.2", "state comes back exactly as it was sent.", unit("login", "a_state_must_come_back"),
    answers("test_state_cookie_tampered"))
row("4.1.2", "A parameter that is not known is passed over.",
    here("test_unknown_parameters_of_the_response_are_ignored"))
row("4.1.2.1", "Each error is told for what it is.", unit("response", "errors_are_told_apart"),
    back("person declined"), back("provider's error"), unit("login", "the_person_may_say_no"),
    code="liboidc/response.c")
row("4.1.3", "redirect_uri is the same in both requests.",
    here("test_token_request_is_the_specifications"))
row("4.1.3", "The code is sent as it came, decoded and encoded anew.",
    unit("login", "the_token_request_is_the_specifications"))
row("4.1.4", "Only an answer of 200 has tokens.", token_answer("created"),
    token_answer("redirected"), token_answer("server error"),
    unit("exchange", "only_200_is_an_answer"))
row("5.1", "token_type is read in any case of letters.", answers("test_bearer_in_any_case_is_fine"),
    unit("login", "the_token_response_is_checked"), code="liboidc/token.c")
row("5.1", "expires_in may be missing.", plan("test_token_answer_without_a_lifetime"))
row("5.1", "A member that is not known is passed over.",
    here("test_unknown_members_of_the_token_answer_are_ignored"))
row("5.1", "Tokens of any size up to a bound are taken; an answer beyond it is refused.",
    token_answer("huge"), token_answer("endless"), unit("jws", "length_is_bounded"))
row("5.2", "An error answer is told by its word.", token_answer("refused"),
    token_answer("client refused"), unit("login", "token_answers_that_are_none_are_refused"),
    code="liboidc/token.c")
row("6", "Refresh tokens are presented to the token endpoint alone.",
    here("test_unknown_members_of_the_token_answer_are_ignored"),
    reason="Refresh tokens are never used nor kept.")
row("7.1", "A token of a type that is not understood is not used.", answers("test_token_members"))
row("A.7", "error is a word of printable characters.",
    unit("response", "anything_else_is_malformed"), code="liboidc/response.c")
row("A.11", "code is one or more visible characters or blanks.", back("NUL in the code"),
    unit("response", "anything_else_is_malformed"), code="liboidc/response.c")
row("10.1", "The secret is kept from everybody who needs it not.",
    system("logs", "test_nothing_secret"),
    system("logs", "test_nothing_secret_on_the_command_line_or_in_messages"),
    "tests/check/test_secrets.py::test_it_is_never_shown")
row("10.3", "Access tokens are kept confidential in transit and at rest.",
    here("test_nothing_of_the_tokens_reaches_xnat_or_the_browser"),
    system("logs", "test_nothing_secret"))
row("10.3", "No more scope is asked for than the file says.",
    here("test_authorization_request_has_what_it_needs_and_nothing_else"))
row("10.4", "Refresh tokens are kept confidential.", reason="None is ever kept.")
row("10.5", "Codes are kept confidential: not in logs, not in later addresses.",
    here("test_code_does_not_stay_in_the_address"), answers("test_nothing_secret_in_the_log"))
row("10.6", "The redirection endpoint cannot be moved by whoever sends the browser.",
    system("sign_in", "test_host_header_shapes_nothing"),
    answers("test_third_party_parameters_change_nothing"))
row("10.8", "Tokens, codes and credentials never travel in the clear.", document("d-insecure"),
    unit("metadata", "an_insecure_endpoint_of_the_file_is_no_better"),
    unit("url", "only_this_machine_is_loopback"))
row("10.9", "The server's certificate is checked, by name too.",
    unit("curl", "certificates_are_verified"))
row("10.10", "State, nonce and verifier have at least 128 bits.",
    here("test_values_of_a_sign_in_are_unguessable_and_its_own"),
    unit("secret", "random_bytes_differ"))
row("10.12", "A response is tied to the browser that began: no sign-in can be forced on another.",
    answers("test_whole_return_address_in_a_clean_browser"),
    answers("test_state_of_another_tab_and_cookie"), unit("login", "a_state_must_come_back"),
    unit("login", "two_tabs_do_not_get_mixed_up"), code="liboidc/login.c")
row("10.12", "State is good for ten minutes and once.", unit("login", "a_state_has_its_time"),
    answers("test_return_leg_twice"))
row("10.13", "Pages cannot be framed.",
    system("sign_in", "test_pages_have_a_strict_policy_and_no_script_but_one"))
row("10.14", "What comes from outside is checked and shown as text.",
    here("test_error_of_the_provider_is_told_but_never_shown_as_markup"),
    system("policy", "test_text_of_claims_is_never_markup"),
    "tests/unit/server/test_pages.c::nothing_from_outside_becomes_markup", back("malformed escape"),
    unit("fail", "text_that_would_forge_a_line_is_defused"))
row("10.15", "The redirection endpoint is no open redirector.",
    "tests/system/test_redirects.py::test_sign_in",
    "tests/system/test_redirects.py::test_rd_twice_lands_on_the_root")
row("10.16", "An access token proves nobody's identity.", lie("no token"),
    unit("policy", "userinfo_adds_but_proves_nothing"))

rfc6750 = Specification("RFC 6750")
row = rfc6750.row
row("2", "A token is sent in one way a request.",
    here("test_access_token_travels_in_the_header_alone"))
row("2.1", "A token is sent in the Authorization header, and has no character that could end it.",
    here("test_access_token_travels_in_the_header_alone"),
    unit("login", "userinfo_needs_an_access_token"), answers("test_token_members"),
    code="liboidc/token.c")
row("2.2", "The form body is used only where the header cannot be.",
    here("test_access_token_travels_in_the_header_alone"))
row("2.3", "A token is never in a URL.", here("test_access_token_travels_in_the_header_alone"))
row("3", "A refusal of the resource ends the sign-in; it is not asked again.",
    userinfo("unauthorized"))
row("5.2", "The resource is asked over TLS.",
    unit("metadata", "endpoints_must_be_there_and_encrypted"))
row("5.3", "The certificate chain is validated.", unit("curl", "certificates_are_verified"))
row("5.3", "Tokens are kept in no cookie.",
    here("test_nothing_of_the_tokens_reaches_xnat_or_the_browser"))
row("5.3", "A token reaches nobody else, whatever the resource answers.",
    here("test_access_token_follows_no_redirect"), userinfo("redirected"))

rfc7636 = Specification("RFC 7636")
row = rfc7636.row
row("4.1",
    "A verifier has 43 to 128 unreserved characters of a random source, and is new each time.",
    here("test_verifier_is_the_challenges"),
    unit("authorization", "every_sign_in_has_values_of_its_own"))
row("4.2", "The challenge is the verifier's SHA-256 in base64url.",
    here("test_verifier_is_the_challenges"),
    unit("authorization", "the_challenge_is_the_specifications"))
row("4.2", "A client that can do S256 does.",
    here("test_authorization_request_has_what_it_needs_and_nothing_else"),
    unit("metadata", "pkce_is_on_unless_somebody_says_no"))
row("4.3", "Challenge and method are sent with the request.",
    here("test_authorization_request_has_what_it_needs_and_nothing_else"))
row("4.5", "The verifier is sent with the code, and only there.",
    here("test_verifier_is_the_challenges"),
    here("test_verifier_stays_at_home_without_a_challenge"))
row("5", "A provider that knows no PKCE works all the same.", system("policy", "test_pkce_switch"),
    unit("authorization", "pkce_can_be_off"))
row("7.1", "A verifier has 256 bits.", unit("authorization", "the_request_says_what_it_must"),
    unit("secret", "random_bytes_differ"))
row("7.2", "Nobody is talked down to plain: where S256 is not offered, no challenge is sent.",
    unit("authorization", "pkce_can_be_off"))

rfc9207 = Specification("RFC 9207")
row = rfc9207.row
row("2.4", "iss, where it comes, is the issuer that the request went to, exactly.",
    back("response of another issuer"), answers("test_right_issuer_in_the_response_is_fine"),
    unit("login", "the_issuer_of_the_response_is_checked"), code="liboidc/login.c")
row("2.4", "A response without iss is refused where the provider promised one.",
    answers("test_promised_issuer_that_does_not_come"),
    unit("login", "a_promised_issuer_that_comes_is_fine"))
row("2.4", "iss of a provider that promised none is dropped or judged by a local rule.",
    back("response of another issuer"), unit("login", "the_response_may_name_its_issuer"),
    reason="Our rule: it is judged like a promised one.")
row("2.4", "The issuer of an error response is checked, too.",
    unit("login", "an_error_is_believed_with_its_state_only"))
row("2.4", "iss is decoded as a form before it is compared.",
    unit("login", "the_response_may_name_its_issuer"))
row("2.4", "iss that comes twice is refused.", back("iss twice"),
    unit("response", "anything_else_is_malformed"))
row("3", "authorization_response_iss_parameter_supported is the promise.",
    unit("metadata", "other_abilities_are_read"),
    answers("test_promised_issuer_that_does_not_come"))

rfc9700 = Specification("RFC 9700")
row = rfc9700.row
row("2.1", "No redirect of ours goes where a request says.",
    "tests/system/test_redirects.py::test_sign_in")
row("2.1", "Sign-ins cannot be forced: state, nonce and PKCE, each by itself.",
    answers("test_whole_return_address_in_a_clean_browser"), answers("test_code_of_another_login"))
row("2.1.1", "PKCE is used by confidential clients, too.", plan("test_code_flow_succeeds"),
    here("test_verifier_is_the_challenges"))
row("4.4", "With several providers, a response belongs to the one that was asked.",
    system("providers", "test_mixed_up_return_legs"),
    unit("login", "the_provider_must_be_the_one_it_began_with"), code="liboidc/login.c")
row("4.5", "A code of another sign-in cannot be injected.", answers("test_code_of_another_login"),
    tokens("test_old_token_again"))
row("4.12", "Redirects of ours repeat no request body: they are 302.",
    here("test_code_does_not_stay_in_the_address"))
