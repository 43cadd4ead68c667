"""Mistakes on purpose, each as one of our peers made it, and the tests that must notice.

./dev mutants makes them in a copy of the source; see conformance/mutations.py, whose neighbours they are.
"""

from conformance.mutations import Mutation
from security.advisories import here

CANARIES = "tests/system/test_canaries.py"
FORWARDED_FOR = "tests/unit/server/test_forwarded_for.c::"
HEAP = "tests/unit/server/test_wiped_heap.c"
TOKENS = "tests/system/test_xnat_token.py"
KILLED = "tests/system/test_killed.py"
CLOCK = "tests/system/test_clock.py"
SOCKET = "tests/interop/test_unix_socket.py"

MUTATIONS = []


def mutation(name, file, text, replacement, *tests):
    MUTATIONS.append(Mutation(name, file, text, replacement, tests))


# --- redirects --------------------------------------------------------------------------------------

mutation("rd is believed", "server/target.c",
         "    if (!rd || !is_decent(rd))\n",
         "    if (rd)\n        return strdup(rd);\n    if (!rd || !is_decent(rd))\n",
         *here("redirect", "cve_2017_1000070_two_slashes", "cve_2020_5233_backslash_after_slash",
               "cve_2020_4037_further_shapes",
               "cve_2020_4037_shapes_at_the_other_doors", "cve_2021_21291_absolute_urls_of_any_host",
               "cve_2019_14857_slashes_at_sign_out", "cve_2019_20479_backslash_at_sign_out",
               "cve_2021_32786_our_reader_and_the_browsers_disagree",
               "mao_2_4_19_3_host_that_ends_like_ours"))
mutation("rd is read as a browser reads it", "server/target.c",
         "    if (!rd || !is_decent(rd))\n",
         "    char *bare = rd ? strdup(rd) : NULL;\n    size_t kept = 0;\n"
         "    for (const char *c = rd; bare && *c; c++)\n        if ((unsigned char)*c > ' ')\n"
         "            bare[kept++] = *c;\n    if (bare) {\n        bare[kept] = '\\0';\n"
         "        return bare;\n    }\n    if (!rd || !is_decent(rd))\n",
         *here("redirect", "cve_2020_11053_white_space_between_slashes",
               "cve_2022_23527_tab_at_every_door"))
mutation("every rd leads home", "server/target.c",
         "    if (!rd || !is_decent(rd))\n", "    if (rd || !rd)\n",
         *here("redirect", "own_addresses_still_lead_where_they_say"))
mutation("a third party names the way back", "server/login.c",
         '!target_parameter(target, "rd", &rd))', '!target_parameter(target, "target_link_uri", &rd))',
         *here("redirect", "own_addresses_still_lead_where_they_say", "cve_2021_39191_third_party_parameters"))

# --- identity headers -------------------------------------------------------------------------------

mutation("names are compared as they are written", "server/fields.c",
         "while (**text && !ascii_is_alphanumeric(**text))", "while (false)",
         *here("headers", "cve_2025_64484_every_folding"),
         "tests/unit/server/test_fields.c::every_spelling_of_an_identity_header_is_caught",
         *here("front ends", "cve_2026_52845_alias_beside_the_set",
               "cve_2026_44087_whatever_the_names_are"))
mutation("identity headers pass", "server/upstream_head.c",
         "           field_is_identity(name, head->request->worker->site->options.header_prefix) ||\n", "",
         *here("headers", "cve_2017_6062_pass_without_a_session", "cve_2017_6413_other_credentials",
               "mao_2_4_20_1_any_method", "mao_2_4_20_1_what_is_no_plain_request",
               "multi_value_is_set_never_appended"))
mutation("a spelling of X-Forwarded-For that no front end writes passes", "server/upstream_head.c",
         "(!head->trusted || strchr(name, '_'))", "!head->trusted",
         "tests/system/test_proxy.py::test_what_slips_by_a_trusted_proxy")
mutation("only the first field of a list is heard", "server/request.c",
         "if (value && value[0] && strcasecmp(name, joining->name) == 0) {",
         "if (value && value[0] && !joining->list.data && strcasecmp(name, joining->name) == 0) {",
         "tests/system/test_proxy.py::test_every_field_of_a_trusted_proxy_counts",
         "tests/system/test_proxy.py::test_hop_by_hop_headers_stay_behind",
         "tests/system/test_logs.py::test_client_behind_front_ends[a field of the front end's own-login_refused]")
mutation("the log believes everybody about where they are", "server/request.c",
         "    if (request_peer_is_trusted(request) &&\n        request_list(",
         "    if (peer &&\n        request_list(",
         "tests/system/test_logs.py::test_client_is_the_peer_where_it_is_no_front_end")
mutation("the log names the peer alone", "server/request.c",
         "forwarded_for_client(&said, told) && strcmp(", "forwarded_for_client(&said, told) && !strcmp(",
         "tests/system/test_logs.py::test_client_behind_front_ends[one-login_refused]")
mutation("the first hop is the client", "server/forwarded_for.c",
         "walk->begun && read &&\n        cidrs_contain(", "walk->begun ||\n        cidrs_contain(",
         FORWARDED_FOR + "the_last_hop_that_nobody_vouches_for_is_the_client")
mutation("a hop without an address is passed over", "server/forwarded_for.c",
         "    walk->begun = true;\n", "    if (!read)\n        return;\n    walk->begun = true;\n",
         FORWARDED_FOR + "who_has_no_address_is_unknown")
mutation("Forwarded is heard in spite of what cannot be read", "server/forwarded_for.c",
         "            if (!list)\n                return false;",
         "            if (!list)\n                return true;",
         FORWARDED_FOR + "forwarded_is_read_where_there_is_nothing_else")
mutation("an element may name two hops", "server/forwarded_for.c",
         " || (wanted && node->named))", ")",
         FORWARDED_FOR + "forwarded_is_read_where_there_is_nothing_else")
mutation("any name is a header's", "server/framing.c",
         "strlen(name) != name_size || !field_name_is_valid(name))", "strlen(name) != name_size)",
         *here("headers", "cve_2025_64484_names_that_are_none"), *here("http", "mantis_9634_bytes_in_header_names[40]"))
mutation("values are handed over as they are", "liboidc/handoff.c",
         "if (byte < 0x20 || byte > 0x7e || byte == '%' || (byte == ' ' && outer))", "if (outer && !byte)",
         *here("headers", "mao_2_4_19_3_line_ends_in_claims"))
mutation("what has no value is left out of the answer", "server/auth.c",
         "        added = MHD_add_response_header(answer, headers[i].name, header_value(headers[i].value));",
         "        added = !headers[i].value[0] ||\n"
         "                MHD_add_response_header(answer, headers[i].name, headers[i].value);",
         *here("front ends", "cve_2026_30851_an_answer_has_the_whole_set"))

# --- authentication ---------------------------------------------------------------------------------

mutation("the open route is looked for in all of the target", "server/stranger.c",
         "            !target_is(&request->target, site->options.login_page) &&\n",
         "            !strstr(request->raw, \"Login.vm\") &&\n",
         *here("skipped", "cve_2025_54576_route_in_the_query", "cve_2026_41059_fragment"))
mutation("nothing is open", "server/stranger.c",
         "            !target_is(&request->target, site->options.login_page) &&\n", "",
         *here("skipped", "the_login_page_itself_opens"))
mutation("a probe needs no session", "server/stranger.c",
         "    if (wants_login_page(request))\n",
         "    const char *agent = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,\n"
         "                                                    \"User-Agent\");\n"
         "    if (agent && strstr(agent, \"kube-probe\"))\n        return proxy_begin(request, NULL, 0);\n"
         "    if (wants_login_page(request))\n",
         *here("skipped", "cve_2026_34457_health_check_by_user_agent"))
mutation("a header names the path that decides", "server/stranger.c",
         "    if (wants_login_page(request))\n",
         "    if (MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, \"X-Forwarded-Uri\"))\n"
         "        return proxy_begin(request, NULL, 0);\n    if (wants_login_page(request))\n",
         *here("skipped", "cve_2026_40575_route_by_header",
               "cve_2026_40575_route_by_header_of_a_trusted_proxy"))
mutation("what is public is permitted", "server/auth.c",
         "    entry = visitor_of(request);\n    if (entry)\n        return answer_allowed(request, entry);\n"
         "    if (!original_is_navigation",
         "    if (original && strstr(original, \"robots.txt\"))\n"
         "        return respond_plain(request, MHD_HTTP_OK, \"\");\n"
         "    entry = visitor_of(request);\n    if (entry)\n        return answer_allowed(request, entry);\n"
         "    if (!original_is_navigation",
         *here("skipped", "o2p_3083_fixed_answers_are_no_permission"))
mutation("anybody's forwarded headers are believed", "server/request.c",
         "    return peer && cidrs_contain(", "    return peer || cidrs_contain(",
         "tests/system/test_forward_auth.py::test_forwarded_headers_of_strangers_are_not_believed")

# --- tokens, policy, sign-in ------------------------------------------------------------------------

mutation("a nonce is not compared", "liboidc/id_token.c",
         "secret_equal_text(nonce, sign_in->expected->nonce)", "nonce",
         *here("tokens", "liboauth2_cwe_294_nonce", "liboauth2_cwe_294_old_token_again"))
mutation("an address is divided at its last @", "liboidc/email.c",
         "at && strlen(text) <= OIDC_EMAIL_MAX && !strchr(at + 1, '@') &&\n"
         "           is_local_part(text, (size_t)(at - text)) && is_domain(at + 1);",
         "at != NULL;",
         *here("email", "cve_2026_40574_which_at"))
mutation("the filter is read and forgotten", "liboidc/policy.c",
         "    if (!settings->filter_email_domains)\n", "    if (true)\n",
         *here("email", "cve_2021_21411_every_key_of_the_policy_refuses_alone",
               "ais_filter_list_of_its_own_provider"))
mutation("a user name belongs to whoever comes", "server/return_leg.c",
         "        return owns_username(worker, oidc_login_identity(leg->login), error);",
         "        return true;",
         *here("front ends", "cve_2025_24806_user_names_that_come_out_alike"))

mutation("a logout token with a nonce is one", "liboidc/logout_token.c",
         '    if (!json_object_get(jwt->claims, "nonce"))\n', "    if (true)\n",
         *here("csrf", "mao_2026_logout_token_that_is_none"))
mutation("a state is not compared with the cookie's", "liboidc/login.c",
         "    if (!secret_equal_text(text, brought))", "    if (!text)",
         "tests/hostile/test_answers.py::test_state_of_another_tab_and_cookie")

# --- cookies ----------------------------------------------------------------------------------------

mutation("a cookie without an equals sign is read past its end", "server/cookie.c",
         "    if (!equals)\n        return false;\n    cookie->name = start;",
         "    cookie->name = start;",
         *here("cookies", "cve_2023_28625_absurd_header", "cve_2026_54789_state_without_equals"))
