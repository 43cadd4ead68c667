"""OpenID Connect Core 1.0: the code flow, as seen by the relying party."""

from conformance.requirement import (
    Specification, answers, back, document, encrypted, encryption, good, here, lie, plan, system,
    token_answer, tokens, unit, userinfo)

core = Specification("OpenID Connect Core 1.0")
row = core.row
ID_TOKEN, JWT, USERINFO = "liboidc/id_token.c", "liboidc/jwt.c", "liboidc/userinfo.c"

# --- 2: the ID token ------------------------------------------------------------------------------
row("2", "A token without iss is refused.", lie("no iss"), code=ID_TOKEN)
row("2", "A token without sub is refused.", lie("no sub"), plan("test_no_subject_in_the_id_token"),
    code=ID_TOKEN)
row("2", "A token without aud is refused.", lie("no aud"))
row("2", "A token without exp is refused.", lie("no exp"))
row("2", "A token without iat is refused.", lie("no iat"))
row("2", "A subject has at most 255 ASCII characters, and at least one.",
    lie("sub of 256 characters"), lie("sub not ASCII"), lie("empty sub"),
    unit("id_token", "the_subject_is_printable_ascii"), code=ID_TOKEN)
row("2", "A subject is a case-sensitive text.", here("test_subject_is_compared_byte_for_byte"),
    unit("login", "userinfo_of_somebody_else_is_refused"))
row("2", "aud is one text or a list of texts.", good("several audiences with azp"),
    lie("empty aud list"), unit("json", "a_text_or_a_list_has_a_text"))
row("2", "Times are numbers of seconds; whatever else they are is refused.", lie("exp as text"),
    lie("exp true"), lie("iat as text"), good("exp with a fraction"))
row("2", "A claim that is not known is passed over.", good("a claim nobody knows"),
    plan("test_optional_claims_and_members_of_the_plans_provider"))
row("2", "A token is signed.", lie("alg none"), plan("test_not_signed"),
    reason="Unsigned tokens could be agreed on for the code flow; we agree to none.")
row("2", "Keys and addresses in a token's header play no part.", lie("key in the header"),
    tokens("test_header_never_causes_a_request"))
row("2", "nonce is a case-sensitive text that comes back unchanged.", lie("nonce cut short"),
    lie("nonce that is a list"))

# --- 3.1.2: the authorization request and its response --------------------------------------------
row("3.1.2", "The authorization endpoint is asked over TLS.", document("d-insecure"),
    unit("metadata", "endpoints_must_be_there_and_encrypted"),
    unit("metadata", "an_insecure_endpoint_of_the_file_is_no_better"))
row("3.1.2.1", "scope has openid.",
    here("test_authorization_request_has_what_it_needs_and_nothing_else"),
    unit("authorization", "the_request_says_what_it_must"), code="liboidc/authorization.c")
row("3.1.2.1", "response_type is code.",
    here("test_authorization_request_has_what_it_needs_and_nothing_else"),
    answers("test_provider_is_told_no_more_than_it_needs"))
row("3.1.2.1", "client_id is the one that the provider gave the site.",
    here("test_authorization_request_has_what_it_needs_and_nothing_else"))
row("3.1.2.1", "redirect_uri is the registered one, character by character.",
    unit("config", "a_good_file_is_a_configuration"),
    system("sign_in", "test_host_header_shapes_nothing"),
    here("test_token_request_is_the_specifications"), code="liboidc/config.c")
row("3.1.2.1", "redirect_uri is https for a site that is reached by https.",
    system("sign_in", "test_https_site"))
row("3.1.2.1", "state ties the response to the browser that began, by a cookie of its own.",
    answers("test_whole_return_address_in_a_clean_browser"),
    answers("test_state_of_another_tab_and_cookie"), unit("login", "a_state_must_come_back"))
row("3.1.2.1", "nonce is sent, and is different in every request.",
    here("test_values_of_a_sign_in_are_unguessable_and_its_own"),
    unit("authorization", "every_sign_in_has_values_of_its_own"))
row("3.1.2.1", "The request is a redirect of the browser with the parameters in the query.",
    here("test_authorization_request_has_what_it_needs_and_nothing_else"),
    unit("form", "every_byte_but_the_unreserved_is_encoded"))
row("3.1.2.1", "response_mode is left at its default.",
    unit("authorization", "the_request_says_what_it_must"))