mutation("every Cookie header is kept", "server/request.c",
         "    while (cookie_next(&rest, &cookie)) {\n",
         "    if (!strdup(value))\n        return MHD_NO;\n    while (cookie_next(&rest, &cookie)) {\n",
         *here("cookies", "cve_2026_55149_memory_over_ten_thousand_requests"))

# --- cryptography -----------------------------------------------------------------------------------

mutation("one nonce for all", "liboidc/seal.c",
         "    code = secret_random(sealed + HEAD_SIZE, NONCE_SIZE, error);",
         "    code = OIDC_OK;\n    memset(sealed + HEAD_SIZE, 7, NONCE_SIZE);",
         *here("crypto", "cve_2021_32791_same_person_twice", "cve_2021_32791_states"),
         "tests/unit/liboidc/test_seal.c::a_nonce_never_comes_twice")
mutation("the tag is not looked at", "liboidc/seal.c",
         "verdict = EVP_DecryptFinal_ex(context, plain + size, &rest) == 1 ? OPENED : FOREIGN;",
         "verdict = OPENED;",
         *here("tokens", "cve_2021_29652_session_cookie", "cve_2021_29652_state_cookie"),
         "tests/hostile/test_answers.py::test_state_cookie_tampered",
         "tests/unit/liboidc/test_seal.c::nothing_can_be_cut_or_added",
         "tests/unit/liboidc/test_seal.c::no_bit_can_be_changed")
mutation("a secret is compared until the first difference", "liboidc/login.c",
         "if (!secret_equal_text(text, brought))", "if (strcmp(text, brought) != 0)",
         *here("crypto", "cve_2024_25714_secrets_are_compared_in_constant_time"))

# --- pages, logs, bodies ----------------------------------------------------------------------------

mutation("inserted texts are not escaped", "server/html.c",
         "        html_add_text(page, string, strlen(string));\n", "        text_adds(page, string);\n",
         *here("pages", "mao_2026_unescaped_texts_on_every_page"))
mutation("a catalogue's texts are markup", "server/messages.c",
         "    html_add_text(page, text, strlen(text));\n", "    text_adds(page, text);\n",
         "tests/unit/server/test_messages.c::a_catalogue_overrides_what_it_names")
mutation("a catalogue may forget what is filled in", "server/messages.c",
         "else if ((at = lacks(catalogue[message].english, text, &size)))", "else if ((at = NULL))",
         "tests/unit/server/test_messages.c::every_mistake_is_told_with_its_line")
mutation("a reason has no page", "server/page_kinds.c",
         '    {"gate_role", PAGE_KIND_GATE_ROLE},\n', "",
         "tests/unit/server/test_messages.c::no_code_is_without_a_page")
mutation("a colour that cannot be read is taken", "server/palette.c",
         "    if (ratio >= COLOUR_CONTRAST_TEXT)\n", "    if (ratio >= 1)\n",
         "tests/unit/server/test_palette.c::a_colour_that_cannot_be_read_is_refused",
         "tests/system/test_refusal_pages.py::test_mistakes_stop_the_start")
mutation("a page's reference is another's", "server/respond.c",
         "        .reference = request_reference(request),", '        .reference = "0123456789abcdef",',
         "tests/system/test_refusal_pages.py::test_organisation",
         "tests/system/test_refusal_pages.py::test_clock")
mutation("no browser ever blocks cookies", "server/return_leg.c",
         "    if (takes_no_cookies(leg, error) && !is_late(leg, error))", "    if (false)",
         "tests/system/test_refusal_pages.py::test_cookies_blocked")
mutation("every browser that comes too late blocks cookies", "server/return_leg.c",
         "           !request_header(leg->request, MHD_HTTP_HEADER_COOKIE);", "           true;",
         "tests/system/test_refusal_pages.py::test_another_browser")
mutation("nobody is told how wrong a clock is", "liboidc/jwt.c",
         "        jwt->error->seconds_off = seconds;", "        jwt->error->seconds_off = 0;",
         "tests/system/test_refusal_pages.py::test_clock")
mutation("the driver hands on the words of a refusal alone", "liboidc/curl.c",
         "        *error = *failed;\n    return failed->code;",
         "        return oidc_fail(error, failed->code, \"%s\", failed->detail);\n    return failed->code;",
         "tests/unit/liboidc/test_curl.c::a_refusal_is_handed_on_whole")
mutation("a kind of what is remembered has a name that nobody explains", "server/ledger.c",
         '"tokens_gone"', '"tokens_forgotten"', "tests/unit/server/test_ledger.c::every_kind_is_explained")
mutation("an assertion of the future is handed on", "liboidc/handoff.c",
         "now >= handoff->made_at && now <", "now <",
         "tests/unit/liboidc/test_handoff.c::it_is_fresh_for_half_of_its_life",
         f"{CLOCK}::test_what_was_signed_while_it_was_ahead_is_not_handed_on")
mutation("what happened in the future has not passed", "server/clock.c",
         " || since - now > CLOCKS_APART;", ";",
         "tests/unit/server/test_clock.c::what_has_passed",
         "tests/unit/server/test_ledger.c::being_full_is_said_once_a_minute",
         f"{CLOCK}::test_a_session_is_idle_by_the_right_time",
         f"{CLOCK}::test_a_token_that_was_renewed_while_it_was_ahead_is_renewed_again",
         f"{CLOCK}::test_a_service_account_that_was_refused_while_it_was_ahead_is_tried_again")
mutation("what is too far away is waited for", "server/clock.c",
         "left < 0 || left > most", "left < 0",
         "tests/unit/server/test_clock.c::what_is_left",
         "tests/unit/server/test_bearer_cache.c::found_until_it_is_to_be_verified_anew",
         f"{CLOCK}::test_a_provider_that_failed_while_it_was_ahead")
mutation("nobody is told that a socket's front end is not believed", "server/site.c",
         "    warn_of_front_end(site);\n", "    (void)warn_of_front_end;\n",
         "tests/system/test_configuration.py::test_a_front_end_is_where_the_sidecar_listens")
mutation("a socket is for whom the umask says", "server/listener.c",
         "    before = umask(UNIX_SOCKET_UMASK);\n", "    before = umask(0077);\n",
         "tests/unit/server/test_listener.c::anybody_who_gets_there_may_connect")
mutation("unix is the word for everybody", "server/address.c",
         "        return address->sa_family == AF_UNIX;", "        return true;",
         "tests/unit/server/test_address.c::who_is_on_a_unix_socket_is_in_no_block_of_addresses")
mutation("nobody on a socket is believed", "server/address.c",
         "        return address->sa_family == AF_UNIX;", "        return false;",
         f"{SOCKET}::test_the_front_end_is_believed")
mutation("everybody on a socket is believed", "server/request.c",
         "    return peer && cidrs_contain(", "    return peer && (peer->sa_family == AF_UNIX) | cidrs_contain(",
         f"{SOCKET}::test_without_the_word_it_is_not")
mutation("XNAT is told a word for an address", "server/upstream_head.c",
         "    if (peer->sa_family == AF_UNIX)", "    if (false)",
         f"{SOCKET}::test_the_front_end_is_believed[nginx/reverse-proxy.conf]",
         f"{SOCKET}::test_a_front_end_that_says_nothing_of_its_client[True]")
mutation("a socket that cannot be reached is stale", "server/listener.c",
         "           errno == ECONNREFUSED;", "           errno != 0;",
         "tests/unit/server/test_listener.c::a_socket_that_is_busy_stays",
         "tests/unit/server/test_listener.c::a_socket_of_another_kind_stays")
mutation("a contact may be anything", "server/site_look.c",
         "    if (!is_mail_address(contact) && !is_https_url(contact))", "    if (false)",
         "tests/system/test_refusal_pages.py::test_mistakes_stop_the_start")
mutation("a logo may run scripts", "server/documents.c",
         "look->logo_size, PICTURE_POLICY);", "look->logo_size, NULL);",
         "tests/system/test_refusal_pages.py::test_logo_may_draw_and_nothing_else")
mutation("scripts may run", "server/pages.c",
         "\"default-src 'none'; style-src 'self'; img-src",
         "\"default-src 'none'; script-src 'unsafe-inline'; style-src 'self'; img-src",
         *here("pages", "cve_2019_1010247_headers"))
mutation("addresses go on to other sites", "server/respond.c",
         '    {"Referrer-Policy", "no-referrer"},\n', "",
         *here("pages", "mao_2026_unescaped_texts_on_every_page"),
         *here("secrets", "cve_2021_29651_no_secret_in_an_address"))
mutation("the log has the query", "server/front.c",
         'LOG_TEXT("path", path)', 'LOG_TEXT("path", request->raw)',
         *here("secrets", "mao_2026_canaries_in_the_log"), f"{CANARIES}::test_is_nowhere")
mutation("what is freed stays as it was", "server/wiped_heap.c",
         "    wipe(block, malloc_usable_size(block));\n", "    (void)wipe;\n",
         f"{CANARIES}::test_memory_forgets", f"{HEAP}::what_is_freed_is_overwritten")
mutation("what is freed is written to, however large", "server/wiped_heap.c",
         "size < LARGE ||", "size < SIZE_MAX ||", f"{HEAP}::what_was_never_touched_stays_so")
mutation("locked pages are left as they are", "server/wiped_heap.c",
         "madvise(pages, whole, MADV_DONTNEED) != 0", "(madvise(pages, whole, MADV_DONTNEED), 0)",
         f"{HEAP}::what_cannot_be_taken_is_overwritten")
mutation("what is moved stays as it was", "server/wiped_heap.c",
         "    free(block);\n    return larger;", "    next_free()(block);\n    return larger;",
         f"{CANARIES}::test_memory_forgets", f"{HEAP}::what_is_moved_is_overwritten")
mutation("secrets stay in the environment", "server/options_environment.c",
         "    options_hide(option, value, '\\0');\n", "", f"{CANARIES}::test_memory_forgets",
         f"{CANARIES}::test_is_nowhere")
mutation("others may look inside", "server/sidecar.c",
         "    prctl(PR_SET_DUMPABLE, 0);\n", "", f"{CANARIES}::test_the_same_user_cannot_look_inside")
mutation("cores may be left", "server/sidecar.c",
         "    setrlimit(RLIMIT_CORE, &none);\n", "    (void)none;\n",
         f"{CANARIES}::test_no_core_whatever_the_system_does_with_them")
TOKEN_RUN = "json-xnat-token"
mutation("the log says what people are handed over with", "server/xnat_handover.c",
         '                  LOG_TEXT("username", handover->ownership.username));',
         '                  LOG_TEXT("username", handover->ownership.username),\n'
         '                  LOG_TEXT("token", xnat_account_token(handover->account)\n'
         '                                        ? xnat_account_token(handover->account)->secret : NULL));',
         f"{CANARIES}::test_is_nowhere[{TOKEN_RUN}-secret of an issued token]")
mutation("the log says what the service account asks with", "server/xnat_service.c",
         '        log_event(LOG_INFO, "xnat_service_accepted",\n'
         '                  LOG_TEXT("user", worker->xnat->service.credentials.user));',
         '        log_event(LOG_INFO, "xnat_service_accepted",\n'
         '                  LOG_TEXT("user", worker->xnat->service.credentials.authorization));',
         f"{CANARIES}::test_is_nowhere[{TOKEN_RUN}-credentials of the service account]",
         f"{CANARIES}::test_is_nowhere[{TOKEN_RUN}-password of the service account]")
mutation("the service account's file stays in memory", "server/xnat_service.c",
         "    file_free(text, size);\n    if (*why)", "    if (*why)", f"{CANARIES}::test_memory_forgets[{TOKEN_RUN}]")
mutation("line ends are logged as they are", "server/log.c",
         '        adds(line, "\\\\n");', '        adds(line, "\\n");',
         *here("injection", "log_injection_one_event_one_line"))
mutation("every unknown key is asked for", "liboidc/provider.c",
         "    return !provider->keys_were_fetched || now", "    return true || now", *here("bodies", "mao_2026_thousand_unknown_keys"))
mutation("two lengths are one too many for nobody", "server/framing.c",
         "if (framing.lengths + framing.encodings > 1)", "if (framing.hosts > 1)",
         *here("http", "smuggling_lengths_that_two_could_read_differently"))
mutation("any coding is chunked", "server/framing.c",
         'if (!value || strcasecmp(value, "chunked") != 0)', "if (!value)",
         *here("http", "smuggling_transfer_codings"))
mutation("what stood between two fields is nobody's matter", "server/framing.c",
         "return seams->sound && info &&", "return info &&",
         *here("http", "smuggling_lengths_that_two_could_read_differently", "smuggling_transfer_codings"),
         "tests/system/test_malformed.py::test_refused")
mutation("of an answer, only the first Connection field is heard", "server/answer_head.c",
         "        if (strcasecmp(name, MHD_HTTP_HEADER_CONNECTION) == 0) {\n",
         "        if (strcasecmp(name, MHD_HTTP_HEADER_CONNECTION) == 0 && list.size == 0) {\n",
         "tests/system/test_proxy.py::test_hop_by_hop_headers_stay_behind")
mutation("libcurl repeats a request whose expectation was refused", "server/proxy.c",
         "return proxy->expects && proxy->answer.status == MHD_HTTP_EXPECTATION_FAILED;", "return false;",
         "tests/system/test_proxy.py::test_expectation_refused")
mutation("only 100-continue is an expectation", "server/proxy.c",
         "proxy->expects = proxy->has_body && expect;",
         'proxy->expects = proxy->has_body && expect && strcasecmp(expect, "100-continue") == 0;',
         "tests/system/test_proxy.py::test_expectation_refused[more, 100-continue]",
         "tests/system/test_proxy.py::test_expectation_refused[more, for this hop]")
mutation("a POST is sent once more where XNAT may have done it", "server/proxy.c",
         "    if (!is_idempotent(request->method))\n",
         "    if (!request->method)\n",
         "tests/system/test_upstream_trouble.py::test_what_may_have_been_done_is_sent_once[POST-none-1]",
         "tests/system/test_upstream_trouble.py::test_what_may_have_been_done_is_sent_once[PATCH-none-1]",
         "tests/system/test_upstream_trouble.py::test_what_may_have_been_done_is_sent_once[PROPFIND-none-1]")
mutation("who announces a body has sent some of it", "server/proxy.c",
         "    if (!is_idempotent(request->method))\n",
         "    if (!is_idempotent(request->method) && !proxy->has_body)\n",
         "tests/system/test_upstream_trouble.py::test_what_may_have_been_done_is_sent_once[POST-empty-1]",
         "tests/system/test_upstream_trouble.py::"
         "test_what_may_have_been_done_is_sent_once[POST-when it is wanted-1]")
mutation("a head may end in a field without a name", "server/seams.c",
         "return (uintptr_t)seams->end + sizeof(line_ends) - (uintptr_t)method == head_size &&",
         "return (uintptr_t)seams->end + sizeof(line_ends) - (uintptr_t)method <= head_size ||",
         "tests/system/test_malformed.py::test_refused",
         "tests/unit/server/test_seams.c::a_head_ends_with_an_empty_line")
mutation("every line end is taken for a bad one", "server/seams.c",
         "if ((uintptr_t)name - (uintptr_t)seams->end != LINE_END)", "if (name)",
         "tests/system/test_malformed.py::test_sound_heads_however_they_arrive",
         "tests/system/test_malformed.py::test_sound_heads_one_behind_the_other",
         "tests/unit/server/test_seams.c::fields_line_by_line_are_sound")

# --- whose sessions ---------------------------------------------------------------------------------

mutation("a session of another issuer is good", "server/visitor.c",
         "    return keeper && keeper_may_be_of(keeper, identity->issuer);",
         "    return keeper && identity->issuer;",
         "tests/system/test_sessions.py::test_session_of_another_issuer_is_none",
         "tests/system/test_sessions.py::test_session_of_another_issuer_is_none_once_it_is_known")

# --- what each published fault is, made here --------------------------------------------------------

mutation("whatever begins like the open route is open", "server/stranger.c",
         "            !target_is(&request->target, site->options.login_page) &&\n",
         "            strncmp(request->raw, site->options.login_page, strlen(site->options.login_page)) != 0 &&\n",
         *here("skipped", "cve_2026_48794_path_normalisation"))
mutation("XNAT is asked for what a path comes to", "server/proxy.c",
         "CURLOPT_REQUEST_TARGET, request->raw)", "CURLOPT_REQUEST_TARGET, request->target.resolved)",
         *here("skipped", "cve_2026_48794_forwarded_bytes_are_unchanged"))
mutation("everybody may ask for our health", "server/routes.c",
         "route_handler *routes_choose(struct request *request)\n{\n",
         "static enum MHD_Result tell_health(struct request *request)\n{\n"
         "    return respond_plain(request, MHD_HTTP_OK, \"ok\\n\");\n}\n\n"
         "route_handler *routes_choose(struct request *request)\n{\n"
         "    if (strcmp(request->raw, \"/healthz\") == 0)\n        return tell_health;\n",
         "tests/system/test_endpoints.py::test_admin_pages_are_not_public")
mutation("an empty list is no mistake", "props/policy.c",
         "if (provider->filter_email_domains && listed && provider->email_domains.count == 0)", "if (false)",
         *here("email", "up_empty_list_admits_nobody"))
mutation("an empty list admits everybody", "liboidc/policy.c",
         "if (settings->any_email_domain || has_domain(",
         "if (settings->any_email_domain || settings->email_domains.count == 0 || has_domain(",
         "tests/unit/liboidc/test_policy.c::an_empty_list_admits_nobody_and_a_star_everybody")
mutation("who is signed in stays who they were", "server/visitor.c",
         "    if (before)\n        visitor_end_session(worker, before, request_reference(request));\n"
         "    forget_visitor(request);\n",
         "    if (before)\n        return true;\n    forget_visitor(request);\n",
         *here("email", "cve_2021_41230_claims_of_the_login_before"),
         *here("csrf", "cve_2026_34454_session_of_the_person_before",
               "mao_2_4_20_1_session_of_an_attacker_planted"))
mutation("a state is kept here, whoever brings none", "server/state_cookie.c",
         "bool state_cookie_set(struct request *request, const char *state, const char *sealed)\n{\n"
         "    char name[STATE_NAME_SIZE];\n\n    drop_oldest_states(request);\n"
         "    name_of(request, state, name);\n"
         "    return request_set_cookie(request, name, sealed, OIDC_STATE_TTL);\n}\n\n"
         "struct cookie state_cookie_get(struct request *request, const char *state)\n{\n"
         "    struct cookie cookie = {0};\n",
         "static char kept[4096];\n\n"
         "bool state_cookie_set(struct request *request, const char *state, const char *sealed)\n{\n"
         "    char name[STATE_NAME_SIZE];\n\n    drop_oldest_states(request);\n"
         "    name_of(request, state, name);\n    snprintf(kept, sizeof(kept), \"%s\", sealed);\n"
         "    return request_set_cookie(request, name, sealed, OIDC_STATE_TTL);\n}\n\n"
         "struct cookie state_cookie_get(struct request *request, const char *state)\n{\n"
         "    struct cookie cookie = {.value = kept, .value_size = strlen(kept)};\n",
         *here("csrf", "cve_2017_1000069_return_address_in_a_clean_browser"),
         "tests/hostile/test_answers.py::test_whole_return_address_in_a_clean_browser")
mutation("a text opens for any purpose that it was sealed for", "liboidc/seal.c",
         "        const struct derived *derived = &ring->keys[i][purpose];\n",
         "        if (memcmp(ring->keys[i][purpose].hint, sealed + 1, HINT_SIZE) != 0)\n"
         "            purpose = (enum seal_purpose)!purpose;\n"
         "        const struct derived *derived = &ring->keys[i][purpose];\n",
         "tests/unit/liboidc/test_seal.c::purposes_do_not_open_each_other")
mutation("whatever begins like our cookie is it", "server/visitor.c",
         "    if (cookie->name_size != strlen(search->name) ||\n"
         "        memcmp(cookie->name, search->name, cookie->name_size) != 0)\n",
         "    if (strncmp(cookie->name, search->name, strlen(search->name)) != 0)\n",
         *here("cookies", "cve_2024_24814_chunk_count"))
mutation("an error is told in the provider's words", "server/refusal.c",
         "oidc_code_name(error->code), error->seconds_off);", "error->detail, error->seconds_off);",
         *here("pages", "cve_2017_6059_provider_words_on_the_error_page"))
mutation("a form is kept over the sign-in", "server/front.c",
         "    if (*upload_data_size > 0)\n        return drop(request, upload_data_size);\n",
         "    if (*upload_data_size > 0) {\n        char *form = strndup(upload_data, *upload_data_size);\n"
         "        if (form)\n            request_set_cookie(request, \"form\", form, 600);\n        free(form);\n"
         "        return drop(request, upload_data_size);\n    }\n",
         *here("pages", "cve_2021_32792_no_body_is_kept"))
mutation("what is denied is passed on", "server/stranger.c",
         "    if (site->unauthenticated == UNAUTHENTICATED_DENY && !request_is_navigation(request))\n"
         "        return bearer_ask(request);\n",
         "    if (site->unauthenticated == UNAUTHENTICATED_DENY && !request_is_navigation(request))\n"
         "        return proxy_begin(request, NULL, 0);\n",
         *here("pages", "cve_2025_31492_exactly_our_body"))
mutation("the session page shows what the provider calls the session", "server/session.c",
         "    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;\n",
         "    if (object)\n        json_object_set_new(object, \"sid\", json_string(identity->provider_session));\n"
         "    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;\n",
         *here("pages", "cve_2024_39315_session_page_shows_no_token"))
mutation("browsers may guess what an answer is", "server/respond.c",
         "    {\"X-Content-Type-Options\", \"nosniff\"},\n", "",
         *here("pages", "ais_link_in_json_of_the_session", "ais_link_is_rebuilt_and_the_linter_warns"))