row("3.1.2.1", "prompt=none asks for a sign-in without a word, and is sent for that alone.",
    system("silent", "test_request_says_that_nobody_may_be_asked"),
    system("silent", "test_whoever_is_signed_in_there_is_signed_in_here"),
    unit("authorization", "a_sign_in_can_be_silent"))
row("3.1.2.5", "A response with a code and the state goes on.", plan("test_code_flow_succeeds"),
    unit("response", "a_code_comes_with_its_state"))
row("3.1.2.5", "A parameter of the response that is not known is passed over.",
    here("test_unknown_parameters_of_the_response_are_ignored"), unit("login", "a_person_signs_in"))
row("3.1.2.6", "An error response ends the sign-in, with the reason told.", back("person declined"),
    back("provider's error"), unit("response", "errors_are_told_apart"),
    system("sign_in", "test_denied"), code="liboidc/response.c")
row("3.1.2.6", "A silent sign-in that the provider refuses leads to the ways to sign in.",
    system("silent", "test_every_error_shows_the_page"), system("silent", "test_nobody_is_signed_in_there"),
    code="server/return_leg.c")
row("3.1.2.6", "An error is believed with the state of the request only.",
    unit("login", "an_error_is_believed_with_its_state_only"),
    here("test_error_without_a_state_is_nobodys"))
row("3.1.2.7", "A response that is malformed is refused before anything is sent.", back("no code"),
    back("empty code"), back("code and error"), unit("response", "anything_else_is_malformed"))

# --- 3.1.3: the token request and its response ----------------------------------------------------
row("3.1.3.1", "The code is exchanged at the token endpoint, over TLS.", document("d-insecure"),
    unit("login", "the_token_request_is_the_specifications"),
    unit("curl", "certificates_are_verified"))
row("3.1.3.1", "The client authenticates with the method that it is registered for.",
    plan("test_client_secret_in_the_basic_scheme"),
    system("sign_in", "test_client_secret_post_where_basic_is_not_offered"),
    unit("metadata", "client_authentication_is_chosen"))
row("3.1.3.1", "grant_type, code and redirect_uri are sent as a form in the body of a POST.",
    here("test_token_request_is_the_specifications"))
row("3.1.3.3", "token_type is Bearer, in any case of letters.",
    answers("test_token_members"), answers("test_bearer_in_any_case_is_fine"),
    unit("login", "the_token_response_is_checked"), code="liboidc/token.c")
row("3.1.3.3", "An answer without an ID token is refused.", lie("no token"),
    unit("login", "the_token_response_is_checked"))
row("3.1.3.3", "A member that is not known is passed over.",
    here("test_unknown_members_of_the_token_answer_are_ignored"))
row("3.1.3.4", "An error answer ends the sign-in.", token_answer("refused"),
    token_answer("client refused"), unit("login", "token_answers_that_are_none_are_refused"))
row("3.1.3.5", "What comes with an error status is never used.",
    token_answer("error beside tokens"), unit("login", "what_an_error_status_brings_is_never_used"))
row("3.1.3.6",
    "at_hash is the left half of the hash that the signature algorithm uses, in base64url.",
    unit("id_token", "the_specifications_at_hash_is_ours"),
    unit("id_token", "the_access_token_is_the_one_it_was_issued_with"), code=ID_TOKEN)

# --- 3.1.3.7: the ID token, check by check --------------------------------------------------------
row("3.1.3.7", "Whatever check fails, there is no session.", tokens("test_refused"),
    unit("id_token", "the_signature_comes_first"),
    unit("login", "claims_of_the_id_token_are_checked"), code=ID_TOKEN)
row("3.1.3.7, 1", "A token that was not to be encrypted, and is, is refused.", lie("five parts"),
    encryption("test_encrypted_where_it_is_not_agreed_on"))
row("3.1.3.7, 1", "A token is decrypted as agreed on; one that is only signed is refused then.",
    encrypted("signed alone"), encryption("test_signs_in"),
    unit("id_token", "encryption_is_as_agreed_on"), code=ID_TOKEN)
row("10.2", "What is encrypted was signed before, and is verified.",
    encrypted("claims without signature"), encrypted("none inside"),
    encrypted("strange signature inside"),
    unit("id_token", "what_is_encrypted_is_verified_like_any_other"), code=ID_TOKEN)
row("3.1.3.7, 2", "iss is the provider's issuer, exactly.", lie("wrong iss"),
    lie("iss with a slash more"), lie("iss in another case"), lie("iss of another tenant"),
    plan("test_another_issuer_in_the_id_token"), unit("id_token", "the_issuer_is_exact"),
    code=ID_TOKEN)