mutation("a text of a person's is a format", "liboidc/handoff.c",
         "    return encode_value(text_of(identity, fact));\n",
         "    struct buf value;\n\n    buf_init(&value, HEADER_VALUE_MAX);\n"
         "    buf_addf(&value, text_of(identity, fact));\n    char *made = buf_steal(&value);\n"
         "    buf_free(&value);\n    return made;\n",
         *here("injection", "cve_2021_32785_subject_as_a_format"))
mutation("whoever is remembered is whoever comes", "server/session_cache.c",
         "    struct session_entry **set = set_of(cache, digest);\n\n"
         "    for (size_t way = 0; way < CACHE_WAYS; way++) {\n"
         "        if (set[way] && memcmp(set[way]->digest, digest, DIGEST_SIZE) == 0) {\n",
         "    (void)digest;\n"
         "    for (size_t place = 0; place < (size_t)CACHE_SETS * CACHE_WAYS; place++) {\n"
         "        struct session_entry **set = cache->entries[place / CACHE_WAYS];\n"
         "        const size_t way = place % CACHE_WAYS;\n        if (set[way]) {\n",
         *here("injection", "liboauth2_cwe_134_sessions_are_told_apart_byte_for_byte"))
mutation("a user name may have slashes", "liboidc/username.c",
         "c == '-' || c == '_' ||", "c == '/' || c == '-' || c == '_' ||",
         *here("injection", "rest_path_injection_user_name"))
mutation("every body has a type", "server/backchannel.c",
         "    return type && strncasecmp(type, form_type, size) == 0 &&",
         "    return strncasecmp(type, form_type, size) == 0 &&",
         *here("bodies", "cve_2021_20718_content_type"))
mutation("who announces a body sends one", "server/front.c",
         "    if (*upload_data_size == 0)\n        request->whole = true;\n",
         "    if (request_has_body(request) ? upload_data[0] == '\\0' : *upload_data_size == 0)\n"
         "        request->whole = true;\n",
         *here("bodies", "cve_2025_3891_empty_post"))
mutation("an escape always has its digits", "server/hex.h",
         "    if (size < 3 || text[0] != '%')\n        return -1;\n",
         "    if (text[0] != '%')\n        return -1;\n    if (size < 3)\n        __builtin_trap();\n",
         *here("http", "cve_2013_7038_lone_percent"))
mutation("libmicrohttpd reads digest authentication", "server/request.c",
         "    return request_header(request, \"Authorization\") != NULL;\n",
         "    return MHD_digest_auth_get_username(request->connection) ||\n"
         "           request_header(request, \"Authorization\") != NULL;\n",
         *here("http", "cve_2013_7039_digest_is_not_even_linked"))
mutation("libmicrohttpd reads forms", "server/front.c",
         "    if (*upload_data_size > 0)\n        return drop(request, upload_data_size);\n",
         "    if (*upload_data_size > 0) {\n"
         "        MHD_destroy_post_processor(MHD_create_post_processor(connection, 1024, NULL, NULL));\n"
         "        return drop(request, upload_data_size);\n    }\n",
         *here("http", "cve_2021_3466_post_processor_is_not_linked", "cve_2023_27371_multipart_boundary"))
mutation("libmicrohttpd upgrades connections", "server/front.c",
         "    return respond_plain_and_close(request, MHD_HTTP_BAD_REQUEST, refused);\n",
         "    if (request_header(request, \"Upgrade\"))\n"
         "        return respond_with(request, MHD_HTTP_SWITCHING_PROTOCOLS,\n"
         "                            MHD_create_response_for_upgrade(NULL, NULL));\n"
         "    return respond_plain_and_close(request, MHD_HTTP_BAD_REQUEST, refused);\n",
         *here("http", "cve_2025_62689_websocket_library_is_not_linked"))
mutation("nobody can see which libmicrohttpd it is", "server/options_print.c",
         "            \"liboidc %s, %s, libmicrohttpd %s, %s\\n\",", "            \"liboidc %s, %s, %.0s%s\\n\",",
         *here("http", "cve_2025_62689_version_tells_the_library"))
mutation("an unknown key has everything asked anew", "liboidc/refresh.c",
         "    refresh->next->keys_fetched_at = now;\n",
         "    refresh->next->keys_fetched_at = now;\n    if (now > 0)\n"
         "        return begin_discovery(refresh, error);\n",
         *here("secrets", "liboauth2_cwe_918_token_head_shapes_no_request"))
mutation("what a front end asks about is always a path", "server/auth.c",
         "    if (target_parse(raw, &target) != TARGET_OK)\n        return true;\n",
         "    target_parse(raw, &target);\n",
         *here("secrets", "liboauth2_cwe_763_forwarded_headers"))
mutation("X-Forwarded-Uri has two spellings", "server/request.c",
         "    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);\n",
         "    const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);\n\n"
         "    if (!value && strcmp(name, \"X-Forwarded-Uri\") == 0)\n"
         "        value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, \"X_Forwarded_Uri\");\n"
         "    return value;\n",
         *here("front ends", "cve_2026_39858_underscored_forwarded_headers"))
mutation("X-Forwarded-Prefix stands before our addresses", "server/to_sign_in.c",
         "asprintf(&location, \"%s%s?rd=%s%s%s\", site->url, site->paths.sign_in, rd,",
         "asprintf(&location, \"%s%s%s?rd=%s%s%s\", site->url,\n"
         "                       request_header(request, \"X-Forwarded-Prefix\")\n"
         "                           ? request_header(request, \"X-Forwarded-Prefix\") : \"\",\n"
         "                       site->paths.sign_in, rd,",
         *here("front ends", "ghsa_6384_m2mw_rf54_forwarded_prefix"))
mutation("a path is what is written", "server/target.c",
         "        if (byte >= 0) {\n            out += decode_escape(",
         "        if (byte > 255) {\n            out += decode_escape(",
         *here("front ends", "ghsa_6jwx_7vp4_9847_two_spellings_one_decision"))
mutation("an Ingress adds to nginx's configuration", "examples/ingress-nginx/forward-auth.yaml",
         "    nginx.ingress.kubernetes.io/auth-url: http",
         "    nginx.ingress.kubernetes.io/configuration-snippet: more_set_headers X;\n"
         "    nginx.ingress.kubernetes.io/auth-url: http",
         *here("front ends", "cve_2025_1974_examples_use_no_snippets"))

# --- handing over by alias tokens -------------------------------------------------------------------

mutation("another spelling of the name will do", "server/xnat_account_read.c",
         "    if (strcmp(username, reading->person->username) == 0)\n        return true;\n    if (strcasecmp",
         "    if (strcasecmp(username, reading->person->username) == 0)\n        return true;\n    if (strcasecmp",
         "tests/unit/server/test_xnat_account.c::every_answer_has_one_outcome",
         "tests/system/test_xnat_token.py::test_a_name_in_another_case")
mutation("any e-mail address will do", "server/xnat_account_read.c",
         "    if (email && email[0] != '\\0' && strcasecmp(email, reading->person->email) == 0)",
         "    if (reading->person->username[0] != '\\0' || email)",
         "tests/unit/server/test_xnat_account.c::every_answer_has_one_outcome")
mutation("an address that nobody has verified will do", "server/xnat_account.c",
         "    if (account->person.is_doubtful)\n",
         "    if (account->person.username[0] == '\\0')\n",
         "tests/unit/server/test_xnat_account.c::every_answer_has_one_outcome",
         f"{TOKENS}::test_claims_that_anybody_can_choose_are_no_evidence")
mutation("whose name is of the subject is locked out", "server/xnat_person.c",
         " && !identity->username_of_subject;", ";",
         "tests/unit/server/test_xnat_account.c::every_answer_has_one_outcome",
         f"{TOKENS}::test_an_unverified_address_beside_the_subject")
mutation("a subject whose characters were replaced is the only one", "liboidc/username.c",
         "    return has_provider && has_subject && is_kept(subject);",
         "    return has_provider && has_subject && (is_kept(subject) || subject);",
         "tests/unit/liboidc/test_username.c::a_subject_that_was_changed_is_not_the_only_one",
         f"{TOKENS}::test_a_subject_whose_characters_were_replaced_is_no_evidence")
mutation("a name without the provider's id is one provider's", "liboidc/username.c",
         "    return has_provider && has_subject && is_kept(subject);",
         "    return (has_provider || has_subject) && is_kept(subject);",
         "tests/unit/liboidc/test_username.c::the_subject_is_a_claim_of_its_own",
         f"{TOKENS}::test_a_subject_of_any_provider_is_no_evidence")
mutation("what other providers call people is not asked", "liboidc/mapping.c",
         "           !(config && settings_share_usernames(config, settings));",
         "           !(config && settings_share_usernames(config, settings) && !subject);",
         "tests/unit/liboidc/test_config.c::providers_whose_user_names_may_meet_are_known")
mutation("what the provider says of an address is not heard", "liboidc/mapping.c",
         "identity->email[0] != '\\0' && policy_is_email_unverified(claims),", "false && policy_is_email_unverified(claims),",
         "tests/unit/liboidc/test_policy.c::an_address_is_unverified_where_the_provider_says_so",
         f"{TOKENS}::test_claims_that_anybody_can_choose_are_no_evidence")
mutation("an address that may be another's is handed over", "liboidc/mapping.c",
         "    withhold_email(made);\n", "    if (0)\n        withhold_email(made);\n",
         "tests/unit/liboidc/test_policy.c::an_address_that_may_be_anothers_is_left_out",
         f"{TOKENS}::test_a_session_from_before_is_no_evidence_either",
         "tests/security/test_email_rules.py::test_an_address_that_may_be_anothers_is_handed_to_nobody")
mutation("nobody is told why an address is missing", "server/return_leg.c",
         "    email_withheld_tell(identity, request_reference(request));\n", "",
         "tests/security/test_email_rules.py::test_an_address_that_may_be_anothers_is_handed_to_nobody")
mutation("administrators' accounts are handed out", "server/xnat_account_read.c",
         "    return refuse(reading, OIDC_E_ACCOUNT_IS_ADMINISTRATOR,",
         "    return reading->person->username[0] != '\\0' || refuse(reading, OIDC_E_ACCOUNT_IS_ADMINISTRATOR,",
         "tests/unit/server/test_xnat_account.c::every_answer_has_one_outcome",
         "tests/hostile/test_soak.py::test_the_usurper_gets_as_far_as_xnat")
mutation("what an administrator disabled is enabled", "server/xnat_account.c",
         "    if (account->created && account->person.auto_enabled &&",
         "    if (account->person.auto_enabled &&",
         "tests/unit/server/test_xnat_account.c::every_answer_has_one_outcome")
mutation("anybody's token will do", "server/xnat_account_read.c",
         "    if (strcmp(user, reading->person->username) == 0)\n",
         "    if (user[0] != '\\0')\n",
         "tests/unit/server/test_xnat_account.c::every_answer_has_one_outcome",
         "tests/system/test_xnat_token.py::test_anothers_token_is_not_used")
mutation("accounts are created whatever policy says", "server/xnat_account.c",
         "    if (!account->may_create) {",
         "    if (account->person.username[0] == '\\0') {",
         "tests/unit/server/test_xnat_account.c::every_answer_has_one_outcome",
         "tests/system/test_xnat_token.py::test_nobody_is_created_where_policy_says_so")
mutation("a token that has expired will do", "server/xnat_account_read.c",
         "    if (expires_at <= now)\n",
         "    if (expires_at < 0)\n",
         "tests/unit/server/test_xnat_account.c::every_answer_has_one_outcome")
mutation("an account is made for a name that is another's", "server/xnat_handover.c",
         "    if (ownership_is_free(handover->worker, &handover->ownership, &handover->error))",
         "    if (handover)",
         f"{TOKENS}::test_no_account_is_made_for_a_name_that_is_anothers",
         f"{TOKENS}::test_one_of_many_who_come_at_once_has_the_name")
mutation("whoever asks for a name keeps it from others", "server/xnat_handover.c",
         "    if (ownership_is_free(handover->worker, &handover->ownership, &handover->error))",
         "    if (ownership_take(handover->worker, &handover->ownership, &handover->error))",
         f"{TOKENS}::test_who_was_turned_away_has_not_kept_the_name")
mutation("who waits for a name does not look again", "server/xnat_handover.c",
         "    if (start(handover))\n        handover->told",
         "    if (drive(handover))\n        handover->told",
         f"{TOKENS}::test_one_of_many_who_come_at_once_has_the_name")
mutation("a token makes nobody a name's owner", "server/xnat_handover.c",
         "    handover->signs_in = may_create;", "    handover->signs_in = false;",
         f"{TOKENS}::test_two_identities_with_one_name_and_one_address")
PAGES = "tests/unit/server/test_pages.c"
mutation("nobody is shown the way to their own account", "server/pages.c",
         "offer == PAGE_OFFER_XNAT_LOGIN && error->xnat_login_href", "false",
         f"{PAGES}::xnats_own_login_is_offered_where_there_is_an_account",
         f"{TOKENS}::test_accounts_that_no_identity_is_attached_to")
mutation("who has no account is shown the way to one", "server/page_kinds.h",
         'X(USER_NAME_TAKEN, "user_name_taken", SITE, AGAIN,',
         'X(USER_NAME_TAKEN, "user_name_taken", SITE, XNAT_LOGIN,',
         f"{PAGES}::xnats_own_login_is_offered_where_there_is_an_account")
for reason, kind, other in (("account_is_administrator", "ACCOUNT_ADMINISTRATOR", "ACCOUNT_EMAIL"),
                            ("account_email_differs", "ACCOUNT_EMAIL", "ACCOUNT_NAME"),
                            ("account_name_shared", "ACCOUNT_NAME", "USER_NAME_TAKEN"),
                            ("username_taken", "USER_NAME_TAKEN", "ACCOUNT_ADMINISTRATOR")):
    mutation(f"{reason} is told as another cause", "server/page_kinds.c",
             f'{{"{reason}", PAGE_KIND_{kind}}},', f'{{"{reason}", PAGE_KIND_{other}}},',
             f"{PAGES}::who_is_not_connected_is_told_the_cause")
mutation("the way to XNAT's own login is shown where it is switched off", "server/site.c",
         "    if (!site->password_login_disabled && site->unauthenticated",
         "    if (site->unauthenticated",
         f"{TOKENS}::test_xnats_own_login_is_not_offered_where_it_is_switched_off")
mutation("a way to XNAT's own login is shown where nobody gets there", "server/site.c",
         " && site->unauthenticated != UNAUTHENTICATED_DENY &&\n", " &&\n",
         "tests/system/test_unauthenticated.py::test_the_way_to_xnats_own_login[deny]")
mutation("a program is sent to sign in", "server/login.c",
         "request_is_navigation(request) ? redirect_to_sign_in", "request ? redirect_to_sign_in",
         "tests/system/test_unauthenticated.py::test_a_program_is_not_sent_to_sign_in[basic]")
mutation("XNAT's own logout is not logged", "server/visitor.c",
         '        log_event(LOG_INFO, "sign_out"', '        log_event(LOG_DEBUG, "signed_out"',
         "tests/system/test_sign_out.py::test_xnat_logout_ends_ours_too")
mutation("a log waits for its reader", "server/log.c",
         "output.stuck ? 0 : PATIENCE_MS", "-1",
         "tests/unit/server/test_log.c::a_log_that_nobody_reads_stops_nobody",
         "tests/system/test_logs.py::test_a_log_that_nobody_reads_stops_nobody")
mutation("a question that cannot be asked again was refused", "server/xnat_service.c",
         "        if (!ask_now(question))\n            tell(question, 0, \"out of memory\");\n        return;\n",
         "        if (ask_now(question))\n            return;\n",
         "tests/system/test_token_faults.py::"
         "test_a_question_that_cannot_be_asked_again_is_no_refusal")
for status in (400, 409, 500):
    mutation(f"an account that is there already is a refusal ({status})", "server/xnat_account.c",
             f"    {{CREATE, {status}, {status}, take_creation}},", f"    {{CREATE, {status}, {status}, take_refusal}},",
             f"{TOKENS}::test_somebody_else_made_it_meanwhile[{status}]")
mutation("each sign-in makes an account of its own", "server/xnat_person.c",
         "    copy(person->username, sizeof(person->username), identity->username);\n",
         "    snprintf(person->username, sizeof(person->username), \"%s-%lx\", identity->username,\n"
         "             (unsigned long)person);\n",
         f"{KILLED}::test_killed[sidecar: created]", f"{KILLED}::test_killed[xnat: created]",
         f"{KILLED}::test_killed[provider: looked up again]")
mutation("an account that a broken sign-in has made is another's", "server/xnat_account.c",
         "        ask(account, LOOK_AT_ROLES);\n",
         "        (account->may_create && !account->asked_to_create)\n"
         "            ? refuse(account, OIDC_E_XNAT_ANSWER_MALFORMED, \"email\")\n"
         "            : ask(account, LOOK_AT_ROLES);\n",
         f"{KILLED}::test_killed[sidecar: creation asked]", f"{KILLED}::test_killed[sidecar: created]",
         f"{KILLED}::test_killed[sidecar: looked up again]", f"{KILLED}::test_killed[sidecar: roles asked]",
         f"{KILLED}::test_killed[sidecar: token asked]", f"{KILLED}::test_killed[sidecar: token issued]",
         f"{KILLED}::test_killed[sidecar: cookie sent]", f"{KILLED}::test_killed[xnat: created]",
         f"{KILLED}::test_killed[xnat: token issued]")
mutation("an XNAT that is silent has no such account", "server/xnat_account.c",
         "    if (answer->status == 0)\n        refuse(",
         "    if (answer->status == 0)\n        take_absence(account, answer);\n"
         "    else if (answer->status < 0)\n        refuse(",
         f"{KILLED}::test_killed[xnat: looked up]", f"{KILLED}::test_killed[xnat: created]")
mutation("whoever gets no answer of XNAT's gets in", "server/return_leg.c",
         "    if (!worker->xnat)\n        return owns", "    if (worker->xnat)\n        return owns",
         f"{KILLED}::test_killed[xnat: code sent]", f"{KILLED}::test_killed[xnat: userinfo asked]",
         f"{KILLED}::test_killed[xnat: looked up]", f"{KILLED}::test_killed[xnat: token issued]")
mutation("everybody asks XNAT at once", "server/xnat_queue.c",
         "    turn->mine = *find(&queue->first, turn->name) == NULL;",
         "    turn->mine = true;",
         "tests/unit/server/test_xnat_queue.c::in_the_order_they_came")
mutation("a turn is left to who is gone", "server/mailbox.c",
         "    if (!mailbox->shut) {\n", "    {\n",
         "tests/unit/server/test_mailbox.c::nobody_writes_to_one_that_is_shut",
         "tests/unit/server/test_xnat_queue.c::all_may_go_at_the_end")
mutation("a worker ends and keeps the turn", "server/xnat_worker.c",
         "(worker->xnat->farewells.first || worker->xnat->renewals)", "worker->xnat->farewells.first",
         f"{TOKENS}::test_the_end_of_the_sidecar_waits_for_renewals")
mutation("a wrong password is tried again and again", "server/xnat_service.c",
         "&& !may_try(question))\n", "&& !may_try(question) && !question->worker)\n",
         "tests/system/test_xnat_token.py::test_a_wrong_password_is_not_tried_for_everybody")
mutation("a wrong password is tried at the same pace for ever", "server/xnat_pause.c",
         "begin_pause(pause, pause->refusals - 1, now);", "begin_pause(pause, 0, now);",
         "tests/unit/server/test_xnat_pause.c::each_refusal_doubles_the_pause",
         f"{TOKENS}::test_the_pause_after_a_wrong_password_doubles")
mutation("all try a refused password when its pause is over", "server/xnat_pause.c",
         "        pause->since = now;\n    }\n", "    }\n",
         "tests/unit/server/test_xnat_pause.c::one_tries_when_it_is_over")
mutation("questions under way together are as many refusals", "server/xnat_pause.c",
         "    if (try->refusals == before) {", "    {",
         "tests/unit/server/test_xnat_pause.c::those_under_way_together_are_one")
mutation("what nobody knows of is tried again at once", "server/xnat_pause.c",
         "        begin_pause(pause, 0, now);\n", "        pause->since = 0;\n",
         "tests/unit/server/test_xnat_pause.c::one_tries_when_it_is_over")
mutation("only what is found shows that the password was taken", "server/xnat_service.c",
         "    return is_success(answer->status) || answer->status == 403 ||\n           (session",
         "    return is_success(answer->status) || answer->status == 403 ||\n           (!session && session",
         f"{TOKENS}::test_the_pause_ends_when_the_password_is_taken")
mutation("a session waits for the password's pause", "server/xnat_service.c",
         "service->session[0] == '\\0' && !may_try(", "!may_try(",
         f"{TOKENS}::test_a_session_of_the_service_outlives_its_password")
mutation("a file that is written anew waits, too", "server/xnat_pause.c",
         "pause->refusals > 0 && file_stamp_same(&pause->file, file)", "pause->refusals > 0 && file != NULL",
         "tests/unit/server/test_xnat_pause.c::another_file_begins_anew")
mutation("the service account's file is read once", "server/xnat_service.c",
         "    if (!file_stamp(path, &stamp) || file_stamp_same(",
         "    if (path || !file_stamp(path, &stamp) || file_stamp_same(",
         "tests/system/test_xnat_token.py::test_a_new_password_is_taken_from_the_file")
mutation("a file that could not be read is not read again", "server/xnat_service.c",
         "        service->unusable = *stamp;\n", "        service->unusable = service->stamp = *stamp;\n",
         "tests/system/test_token_faults.py::test_a_file_that_could_not_be_read_is_read_again")