row("3.1.3.7, 3", "aud names the client.", lie("wrong aud"), lie("aud list without us"),
    lie("aud that begins like us"), plan("test_another_audience_in_the_id_token"),
    unit("id_token", "the_token_is_meant_for_us"), code=JWT)
row("3.1.3.7, 4", "With several audiences, azp is there.", lie("two audiences without azp"),
    good("several audiences with azp"), unit("id_token", "the_token_was_issued_to_us"),
    code=ID_TOKEN)
row("3.1.3.7, 5", "Where azp is there, it is the client.", lie("wrong azp"),
    lie("azp that is no text"), unit("id_token", "the_token_was_issued_to_us"), code=ID_TOKEN)
row("3.1.3.7, 6", "The signature is verified with a key that the provider publishes.",
    lie("signature with its first bit flipped"), lie("signature of other claims"),
    lie("signature by a key that is not in the JWKS, under a kid that is"), lie("empty signature"),
    plan("test_signature_that_does_not_fit"),
    unit("jws", "every_algorithm_verifies_and_fails_when_spoilt"),
    reason="TLS alone would do for a token from the token endpoint; we verify the signature always.")
row("3.1.3.7, 7", "alg is RS256, or another that the provider's metadata lists.",
    lie("alg not in the metadata"), plan("test_signed_with_rs256"),
    unit("metadata", "algorithms_are_those_listed_that_we_take"),
    unit("jws", "an_algorithm_that_is_not_allowed_is_refused"))
row("3.1.3.7, 8", "With an HMAC the key is the client secret.", lie("HS256 with the client secret"),
    lie("HS256 with the public key's PEM"), unit("jws", "algorithms_we_never_take_are_refused"),
    reason="HMAC is never taken: whoever can read the site's file could sign in as anybody.")
row("3.1.3.7, 9", "The time is before exp, with a small leeway.", lie("expired"),
    lie("expired beyond the leeway"), lie("exp zero"), unit("id_token", "it_has_not_expired"),
    code=JWT)
row("3.1.3.7, 10", "A token issued too far from now is refused.", lie("from the future"),
    good("a minute in the future"), unit("id_token", "it_was_issued_and_not_in_the_future"),
    code=ID_TOKEN,
    reason="How old it may be is left to exp: the nonce ties it to the last ten minutes already.")
row("3.1.3.7, 11", "nonce is the one that was sent.", lie("wrong nonce"), lie("no nonce"),
    lie("empty nonce"), plan("test_another_nonce_in_the_id_token"),
    unit("id_token", "the_nonce_is_this_sign_ins"), code=ID_TOKEN)
row("3.1.3.7, 11", "A nonce is checked for replay.", tokens("test_old_token_again"),
    answers("test_code_of_another_login"),
    unit("login", "an_id_token_of_another_sign_in_is_refused"))
row("3.1.3.7, 12", "Where acr was asked for, its value is judged.", reason="No acr is asked for.")
row("3.1.3.7, 13", "Where max_age was sent, auth_time is judged.", reason="No max_age is sent.")
row("3.1.3.8", "Where the token has an at_hash, it is the access token's.", lie("wrong at_hash"),
    lie("empty at_hash"), lie("at_hash that is no text"), good("no at_hash"),
    unit("login", "the_right_at_hash_is_taken"), code=ID_TOKEN)

# --- 3.2, 3.3: other flows ------------------------------------------------------------------------
row("3.2", "Tokens in the front channel are validated as the implicit flow asks.",
    here("test_tokens_in_the_front_channel_are_never_used"),
    reason="The implicit flow is not offered: such tokens are passed over.")
row("3.3", "The hybrid flow's c_hash and second ID token are validated.",
    here("test_tokens_in_the_front_channel_are_never_used"),
    reason="The hybrid flow is not offered: the ID token is the token endpoint's alone.")

# --- 4: sign-in begun by a third party ------------------------------------------------------------
row("4", "A sign-in begun elsewhere goes to a configured provider only.",
    system("sign_in", "test_unknown_provider"),
    answers("test_third_party_parameters_change_nothing"))
row("4", "Where the person lands afterwards is on the site.",
    "tests/system/test_redirects.py::test_sign_in",
    "tests/system/test_redirects.py::test_first_answers")