mutation("each question opens a session of XNAT's", "server/xnat_service.c",
         "    if (session[0] != '\\0')\n        memcpy(service",
         "    if (session[0] == '\\n')\n        memcpy(service",
         "tests/system/test_xnat_token.py::test_the_service_account_keeps_one_session_a_worker")
mutation("nobody waits for the first one's session", "server/xnat_session.c",
         "    if (xnat->leader)\n        return request->has_waited;\n",
         "",
         "tests/system/test_xnat_token.py::test_requests_at_once_wait_for_the_first_ones_session")
mutation("a session of XNAT's is not remembered", "server/xnat_session.c",
         "    if (!xnat_cookie_read(set_cookie, entry->xnat.id))\n",
         "    char given[XNAT_SESSION_MAX + 1];\n\n    if (!xnat_cookie_read(set_cookie, given))\n",
         "tests/system/test_xnat_token.py::test_a_client_that_keeps_no_cookies_does_not_exhaust_its_user")
mutation("a session of XNAT's that is known does not go along", "server/xnat_session.c",
         "        *id = xnat->id;\n        xnat->id_at = now;\n", "        xnat->id_at = now;\n",
         f"{TOKENS}::test_a_client_that_keeps_no_cookies_does_not_exhaust_its_user")
mutation("a browser's own session of XNAT's does not arrive", "server/upstream_head.c",
         "        add_cookie_line(head, rest);", '        add_cookie_line(head, "");',
         f"{TOKENS}::test_a_browser_has_one_session_of_xnats")
mutation("an upload of two gibibytes is none", "server/proxy.c",
         "(curl_off_t)strtoll(length, NULL, 10)", "(curl_off_t)(strtoll(length, NULL, 10) & 0x7fffffff)",
         f"{TOKENS}::test_two_gibibytes_arrive_whole[program]",
         f"{TOKENS}::test_two_gibibytes_arrive_whole[session]")
mutation("an upload is kept until XNAT takes it", "server/pipe.h",
         "#define PIPE_SIZE 65536", "#define PIPE_SIZE ((size_t)64 << 20)",
         f"{TOKENS}::test_two_gibibytes_arrive_whole[program]",
         f"{TOKENS}::test_two_gibibytes_arrive_whole[session]")
mutation("bearer tokens go together with alias tokens", "server/site_handover.c",
         "        if (!takes)\n", "        if (takes || !takes)\n",
         f"{TOKENS}::test_bearer_tokens_do_not_go_together_with_it")
mutation("a browser that asks is told what XNAT lets people in with", "server/auth.c",
         "    return original && !is_ours(request, original);", "    return original || !original;",
         f"{TOKENS}::test_forward_auth_tells_a_browser_nothing",
         f"{TOKENS}::test_forward_auth_tells_a_stranger_nothing",
         "tests/interop/test_token_front_ends.py::test_a_script_learns_no_token")
mutation("a browser that asks about our own pages is a front end", "server/auth.c",
         "    return original && !is_ours(request, original);", "    return original != NULL;",
         f"{TOKENS}::test_forward_auth_tells_a_browser_nothing")
mutation("anybody may say that they are a front end", "server/auth.c",
         "    const char *original =\n        request_peer_is_trusted(request) ? request_header",
         "    const char *original =\n        request ? request_header",
         f"{TOKENS}::test_forward_auth_tells_a_stranger_nothing")
mutation("what a browser is told is kept for front ends", "server/auth.c",
         "    return (struct allowed){.own = true};", "    return (struct allowed){.own = false};",
         f"{TOKENS}::test_forward_auth_tells_a_browser_nothing")
mutation("a refused token is sent again", "server/xnat_session.c",
         "worker->now < xnat->expires_at && !is_refused(worker, xnat);",
         "worker->now < xnat->expires_at;",
         "tests/system/test_xnat_token.py::test_a_script_learns_of_it_first")
mutation("a refusal is of whichever token there is by now", "server/xnat_session.c",
         "request->token != xnat->token", "false",
         f"{TOKENS}::test_a_late_refusal_of_the_old_token_is_none_of_the_new_one")
mutation("a new token whenever one is refused", "server/xnat_session.c",
         "clock_has_passed(xnat->tried_at, RENEWAL_PAUSE, now)",
         "now >= 0",
         "tests/system/test_xnat_token.py::test_a_token_that_xnat_refuses_is_replaced")
mutation("a token is renewed when it has ended", "server/xnat_session.c",
         " || worker->now >= xnat->renew_at",
         "",
         "tests/system/test_xnat_token.py::test_a_token_is_renewed_before_it_ends")
mutation("the token outlives the session", "server/xnat_farewell.c",
         "    if (xnat_token_of(session, &token))\n        xnat_farewell",
         "    if (false && xnat_token_of(session, &token))\n        xnat_farewell",
         "tests/system/test_xnat_token.py::test_sign_out_ends_all_of_it",
         "tests/system/test_xnat_token.py::test_back_channel_logout_does_so_too")
mutation("a session that is found to be over leaves its token", "server/visitor.c",
         "        xnat_farewell(worker, &search->entry->xnat, search->entry->session);\n", "",
         f"{TOKENS}::test_whoever_asks_at_once_is_out_too",
         f"{TOKENS}::test_who_was_idle_too_long_is_out_of_xnat")
mutation("who has left goes on with XNAT's session", "server/upstream_head.c",
         "head->request->visitor_has_left ? xnat_cookie_name : NULL", "NULL",
         f"{TOKENS}::test_who_was_idle_too_long_is_out_of_xnat[pass]")
mutation("XNAT's session outlives ours where nobody here saw it", "server/visitor.c",
         "        xnat_farewell_stray(leave->request->worker, id);\n", "",
         f"{TOKENS}::test_after_a_restart_the_browser_tells_what_has_to_go")
mutation("one request makes XNAT log out as many as it names", "server/visitor.c",
         "    return leave->tries < TRIES_MAX;\n", "    return true;\n",
         f"{TOKENS}::test_one_request_ends_few_sessions_at_xnat")
mutation("signing out takes anybody's credentials to XNAT", "server/sign_out.c",
         "    request->credentials_taken = true;", "",
         "tests/system/test_sign_out.py::test_sign_out_takes_no_credentials_to_xnat")
mutation("a session that is over takes every later one of XNAT's with it", "server/visitor.c",
         "end_at_xnat, &leave);\n    take_cookies_away(request);\n", "end_at_xnat, &leave);\n",
         f"{TOKENS}::test_whoever_signs_in_to_xnat_itself_after_that_stays")
mutation("XNAT's own login is taken away with what is over", "server/stranger.c",
         "            request_unset_cookie(request, xnat_cookie_name);\n", "            break;\n",
         f"{TOKENS}::test_whoever_signs_in_to_xnat_itself_after_that_stays[False]")
mutation("a session whose key has gone goes on in XNAT", "server/visitor.c",
         "                                code == OIDC_E_SESSION_INVALID;\n", "                                false;\n",
         f"{TOKENS}::test_a_session_whose_key_has_gone_is_over")
mutation("what was in doubt is forgotten with the next cookie", "server/visitor.c",
         "request->visitor_unread = request->visitor_unread || code", "request->visitor_unread = code",
         "tests/system/test_token_faults.py::"
         "test_what_cannot_be_read_may_be_good_beside_a_session_that_is_over[{good}; {over}]")
mutation("who is in doubt has left", "server/visitor.c",
         "!request->visitor_unread && request->worker->xnat;", "request->worker->xnat;",
         "tests/system/test_token_faults.py::"
         "test_what_cannot_be_read_may_be_good_beside_a_session_that_is_over")
DOUBT = "tests/system/test_token_faults.py::test_whose_session_cannot_be_read_is_not_told_that_there_is_none"
for path, source, then in (("/oidc/session", "session.c", "    if (!entry)"),
                           ("/oidc/signed-out", "signed_out.c", "    if (target_parameter(&"),
                           ("/oidc/auth", "auth.c", "    entry = visitor_of(request);\n    return entry"),
                           ("/oidc/auth-redirect", "auth.c", "    entry = visitor_of(request);\n    if (entry)")):
    refuses = "answer_in_doubt" if source == "auth.c" else "respond_short_of_memory"
    mutation(f"who is in doubt is nobody to {path}", f"server/{source}",
             f"    if (visitor_is_in_doubt(request))\n        return {refuses}(request);\n" + then, then,
             f"{DOUBT}[{path}]")
mutation("a front end is told of doubt in words that it does not know", "server/auth.c",
         "    return respond_plain_and_close(request, MHD_HTTP_FORBIDDEN,",
         "    return respond_plain_and_close(request, MHD_HTTP_SERVICE_UNAVAILABLE,",
         f"{DOUBT}[/oidc/auth]", f"{DOUBT}[/oidc/auth-redirect]")
FORWARD_AUTH = "tests/system/test_forward_auth.py"
mutation("a forward-auth answer grows by a renewed cookie", "server/auth.c",
         "    return size < ANSWER_LIMIT;\n", "    return size > 0;\n",
         f"{FORWARD_AUTH}::test_a_renewed_cookie_comes_where_it_has_room[headers]",
         f"{FORWARD_AUTH}::test_a_renewed_cookie_comes_where_it_has_room[xnat-token]")
mutation("a cookie for which there was no room is forgotten", "server/visitor.c",
         "        request->visitor->owes_cookie = true;\n", "        request->visitor->owes_cookie = false;\n",
         f"{FORWARD_AUTH}::test_a_renewed_cookie_comes_where_it_has_room[headers]")
mutation("who is not signed in for want of room is not told why", "server/visitor.c",
         "    if (!signed_in && error->code == OIDC_OK)\n", "    if (0)\n",
         "tests/unit/server/test_visitor.c::no_room_for_the_cookie_is_a_reason")
mutation("what is written around the headers is no part of the answer", "server/auth.c",
         "#define HEADER_FRAME 4\n", "#define HEADER_FRAME 0\n",
         f"{FORWARD_AUTH}::test_a_renewed_cookie_has_room_to_the_last_byte")
mutation("who uploads is idle", "server/worker.c",
         "        visitors_keep_awake(worker);\n", "",
         f"{TOKENS}::test_who_uploads_is_not_idle")
mutation("a flood of sessions keeps others from being logged out", "server/xnat_farewell.c",
         "    log_session_out(worker, id, true);", "    log_session_out(worker, id, false);",
         f"{TOKENS}::test_whoever_writes_sessions_keeps_nobody_elses_alive")
for status in (401, 403):
    mutation(f"an account that XNAT refuses stops the start: {status}", "server/xnat_check.c",
             f"    {{{status}, {status}, WARNING,", f"    {{{status}, {status}, ERROR,",
             f"{TOKENS}::test_check_config_tries_the_account")
mutation("a late answer takes away what it did not bring", "server/xnat_forward.c",
         "    if (given)\n        request_set_cookie(", "    if (given || entry)\n        request_set_cookie(",
         f"{TOKENS}::test_an_answer_that_comes_after_sign_out_lets_nobody_in[True-held-answer]")