row("4", "The page that begins a sign-in cannot be framed.",
    system("sign_in", "test_pages_have_a_strict_policy_and_no_script_but_one"))

# --- 5: claims ------------------------------------------------------------------------------------
row("5.1", "email_verified is a boolean; an address that is not verified passes no filter.",
    unit("policy", "an_unverified_address_passes_no_filter"), code="liboidc/policy.c")
row("5.1", "A claim that was not released is simply absent.",
    system("sign_in", "test_missing_name_is_handed_over_empty"),
    unit("policy", "what_is_missing_is_empty"))
row("5.1", "A name is any Unicode text.", system("sign_in", "test_all_eleven_headers"))
row("5.2", "Claims may come in several languages.",
    reason="None is asked for by language: the claim without a tag is the one.")
row("5.3", "User-info is asked for over TLS.",
    unit("metadata", "endpoints_must_be_there_and_encrypted"))
row("5.3.1", "The access token goes in the Authorization header of a GET.",
    here("test_access_token_travels_in_the_header_alone"),
    unit("login", "a_configured_userinfo_is_always_asked"))
row("5.3.2", "sub is there.", userinfo("of nobody"),
    unit("login", "userinfo_of_somebody_else_is_refused"), code=USERINFO)
row("5.3.2", "sub is exactly the ID token's, or nothing of the answer is used.",
    userinfo("of somebody else"), userinfo("sub twice"), userinfo("sub a number"),
    plan("test_userinfo_of_another_subject"), code=USERINFO)
row("5.3.2", "A signed answer's iss and aud are the provider's and the client's.",
    unit("login", "signed_userinfo_is_verified"), code=USERINFO)
row("5.3.2", "application/jwt marks a signed answer, anything else is JSON.",
    system("sign_in", "test_signed_userinfo"),
    unit("exchange", "media_types_are_compared_without_case_and_parameters"), userinfo("a page"))
row("5.3.2", "An answer that proves nothing of the token does not replace the token's claims.",
    unit("policy", "userinfo_adds_but_proves_nothing"))
row("5.3.3", "An error answer ends the sign-in.", userinfo("unauthorized"),
    unit("login", "a_discovered_userinfo_is_asked_for_what_is_missing"),
    reason="A policy could depend on what it would have brought.")
row("5.3.4", "The endpoint's certificate is checked.", unit("curl", "certificates_are_verified"))
row("5.3.4", "A signed answer's signature is verified.", userinfo("unsigned JWT"),
    userinfo("JWT by a stranger"), unit("login", "forged_userinfo_is_refused"))
row("5.4", "Scopes ask for claims; they come from user-info.",
    plan("test_claims_by_scope_from_userinfo"),
    system("sign_in", "test_userinfo_when_the_id_token_lacks_claims"))
row("5.5", "Single claims can be asked for.", reason="Optional: claims are asked for by scope.")
row("5.6.2", "Aggregated and distributed claims are believed after their own checks.",
    here("test_claims_from_elsewhere_are_not_fetched"),
    reason="They are not supported: nothing is fetched, nothing believed.")
row("5.7", "A person is known by iss and sub together, and by no other claim.",
    here("test_a_person_is_issuer_and_subject"),
    system("policy", "test_two_identities_never_share_a_name"))

# --- 6, 7: requests as objects, self-issued providers ---------------------------------------------
row("6", "Requests are passed as signed objects.", reason="Optional, and not done.")
row("7", "Tokens of self-issued providers are validated their own way.",
    unit("id_token", "the_issuer_is_exact"),
    reason="Self-issued providers are not known: their issuer is no configured one.")

# --- 9, 10: authentication, signing, keys ---------------------------------------------------------
row("9", "client_secret_basic is used unless the provider does not take it.",
    plan("test_client_secret_in_the_basic_scheme"),
    unit("metadata", "client_authentication_is_chosen"))
row("9", "client_secret_post puts identifier and secret into the body.",
    unit("login", "the_secret_can_go_into_the_body"))
row("9", "A provider that takes neither is not asked.",
    unit("metadata", "client_authentication_is_chosen"),
    reason="client_secret_jwt and private_key_jwt are not offered.")
row("10.1", "Where several keys are published, kid says which.",
    unit("jws", "the_kid_names_the_key"), lie("kid that is not in the JWKS"))
row("10.1", "Without kid, each key that fits is tried.", plan("test_no_kid_and_one_key"),
    plan("test_no_kid_and_several_keys"), unit("jws", "without_a_kid_each_fitting_key_is_tried"))