mutation("an answer after sign-out brings the session back", "server/respond.c",
         "        request->before_answer(request);\n", "        ;\n",
         "tests/system/test_sign_out.py::test_late_answer_brings_no_session_back[our sign-out]",
         "tests/system/test_sign_out.py::test_late_answer_brings_no_session_back[XNAT's]",
         "tests/system/test_sign_out.py::test_late_answer_brings_no_session_back[somebody else signs in]",
         "tests/system/test_sign_out.py::test_answer_that_never_came_brings_no_session_back[our sign-out]",
         "tests/system/test_sign_out.py::test_answer_before_the_end_of_an_upload_brings_no_session_back[our sign-out]",
         f"{TOKENS}::test_an_early_answer_to_an_upload_renews_no_session_that_is_over[True]")
mutation("every answer takes the session's fresh cookie away", "server/visitor.c",
         "    if (request->visitor && visitor_has_ended(request->worker, request->visitor))\n",
         "    if (request->visitor)\n",
         "tests/system/test_sign_out.py::test_late_answer_brings_no_session_back[nobody leaves]")
mutation("an answer after sign-out signs in again", "server/xnat_forward.c",
         "        end_too(request, entry, given);\n", "        xnat_session_answered(request, entry);\n",
         f"{TOKENS}::test_an_answer_that_comes_after_sign_out_lets_nobody_in")
mutation("an XNAT that is being started has lost everybody", "server/xnat_session.c",
         " && (!stay->missed || missed_before)", " && (!stay->missed || missed_before || stay->read)",
         f"{TOKENS}::test_gone_is_who_is_gone_twice")
mutation("sessions end with nobody noticing", "server/xnat_session.c",
         "    if (!visitor_has_ended(worker, entry))\n        return;\n",
         "    if (entry)\n        return;\n",
         "tests/system/test_xnat_token.py::test_back_channel_logout_does_so_too",
         "tests/system/test_xnat_token.py::test_a_session_that_has_lived_its_life_ends_in_xnat")
mutation("XNAT's login page is where it ends", "server/xnat_forward.c",
         "                request_is_navigation(request) && request->raw[0] == '/';",
         "                request->raw[0] == '\\n';",
         "tests/system/test_xnat_token.py::test_a_token_that_xnat_refuses_is_replaced")
mutation("the token stays where it is", "server/xnat_forward.c",
         "    return proxy_begin_watched(request, &credentials, 1, on_head);",
         "    return proxy_begin_watched(request, &credentials, 0, on_head);",
         "tests/system/test_xnat_token.py::test_requests_carry_the_token_and_no_identity_headers")
mutation("a goodbye that was refused is the last", "server/xnat_farewell.c",
         "status == MHD_HTTP_UNAUTHORIZED || ", "",
         "tests/system/test_xnat_token.py::test_sign_out_while_the_password_changes")
mutation("the end does not wait for goodbyes", "server/xnat_worker.c",
         "(worker->xnat->farewells.first || worker->xnat->renewals)", "worker->xnat->renewals",
         "tests/system/test_xnat_token.py::test_the_end_of_the_sidecar_waits_for_it")
mutation("the end waits for what strangers bring", "server/xnat_worker.c",
         "(worker->xnat->farewells.first || worker->xnat->renewals)",
         "(worker->xnat->farewells.first || worker->xnat->strays.first || worker->xnat->renewals)",
         f"{TOKENS}::test_the_end_of_the_sidecar_waits_for_nothing_that_a_stranger_brings")
mutation("a key file that says anything is written over lightly", "server/site_keys.c",
         "content == CONTENT_BLANK)\n", "content != CONTENT_BLANK)\n",
         "tests/system/test_configuration.py::test_how_a_key_file_is_filled")
mutation("what cannot be used comes without a cure", "server/site_keys.c",
         "== OIDC_CLASS_SYSTEM) {", "!= OIDC_CLASS_SYSTEM) {",
         "tests/system/test_configuration.py::test_how_a_key_file_is_filled",
         "tests/system/test_configuration.py::test_authorities_that_are_none")
mutation("a key under a passphrase is to be written anew", "server/site_keys.c",
         "content == CONTENT_ENCRYPTED &&", "content == CONTENT_BLANK &&",
         "tests/system/test_configuration.py::test_a_key_under_a_passphrase")
for least, most in ((300, 399), (404, 404)):
    mutation(f"XNAT that is being deployed stops the start: {least}", "server/xnat_check.c",
             f"    {{{least}, {most}, WARNING,", f"    {{{least}, {most}, ERROR,",
             f"{TOKENS}::test_check_config_while_xnat_is_deployed[{302 if least == 300 else least}]")
mutation("workers for processors that are others'", "server/options.c",
         "if (sched_getaffinity(0, sizeof(set), &set) == 0)", "if (sched_getaffinity(0, sizeof(set), &set) == 1)",
         "tests/unit/server/test_options.c::workers_are_for_the_processors_that_we_may_use")
mutation("a variable of no option is silent", "server/options_environment.c",
         "is_from_kubernetes(entry, size))\n", "(is_from_kubernetes(entry, size) || true))\n",
         "tests/unit/server/test_options.c::variables_of_no_option_are_told_of",
         "tests/system/test_configuration.py::test_a_variable_of_no_option")
mutation("what Kubernetes sets is a mistake", "server/options_environment.c",
         "is_from_kubernetes(entry, size))\n", "(is_from_kubernetes(entry, size) && false))\n",
         "tests/unit/server/test_options.c::variables_of_kubernetes_are_left_alone")
mutation("administrators without a way in are not told of", "server/site_handover.c",
         "    if (site->password_login_disabled) {\n", "    if (0) {\n",
         "tests/system/test_configuration.py::test_administrators_without_a_way_in[true-xnat-token-login-1]")
mutation("administrators whom deny keeps out are not told of", "server/site_handover.c",
         "    } else if (site->unauthenticated == UNAUTHENTICATED_DENY) {\n", "    } else if (0) {\n",
         "tests/system/test_configuration.py::test_administrators_without_a_way_in[false-xnat-token-deny-1]")
mutation("Redis announces what it likes", "server/redis_wire.c",
         "    return may_announce(wire) ? wire->", "    return wire ? wire->",
         "tests/unit/server/test_redis_link.c::more_elements_than_can_come_break_the_link")
mutation("each array of an answer is counted for itself", "server/redis_wire.c",
         "wire->announced += (size_t)elements", "wire->announced = (size_t)elements",
         "tests/unit/server/test_redis_link.c::more_elements_than_can_come_break_the_link")
mutation("Connection takes a front end's words away", "server/upstream_head.c",
         "field_is_hop_by_hop(name, tells_where_from ? NULL : head->connection)",
         "field_is_hop_by_hop(name, head->connection)",
         "tests/system/test_scrubbing.py::test_connection_takes_no_word_of_a_front_end_away",
         "tests/system/test_scrubbing.py::test_connection_is_heard_about_all_else")
mutation("what Connection names is not looked at any more", "server/upstream_head.c",
         "(tells_where_from && (!head->trusted || ", "(tells_where_from && ((!head->trusted && !head->connection) || ",
         "tests/system/test_scrubbing.py::test_connection_makes_nobody_believed")
mutation("who tries forged tokens is told what is wrong with them", "server/bearer.c",
         "&(struct refusal_text){.sentence = refusals[answer].text, .challenge = challenge});",
         "&(struct refusal_text){.sentence = refusals[answer].text, .challenge = challenge,\n"
         "                               .reason = oidc_code_name(error->code)});",
         "tests/hostile/test_bearer.py::test_bad_claims")
mutation("programs are told no reference", "server/respond.c",
         'text_addf(&text, "Reference: %s\\n", request_reference(request));', "(void)request;",
         "tests/system/test_upstream_trouble.py::test_pages_for_people_and_words_for_programs",
         "tests/system/test_xnat_token.py::test_a_script_is_told_why_there_is_no_new_one")
mutation("a secret in a path is logged", "server/discreet.c",
         '        text_adds(&told, "…");', "        text_adds(&told, rest);",
         "tests/unit/server/test_discreet.c::whatever_the_spelling_no_secret_is_told",
         "tests/system/test_logs.py::test_a_secret_in_the_path_is_not_told",
         f"{CANARIES}::test_is_nowhere")
mutation("capitals hide a secret in a path", "server/discreet.c",
         "strcasestr(path, tokens)", "strstr(path, tokens)",
         "tests/unit/server/test_discreet.c::whatever_the_spelling_no_secret_is_told",
         "tests/system/test_logs.py::test_a_secret_in_the_path_is_not_told")
mutation("what libmicrohttpd says of a request is logged as it is", "server/front.c",
         "    discreet_message(text);\n", "",
         "tests/system/test_logs.py::test_nor_where_the_answer_cannot_be_sent")
mutation("a header for which there is no memory is left out", "server/answer_head.c",
         'value[0] ? value : " ") == MHD_YES', 'value[0] ? value : " ") >= MHD_NO',
         "tests/unit/server/test_answer_head.c::a_field_that_finds_no_memory_is_missed")
mutation("libmicrohttpd gets half an end of line", "server/answer_head.c",
         """ || value[strcspn(value, "\\r\\n")] != '\\0' ||""", " ||",
         "tests/unit/server/test_answer_head.c::names_and_values_that_are_none_stay")
mutation("a shared cache keeps somebody's cookie", "server/proxy.c",
         "return proxy->request->cookie_count > 0 ||", "return proxy->request->cookie_count > REQUEST_COOKIES_MAX ||",
         "tests/system/test_proxy.py::test_an_answer_with_a_fresh_cookie_is_kept_nowhere")
mutation("a shared cache keeps a session of XNAT's", "server/proxy.c",
         "(proxy->personal && answer_head_field(&proxy->answer, MHD_HTTP_HEADER_SET_COOKIE))", "false",
         "tests/system/test_proxy.py::test_an_answer_that_begins_a_session_at_xnat_is_kept_nowhere")
mutation("a cache keeps what is allowed in small letters", "server/answer_head.c",
         "if (strcasecmp(name, names[i]) == 0)", "if (strcmp(name, names[i]) == 0)",
         "tests/system/test_proxy.py::test_an_answer_with_a_fresh_cookie_is_kept_nowhere",
         "tests/system/test_proxy.py::test_an_answer_that_begins_a_session_at_xnat_is_kept_nowhere")
mutation("a cache keeps what a field for it alone allows", "server/answer_head.c", '"CDN-Cache-Control",',
         '"X-Nothing",', "tests/system/test_proxy.py::test_an_answer_with_a_fresh_cookie_is_kept_nowhere")
mutation("an answer goes without the header that found no memory", "server/respond.c",
         "    MHD_destroy_response(response);\n    return NULL;\n", "    return response;\n",
         "tests/unit/server/test_respond.c::every_header_is_there_or_there_is_no_answer",
         "tests/unit/server/test_respond.c::a_refusal_may_lose_its_reason_not_its_challenge")
mutation("a connection at the end of its time is not told so", "server/respond.c",
         "        response = respond_add(response, MHD_HTTP_HEADER_CONNECTION, \"close\");\n    result",
         "        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, \"close\");\n    result",
         "tests/unit/server/test_respond.c::every_header_is_there_or_there_is_no_answer")