row("10.1", "A key that is published for encryption verifies nothing.",
    plan("test_keys_of_foreign_kinds"), unit("jwks", "keys_that_are_not_for_us_are_skipped"))
row("10.1.1", "A key that is not known has the set fetched anew.",
    plan("test_key_rotated_between_two_sign_ins"), plan("test_key_rotated_just_before_signing"),
    unit("login", "a_new_key_is_looked_up"), system("lifecycle", "test_keys_rotate"),
    code="liboidc/login.c")
row("10.1.1", "Unknown keys cause no flood of requests.", tokens("test_flood_of_unknown_keys"),
    unit("login", "but_once_only"), unit("provider", "keys_are_fetched_once_in_a_while"),
    system("lifecycle", "test_logins_during_rotation_share_one_fetch"))
row("10.2", "The key to encrypt with is published, and says what it is for.",
    system("encryption", "test_published_beside_the_assertions_key"),
    system("encryption", "test_signs_in_with_what_is_published"))
row("10.2.1", "Encryption keys are changed without a lost sign-in: older ones decrypt for a while.",
    system("encryption", "test_key_is_changed_without_a_lost_sign_in"))
row("11", "Offline access is asked for with consent.",
    reason="Not asked for: a sign-in needs none.")
row("12", "Refreshed ID tokens are validated against the first.",
    here("test_unknown_members_of_the_token_answer_are_ignored"),
    reason="Refresh tokens are never used nor kept.")

# --- 13, 14: serialization, texts -----------------------------------------------------------------
row("13.1", "Query parameters are form-encoded.",
    unit("form", "every_byte_but_the_unreserved_is_encoded"), unit("form", "fields_are_decoded"))
row("13.2", "Form bodies are form-encoded.", here("test_token_request_is_the_specifications"))
row("13.3", "Answers are one JSON object each.", token_answer("a list"), token_answer("a string"),
    token_answer("members twice"), unit("json", "only_one_whole_object_is_read"))
row("14", "Texts are compared code point by code point, never normalized.",
    here("test_unicode_is_not_normalized"), unit("metadata", "the_issuer_is_compared_as_a_string"))

# --- 15, 16: implementation and security ----------------------------------------------------------
row("15.5.2", "nonce is drawn anew for a browser and cannot be guessed or read by others.",
    here("test_values_of_a_sign_in_are_unguessable_and_its_own"),
    here("test_state_and_verifier_stay_in_the_browsers_own_cookie"))
row("15.6.2", "Google's iss may come without its scheme, and nobody else's.",
    unit("id_token", "google_may_leave_its_scheme_out"), code=ID_TOKEN)
row("16.2", "A server that passes for the provider is found out by certificate and issuer.",
    unit("curl", "certificates_are_verified"), plan("test_document_of_another_issuer"))
row("16.3", "A token that was made or changed by others is refused.",
    lie("signature with its last bit flipped"), unit("jws", "what_was_signed_cannot_be_changed"))
row("16.4", "Access tokens are shown to nobody.",
    here("test_nothing_of_the_tokens_reaches_xnat_or_the_browser"),
    answers("test_nothing_secret_in_the_log"), system("logs", "test_nothing_secret_in_addresses"))
row("16.8", "A token for another client is refused.", lie("wrong aud"), lie("wrong azp"))
row("16.9", "A response is good once, and for a short while.", answers("test_return_leg_twice"),
    unit("login", "a_state_has_its_time"), unit("login", "a_code_is_spent_once"))
row("16.10", "Codes travel over TLS only.",
    unit("metadata", "endpoints_must_be_there_and_encrypted"))
row("16.11", "An exchanged access token is noticed where the provider says its hash.",
    lie("wrong at_hash"))
row("16.12", "Secret values are compared in constant time.",
    unit("secret", "equality_is_of_all_bytes"))
row("16.15", "An issuer cannot speak for another.", lie("iss of another tenant"),
    unit("metadata", "the_issuer_is_compared_as_a_string"))
row("16.17", "Certificates are checked by name and chain.",
    unit("curl", "certificates_are_verified"), unit("curl", "a_server_without_tls_is_not_trusted"))
row("16.18", "Sessions end; a token's life is not stretched.",
    "tests/system/test_sessions.py::test_absolute_end",
    "tests/system/test_sessions.py::test_idle_end")
row("16.22", "A redirect does not carry secrets on.", token_answer("redirected"),
    userinfo("redirected"))