# --- what the log says at night ---------------------------------------------------------------------

TROUBLE = "tests/system/test_upstream_trouble.py::"
mutation("what may have been done is done again", "server/transfers.c",
         "    curl_easy_setopt(transfer->easy, CURLOPT_FRESH_CONNECT, 1L);\n", "",
         f"{TROUBLE}test_what_may_have_been_done_is_sent_once")
mutation("an answer that we refuse reads as a full disk", "server/upstream_note.c",
         "    note->fault = fault;\n", "    (void)note;\n    (void)fault;\n",
         f"{TROUBLE}test_the_log_says_why[head]")
mutation("libcurl's own words are lost", "server/upstream_note.c",
         "CURLOPT_ERRORBUFFER, note->libcurl", "CURLOPT_ERRORBUFFER, NULL",
         f"{TROUBLE}test_the_log_says_why[no HTTP]", f"{TROUBLE}test_down_and_up_again",
         f"{TROUBLE}test_breaks_off_in_mid_body")
mutation("a descriptor that is not left is XNAT's trouble", "server/upstream_note.c",
         "(errno == EMFILE || errno == ENFILE)", "errno == ENFILE",
         f"{TROUBLE}test_a_descriptor_that_is_not_left_is_no_trouble_of_xnats")
mutation("a certificate file that is none is a broken answer", "server/upstream_failure.c",
         '    {CURLE_SSL_CACERT_BADFILE, MHD_HTTP_BAD_GATEWAY, "upstream_tls", out_of_reach},\n', "",
         "tests/unit/server/test_upstream_failure.c::a_code_has_a_reason_and_a_status")
mutation("memory that is short is XNAT's trouble", "server/upstream_failure.c",
         "        result = CURLE_OUT_OF_MEMORY;\n", "        result = CURLE_WRITE_ERROR;\n",
         "tests/unit/server/test_upstream_failure.c::what_we_refuse_is_told_in_our_words")
mutation("a descriptor that was not needed is told of", "server/upstream_note.c",
         " && result != CURLE_COULDNT_CONNECT)", " && note->libcurl[0] == 1)",
         "tests/unit/server/test_upstream_failure.c::a_descriptor_that_was_not_needed_is_not_told_of")
CROWDS = "tests/system/test_crowds.py::"
mutation("nobody is told that descriptors run out", "server/front.c",
         "if (crowd_is_meant(context, format) || !log_wants(LOG_DEBUG))", "if (!log_wants(LOG_DEBUG))",
         f"{CROWDS}test_no_descriptor_is_left")
mutation("it is told at each turn that descriptors run out", "server/crowd.c",
         "    worker->crowd_told_at = worker->now;\n", "", f"{CROWDS}test_no_descriptor_is_left")
mutation("a worker that takes no more is silent", "server/crowd.c",
         "        tell(worker, CROWD_FULL);\n", "        return;\n",
         f"{CROWDS}test_a_worker_has_all_that_it_takes")
mutation("connections are never over", "server/crowd.c", "    worker->connections--;\n", "    (void)worker;\n",
         f"{CROWDS}test_no_descriptor_is_left")
mutation("a start without descriptors says nothing of a cure", "server/sidecar.c",
         '              LOG_TEXT("hint", allow_more));', '              LOG_TEXT("hint", NULL));',
         f"{CROWDS}test_a_start_without_descriptors_says_what_to_do[24-False]")
mutation("a port without a descriptor is to be another port", "server/sidecar.c",
         "    if (is_shortage(error))\n", "    if (is_shortage(0))\n",
         f"{CROWDS}test_a_start_without_descriptors_says_what_to_do[12-True]")
MALFORMED = "tests/system/test_malformed.py::test_the_log_says_what_is_wrong"
mutation("nobody can see why a request is malformed", "server/front.c", "    request->fault = fault;\n", "    (void)fault;\n",
         f"{MALFORMED}[raw fragment]", f"{MALFORMED}[two hosts]", f"{MALFORMED}[folded line]")
mutation("of a head's faults the last is told", "server/framing.c",
         "    if (!framing->fault)\n        framing->fault = fault;\n", "    framing->fault = fault;\n",
         "tests/system/test_malformed.py::test_refused[length past 63 bits and then a header]",
         f"{MALFORMED}[length past 63 bits and then a header]")
LIFE = "tests/system/test_lifecycle.py::"
mutation("nobody can see who ended it", "server/ending.c", "LOG_NUMBER(\"sender\", sign.ssi_pid)",
         "LOG_TEXT(\"sender\", NULL)", f"{LIFE}test_the_log_says_who_ended_it")
mutation("every end is by SIGTERM", "server/ending.c", "        if ((uint32_t)signals[i].number == number)\n",
         "        if (number)\n", f"{LIFE}test_the_log_says_who_ended_it[SIGHUP]")
mutation("requests are cut in silence", "server/ending.c",
         "    tell_cut(site, why_cut[ending]);\n", "    (void)why_cut;\n    (void)ending;\n    (void)tell_cut;\n",
         f"{LIFE}test_second_sigterm_does_not_wait")


# --- what pages and logs show, and what switches switch ---------------------------------------------

mutation("the sign-in page has what the file says of it, as it is", "server/sign_in.c",
         "static enum MHD_Result show_choice(",
         "#include \"keeper.h\"\n#include \"liboidc/provider.h\"\n\n"
         "static char *with_links(const struct site *site, const struct page_sign_in *page)\n{\n"
         "    char *html = page_sign_in(page);\n\n"
         "    for (size_t i = 0; html && i < site->keeper_count; i++) {\n"
         "        oidc_provider *provider = keeper_provider(&site->keepers[i]);\n"
         "        char *longer = NULL;\n\n"
         "        if (asprintf(&longer, \"%s%s\", html, provider->settings->link) < 0)\n"
         "            longer = NULL;\n"
         "        free(html);\n        html = longer;\n        oidc_provider_unref(&provider);\n    }\n"
         "    return html;\n}\n\n#define page_sign_in(page) with_links(site, page)\n\n"
         "static enum MHD_Result show_choice(",
         *here("pages", "ais_link_is_rebuilt_and_the_linter_warns", "cve_2026_33525_sign_in_page_texts"))
mutation("a page has the request's path", "server/routes.c",
         'return respond_plain(request, MHD_HTTP_NOT_FOUND, "There is nothing at this address.\\n");',
         'return respond_text(request, MHD_HTTP_NOT_FOUND, "text/html; charset=utf-8",\n'
         "                        strdup(request->target.resolved));",
         *here("pages", "cve_2019_1010247_request_values"))
mutation("who somebody is, is a page", "server/session.c", 'content_type[] = "application/json";',
         'content_type[] = "text/html";', *here("pages", "mao_2026_unescaped_claims"))
mutation("an answer that is none is quoted", "liboidc/exchange.c",
         'return oidc_fail(error, OIDC_E_ANSWER_STATUS, "%s: the provider answered %d, not 200",\n'
         "                         purpose, response->status);",
         'return oidc_fail(error, OIDC_E_ANSWER_STATUS, "%s: the provider answered %d: %.40s", purpose,\n'
         "                         response->status, response->body_size > 0 ? response->body : \"\");",
         *here("secrets", "mao_2026_canaries_of_lying_providers"))
mutation("providers are shown who should not be", "server/sign_in.c", "        if (provider->visible)\n",
         "        if (provider)\n", *here("secrets", "liboauth2_cwe_200_site_switches_switch"))
mutation("one switch of accounts switches another", "liboidc/handoff.c",
         "FLAG, offsetof(oidc_identity, auto_enabled)", "FLAG, offsetof(oidc_identity, auto_verified)",
         *here("secrets", "liboauth2_cwe_200_provider_switches_switch"))
for gate, check in (("role", "gates->role && !lists_any("), ("typ", "gates->type && !gates_list_type(")):
    mutation(f"the gate of {gate} is read and forgotten", "liboidc/gates.c", f"    if ({check}", f"    if (0 && {check}",
             *here("email", f"cve_2021_21411_every_gate_refuses_alone[{gate}Check]"))
mutation("no address is one", "liboidc/email.c", "at && strlen(text) <= OIDC_EMAIL_MAX &&", "!at &&",
         *here("email", "cve_2026_40574_the_plain_address_is_admitted"))
mutation("a text may have a NUL", "liboidc/json.c", "JSON_REJECT_DUPLICATES", "JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL",
         *here("headers", "mao_2_4_19_3_nul_in_a_claim"), "tests/unit/liboidc/test_jws.c::payloads_must_be_objects")
mutation("the session that a browser brings is that of whoever signs in", "server/visitor.c",
         "    put = request_set_cookie(request, site->cookies.session, sealed, left);",
         "    struct cookie brought;\n    put = request_cookie(request, site->cookies.session, &brought) ||\n"
         "          request_set_cookie(request, site->cookies.session, sealed, left);",
         *here("csrf", "mao_2_4_20_1_planted_session_cookie"))
mutation("nginx is told to hand on less", "examples/nginx/auth-request.conf",
         "    proxy_set_header X-XNAT-OIDC-Given-Name $oidc_given_name;\n", "",
         *here("front ends", "cve_2026_30851_every_example_passes_on_the_whole_set"))
mutation("a chart opens a door of its own", "examples/helm/chart/templates/secret.yaml", "kind: Secret", "kind: Ingress",
         *here("front ends", "cve_2025_1974_the_chart_configures_no_ingress"))
mutation("who is refused by XNAT is told what it was asked with", "server/refusal.c",
         "enum MHD_Result refusal_show(struct request *request, const char *provider, const oidc_error *error)\n"
         "{\n    refusal_log(request, provider, error);\n"
         "    return respond_error(request, (unsigned)oidc_code_http_status(error->code),\n"
         "                         oidc_code_name(error->code), error->seconds_off);",
         '#include "xnat_worker.h"\n\n'
         "enum MHD_Result refusal_show(struct request *request, const char *provider, const oidc_error *error)\n"
         "{\n    const char *reason = oidc_code_name(error->code);\n\n    refusal_log(request, provider, error);\n"
         '    if (strncmp(reason, "account_", 8) == 0 && request->worker->xnat)\n'
         "        reason = request->worker->xnat->service.credentials.authorization;\n"
         "    return respond_error(request, (unsigned)oidc_code_http_status(error->code), reason,\n"
         "                         error->seconds_off);",
         f"{CANARIES}::test_is_nowhere[{TOKEN_RUN}-credentials of the service account]")
mutation("who is asked before a sign-out is shown their cookie", "server/signed_out.c",
         "            .stay_href = return_to,\n",
         "            .stay_href = ({\n                struct cookie shown = {0};\n\n"
         "                request_cookie(request, site->cookies.session, &shown);\n"
         "                shown.value ? shown.value : return_to;\n            }),\n",
         f"{CANARIES}::test_is_nowhere[{TOKEN_RUN}-session cookie]")
