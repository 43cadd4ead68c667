"""Published and unpublished faults of our peers, and the tests that show us free of each.

One row each. A row that cannot apply says why. `test_table.py` checks that every named test exists and
that SECURITY.md has the table that this module prints; `python3 tests/security/advisories.py --update`
writes it anew. Nothing here needs a build.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- made by tests/security/advisories.py --update -->", "<!-- end -->"

# The programs whose every published advisory has a row; others are here for what they teach.
PEERS = ("oauth2-proxy", "mod_auth_openidc", "vouch-proxy", "cjose", "libmicrohttpd")


@dataclass(frozen=True)
class Class:
    key: str
    title: str
    file: str  # in tests/security


@dataclass(frozen=True)
class Advisory:
    ident: str
    project: str
    klass: str
    cause: str
    tests: tuple
    reason: str = ""  # why it cannot apply; then `tests` may be empty

    @property
    def name(self):
        return f"{self.ident} ({self.project})"

    @property
    def published(self):
        """Whether it counts among the published advisories of the programs we are compared with."""
        return self.project in PEERS and bool(re.match("CVE-|GHSA-", self.ident))


CLASSES = [
    Class("redirect", "open redirects", "test_open_redirect.py"),
    Class("headers", "identity headers that survive", "test_identity_headers.py"),
    Class("skipped", "skipped authentication", "test_skipped_authentication.py"),
    Class("tokens", "token validation", "test_token_validation.py"),
    Class("email", "e-mail and group rules", "test_email_rules.py"),
    Class("csrf", "login CSRF, session fixation", "test_login_csrf.py"),
    Class("crypto", "cryptography", "test_crypto.py"),
    Class("cookies", "cookie parsing", "test_cookies.py"),
    Class("pages", "XSS, content leaks on pages", "test_pages.py"),
    Class("injection", "format strings, injection", "test_injection.py"),
    Class("bodies", "bodies and other denials of service", "test_bodies.py"),
    Class("http", "the HTTP library, smuggling", "test_http_library.py"),
    Class("secrets", "secrets, SSRF, switches", "test_secrets.py"),
    Class("front ends", "front ends, and what they hand on", "test_front_ends.py"),
]
FILES = {each.key: each.file for each in CLASSES}

O2P, MAO, VOUCH, CJOSE, MHD = PEERS
LIBOAUTH2, POMERIUM, AUTHELIA = "liboauth2", "Pomerium", "Authelia"
AIS, UP = "XNAT OpenID plugin (AIS)", "XNAT OpenID plugin"


def here(klass, *names):
    """Ids of tests in the file of that class."""
    return tuple(f"tests/security/{FILES[klass]}::test_{name}" for name in names)


def row(ident, project, klass, cause, *names, also=(), reason=""):
    return Advisory(ident, project, klass, cause, here(klass, *names) + tuple(also), reason)


ADVISORIES = [
    row("CVE-2017-1000070", O2P, "redirect", "two slashes taken as a path",
        "cve_2017_1000070_two_slashes"),
    row("CVE-2020-5233", O2P, "redirect", "browsers read a backslash as a slash",
        "cve_2020_5233_backslash_after_slash"),
    row("CVE-2020-11053", O2P, "redirect", "encoded white space between slashes",
        "cve_2020_11053_white_space_between_slashes"),
    row("CVE-2020-4037", O2P, "redirect", "further shapes past the first filter",
        "cve_2020_4037_further_shapes", "cve_2020_4037_shapes_at_the_other_doors",
        "the_judge_can_say_no",
        also=("tests/unit/server/test_return_path.c::no_member_of_any_family_leads_away",)),
    row("CVE-2021-21291", O2P, "redirect", "a list of hosts matched more than it meant",
        "cve_2021_21291_absolute_urls_of_any_host"),
    row("CVE-2019-14857", MAO, "redirect", "slashes in the logout address",
        "cve_2019_14857_slashes_at_sign_out"),
    row("CVE-2019-20479", MAO, "redirect", "slash and backslash in the logout address",
        "cve_2019_20479_backslash_at_sign_out"),
    row("CVE-2021-32786", MAO, "redirect", "the reader of addresses and the browser's disagree",
        "cve_2021_32786_our_reader_and_the_browsers_disagree"),
    row("CVE-2021-39191", MAO, "redirect", "target_link_uri of a third party's login unchecked",
        "cve_2021_39191_third_party_parameters"),
    row("CVE-2022-23527", MAO, "redirect", "slash, tab, slash", "cve_2022_23527_tab_at_every_door"),
    row("mod_auth_openidc 2.4.19.3: iframe", MAO, "redirect", "host matched by its end",
        "mao_2_4_19_3_host_that_ends_like_ours"),
    row("CVE-2024-25715", "glewlwyd", "redirect", "redirect address not compared exactly",
        "cve_2021_21291_absolute_urls_of_any_host", "own_addresses_still_lead_where_they_say"),

    row("CVE-2025-64484", O2P, "headers", "a spelling with underscores survives and is folded later",
        "cve_2025_64484_every_folding", "cve_2025_64484_names_that_are_none",
        also=("tests/unit/server/test_fields.c::every_spelling_of_an_identity_header_is_caught",)),
    row("CVE-2017-6062", MAO, "headers", "requests passed on without a session are not scrubbed",
        "cve_2017_6062_pass_without_a_session"),
    row("CVE-2017-6413", MAO, "headers", "another kind of authentication skips the scrubbing",
        "cve_2017_6413_other_credentials"),
    row("mod_auth_openidc 2.4.20.1: OPTIONS", MAO, "headers",
        "OPTIONS and own endpoints let forged headers through", "mao_2_4_20_1_any_method",
        "mao_2_4_20_1_what_is_no_plain_request", "mao_2_4_20_1_own_paths"),
    row("mod_auth_openidc 2.4.19.3: line ends", MAO, "headers", "a lone CR in a value is sent on",
        "mao_2_4_19_3_line_ends_in_claims", "mao_2_4_19_3_nul_in_a_claim"),
    row("several values", "everybody", "headers", "a second header is appended, the first is read",
        "multi_value_is_set_never_appended"),

    row("CVE-2025-54576", O2P, "skipped", "an open route matched in the query",
        "cve_2025_54576_route_in_the_query", "the_login_page_itself_opens"),
    row("CVE-2026-34457", O2P, "skipped", "health checks known by their User-Agent",
        "cve_2026_34457_health_check_by_user_agent"),
    row("CVE-2026-40575", O2P, "skipped", "the client's X-Forwarded-Uri chose the route",
        "cve_2026_40575_route_by_header", "cve_2026_40575_route_by_header_of_a_trusted_proxy"),
    row("CVE-2026-41059", O2P, "skipped", "matcher and upstream cut the fragment differently",
        "cve_2026_41059_fragment", "cve_2026_41059_fragment_in_a_question"),
    row("CVE-2026-48794", AUTHELIA, "skipped", "rules see a path that the upstream resolves otherwise",
        "cve_2026_48794_path_normalisation", "cve_2026_48794_forwarded_bytes_are_unchanged"),
    row("oauth2-proxy issue 3083", O2P, "skipped", "a fixed answer reads as permission",
        "o2p_3083_fixed_answers_are_no_permission"),
    row("CVE-2023-33189", POMERIUM, "skipped", "crafted requests got another route's decision",
        "cve_2026_48794_path_normalisation", "cve_2026_40575_route_by_header"),
    row("CVE-2022-24797", POMERIUM, "skipped", "debugging pages served to the public", also=(
        "tests/system/test_endpoints.py::test_admin_pages_are_not_public",)),
    row("CVE-2024-47616", POMERIUM, "skipped", "tokens of service accounts valid for the data broker",
        reason="there are no service accounts and no data broker"),

    row("GHSA-wcvh-g65p-v576", MAO, "tokens", "aud, iss and exp of access tokens unchecked",
        "ghsa_wcvh_g65p_v576_access_token", "ghsa_wcvh_g65p_v576_token_of_another_client"),
    row("liboauth2 2.3.0: CWE-294", LIBOAUTH2, "tokens", "nonce sent and never compared",
        "liboauth2_cwe_294_nonce", "liboauth2_cwe_294_old_token_again"),
    row("liboauth2 2.3.0: CWE-287", LIBOAUTH2, "tokens", "iss and aud of the ID token unchecked",
        "liboauth2_cwe_287_issuer_and_audience"),
    row("liboauth2 2.3.0: CWE-613", LIBOAUTH2, "tokens", "no exp meant for ever; a result outlived it",
        "liboauth2_cwe_613_expiry", "liboauth2_cwe_613_nothing_verified_is_remembered",
        also=("tests/hostile/test_bearer.py::test_not_remembered_beyond_its_end",)),
    row("mod_auth_openidc 2.4.20: alg", MAO, "tokens", "none accepted where nothing was pinned",
        "mao_2_4_20_algorithm", "mao_2_4_20_algorithm_when_nothing_is_pinned"),
    row("mod_auth_openidc after 2.4.20.2: twice", MAO, "tokens",
        "the last of two parameters wins; odd user-info accepted",
        "mao_after_2_4_20_2_parameters_twice", "mao_after_2_4_20_2_userinfo"),
    row("signature never verified", f"{AIS}, {UP}, {VOUCH}", "tokens", "by design",
        "by_design_elsewhere_signature_never_verified"),
    row("CVE-2021-29652", POMERIUM, "tokens", "one reader did not verify the signature",
        "cve_2021_29652_id_token", "cve_2021_29652_signed_userinfo", "cve_2021_29652_session_cookie",
        "cve_2021_29652_state_cookie", "cve_2021_29652_assertion",
        also=("tests/unit/liboidc/test_seal.c::no_bit_can_be_changed",)),

    row("CVE-2021-21411", O2P, "email", "an option was parsed and never enforced",
        "cve_2021_21411_every_key_of_the_policy_refuses_alone",
        "cve_2021_21411_every_gate_refuses_alone",
        also=("tests/unit/liboidc/test_policy.c::an_unverified_address_passes_no_filter",)),
    row("CVE-2026-40574", O2P, "email", "which of two @ divides an address?",
        "cve_2026_40574_which_at", "cve_2026_40574_the_plain_address_is_admitted"),
    row("Filter:204-207", AIS, "email", "the list of one provider applied to another; not trimmed",
        "ais_filter_list_of_its_own_provider"),
    row("empty list", UP, "email", "an empty list admits everybody", "up_empty_list_admits_nobody",
        also=("tests/unit/liboidc/test_policy.c::an_empty_list_admits_nobody_and_a_star_everybody",)),
    row("CVE-2021-41230", POMERIUM, "email", "claims of an old login kept after a new one",
        "cve_2021_41230_claims_of_the_login_before"),

    row("CVE-2017-1000069", O2P, "csrf", "state not bound to the browser",
        "cve_2017_1000069_return_address_in_a_clean_browser",
        "cve_2017_1000069_return_address_amid_a_sign_in"),
    row("CVE-2026-34454", O2P, "csrf", "the session of before outlives the sign-in page",
        "cve_2026_34454_session_of_the_person_before"),
    row("mod_auth_openidc 2.4.20.1: fixation", MAO, "csrf",
        "the identity was written into the session that the browser brought",
        "mao_2_4_20_1_planted_session_cookie", "mao_2_4_20_1_session_of_an_attacker_planted",
        "mao_2_4_20_1_xnat_session_of_before"),
    row("mod_auth_openidc 2026: logout tokens", MAO, "csrf",
        "logout by sid alone; logout tokens without iat or jti, and again",
        "mao_2026_logout_token_that_is_none", "mao_2026_logout_token_again",
        "mao_2026_front_channel_logout_is_not_offered"),

    row("CVE-2021-32791", MAO, "crypto", "AES-GCM with a fixed nonce",
        "cve_2021_32791_same_person_twice", "cve_2021_32791_states",
        also=("tests/unit/liboidc/test_seal.c::a_nonce_never_comes_twice",)),
    row("CVE-2023-37464", CJOSE, "crypto", "the length of GCM's tag taken from the input",
        "cve_2023_37464_cut_tag_of_a_session", "cve_2023_37464_cut_tag_of_a_state",
        "cve_2023_37464_cut_tag_of_an_encrypted_token",
        "cve_2023_37464_configure_refuses_such_a_cjose",
        also=("tests/unit/liboidc/test_seal.c::nothing_can_be_cut_or_added",
              "tests/unit/liboidc/test_content.c::every_size_is_exact",
              "tests/hostile/test_encrypted_id_tokens.py::test_forged")),
    row("CVE-2024-25714", "rhonabwy", "crypto", "a secret compared until the first difference",
        "cve_2024_25714_secrets_are_compared_in_constant_time",
        "cve_2024_25714_the_search_finds_what_it_looks_for",
        also=("tests/unit/liboidc/test_secret.c::equality_is_of_all_bytes",)),
    row("CVE-2026-53938", CJOSE, "crypto", "overflow in AES key unwrap",
        "cve_2026_53938_aes_key_unwrap"),
    row("CVE-2026-53939", CJOSE, "crypto", "a key of zeros where the unwrapping failed",
        "cve_2026_53939_key_of_zeros"),
    row("CVE-2022-32096", "rhonabwy", "crypto", "overflow in the key wrap of encrypted tokens",
        "cve_2022_32096_other_wraps_of_the_key",
        also=("tests/unit/liboidc/test_jwe.c::rsa1_5_and_unknown_names_are_never_taken",
              "tests/unit/liboidc/test_content.c::every_size_is_exact")),
    row("context of a cookie", "everybody", "crypto", "a state taken for a session",
        "cookie_context_each_kind_to_every_other_reader",
        also=("tests/unit/liboidc/test_seal.c::purposes_do_not_open_each_other",)),

    row("CVE-2023-28625", MAO, "cookies", "NULL dereference on a header of separators",
        "cve_2023_28625_absurd_header", "cve_2023_28625_long_header",
        "cve_2023_28625_header_without_an_end"),
    row("CVE-2024-24814", MAO, "cookies", "a count of chunks believed",
        "cve_2024_24814_chunk_count"),
    row("CVE-2026-54789", MAO, "cookies", "out of bounds on a state without an equals sign",
        "cve_2026_54789_state_without_equals"),
    row("CVE-2026-55149", VOUCH, "cookies", "a number in a cookie's name was allocated",
        "cve_2026_55149_memory_over_ten_thousand_requests"),

    row("CVE-2017-6059", MAO, "pages", "the request's words on the error page",
        "cve_2017_6059_provider_words_on_the_error_page"),
    row("CVE-2019-1010247", MAO, "pages", "a parameter in a script",
        "cve_2019_1010247_request_values", "cve_2019_1010247_headers"),
    row("CVE-2021-32792", MAO, "pages", "a kept form in a script", "cve_2021_32792_no_body_is_kept"),
    row("CVE-2025-31492", MAO, "pages", "protected content after the page",
        "cve_2025_31492_exactly_our_body"),
    row("mod_auth_openidc 2026: pages", MAO, "pages", "unescaped JSON, addresses in attributes",
        "mao_2026_unescaped_texts_on_every_page", "mao_2026_unescaped_claims",
        "the_judge_can_say_no"),
    row("CVE-2024-39315", POMERIUM, "pages", "tokens on the person's own page",
        "cve_2024_39315_session_page_shows_no_token"),
    row("CVE-2026-33525", AUTHELIA, "pages", "a text of the sign-in page was markup",
        "cve_2026_33525_sign_in_page_texts", "mao_2026_unescaped_texts_on_every_page"),
    row("link", AIS, "pages", "a value of the properties is raw HTML",
        "ais_link_is_rebuilt_and_the_linter_warns", "ais_link_in_json_of_the_session"),

    row("CVE-2021-32785", MAO, "injection", "a key was the format of a Redis command",
        "cve_2021_32785_subject_as_a_format", "cve_2021_32785_other_texts_as_a_format",
        also=("tests/hostile/test_backchannel.py::test_any_sid",
              "tests/system/test_redis.py::test_back_channel_logout_counts_everywhere")),
    row("liboauth2 2026: CWE-134, CWE-74", LIBOAUTH2, "injection", "the same, and argument injection",
        "liboauth2_cwe_134_sessions_are_told_apart_byte_for_byte",
        also=("tests/system/test_redis.py::test_nothing_of_a_person_is_in_redis",
              "tests/system/test_redis.py::test_nonsense_in_redis_does_no_harm")),
    row("log injection", "everybody", "injection", "a line end in a claim forges a line of the log",
        "log_injection_one_event_one_line"),
    row("REST path injection", "everybody", "injection", "a user name in the path of XNAT's interface",
        "rest_path_injection_user_name"),

    row("CVE-2021-20718", MAO, "bodies", "POST without Content-Type", "cve_2021_20718_content_type"),
    row("CVE-2025-3891", MAO, "bodies", "an empty POST", "cve_2025_3891_empty_post",
        "cve_2025_3891_over_and_over"),
    row("mod_auth_openidc 2026: compression", MAO, "bodies", "a compressed token unpacked without end",
        "mao_2026_compressed_jwe", "mao_2026_compressed_answers_are_not_unpacked",
        also=("tests/hostile/test_encrypted_id_tokens.py::test_refused",)),
    row("mod_auth_openidc 2026: kid", MAO, "bodies", "each unknown kid causes a request",
        "mao_2026_thousand_unknown_keys"),
    row("answers without end", "everybody", "bodies", "a provider answers slowly or for ever",
        "outgoing_bounded_in_bytes", "outgoing_keys_without_an_end",
        also=("tests/hostile/test_answers.py::test_slow_answers",
              "tests/hostile/test_discovery.py::test_reason",
              "tests/unit/liboidc/test_curl.c::a_server_without_tls_is_not_trusted")),

    row("CVE-2013-7038", MHD, "http", "out of bounds on a lone percent sign",
        "cve_2013_7038_lone_percent"),
    row("CVE-2013-7039", MHD, "http", "overflow in digest authentication",
        "cve_2013_7039_digest_authorization", "cve_2013_7039_digest_is_not_even_linked"),
    row("CVE-2021-3466", MHD, "http", "overflow in the reader of forms",
        "cve_2021_3466_post_processor_is_not_linked", "cve_2021_3466_configure_refuses_that_version"),
    row("CVE-2023-27371", MHD, "http", "NUL in the boundary of a form",
        "cve_2023_27371_multipart_boundary"),
    row("CVE-2025-59777", MHD, "http", "NULL dereference by a crafted packet",
        "cve_2025_59777_websocket_packets", "cve_2025_62689_websocket_library_is_not_linked",
        "cve_2025_62689_version_tells_the_library"),
    row("CVE-2025-62689", MHD, "http", "another one", "cve_2025_62689_websocket_library_is_not_linked",
        "cve_2025_62689_version_tells_the_library"),
    row("libmicrohttpd issue 9634", MHD, "http", "any byte accepted in a header's name",
        "mantis_9634_bytes_in_header_names", "mantis_9634_lines_that_are_no_field"),
    row("request smuggling", "everybody", "http", "two servers disagree on a message's length",
        "smuggling_lengths_that_two_could_read_differently", "smuggling_transfer_codings"),

    row("CVE-2021-29651", POMERIUM, "secrets", "a token leaked by a redirect",
        "cve_2021_29651_no_secret_in_an_address"),
    row("mod_auth_openidc 2026: logs", MAO, "secrets", "tokens, codes and passwords in the log",
        "mao_2026_canaries_in_the_log", "mao_2026_canaries_of_lying_providers"),
    row("liboauth2 2026: CWE-918", LIBOAUTH2, "secrets", "kid pasted into an address",
        "liboauth2_cwe_918_token_head_shapes_no_request"),
    row("liboauth2 2026: CWE-345", LIBOAUTH2, "secrets", "a private key accepted in a DPoP proof",
        reason="there is no DPoP"),
    row("liboauth2 2026: CWE-200", LIBOAUTH2, "secrets", "a switch did not switch",
        "liboauth2_cwe_200_site_switches_switch", "liboauth2_cwe_200_provider_switches_switch",
        "liboauth2_cwe_200_policy_switches_switch", "liboauth2_cwe_200_boolean_options_are_all_known"),
    row("liboauth2 2026: CWE-763", LIBOAUTH2, "secrets",
        "a forwarded header that begins with a separator", "liboauth2_cwe_763_forwarded_headers",
        "liboauth2_cwe_763_sixty_four_kilobytes"),

    row("CVE-2026-39858", "Traefik", "front ends", "spellings with underscores handed to the questioned",
        "cve_2026_39858_underscored_forwarded_headers"),
    row("GHSA-6384-m2mw-rf54", "Traefik", "front ends", "the client's X-Forwarded-Prefix handed on",
        "ghsa_6384_m2mw_rf54_forwarded_prefix"),
    row("GHSA-6jwx-7vp4-9847", "Traefik", "front ends", "decoded and raw path disagree",
        "ghsa_6jwx_7vp4_9847_two_spellings_one_decision"),
    row("CVE-2026-30851", "Caddy", "front ends", "an identity header survives where the answer lacks it",
        "cve_2026_30851_an_answer_has_the_whole_set",
        "cve_2026_30851_every_example_passes_on_the_whole_set",
        also=("tests/interop/test_front_ends.py::test_forged_identity",
              "tests/interop/test_front_ends.py::test_each_header_that_is_handed_over_is_the_sidecars_alone")),
    row("CVE-2026-52845", "Caddy", "front ends", "an alias with underscores survives into CGI",
        "cve_2026_52845_alias_beside_the_set"),
    row("CVE-2026-44087", "Apache APISIX", "front ends", "the client's identity headers pass by default",
        "cve_2026_44087_scrubbing_has_no_switch", "cve_2026_44087_whatever_the_names_are"),
    row("CVE-2025-1974", "ingress-nginx", "front ends", "annotations injected into the configuration",
        "cve_2025_1974_examples_use_no_snippets", "cve_2025_1974_the_chart_configures_no_ingress"),
    row("CVE-2025-24806", AUTHELIA, "front ends", "one person under two names, two under one",
        "cve_2025_24806_user_names_that_come_out_alike"),
    row("CVE-2026-47203", AUTHELIA, "front ends", "the same again",
        "cve_2025_24806_user_names_that_come_out_alike"),
]


def table():
    """What SECURITY.md says."""
    lines = ["| class | published | further | cannot apply | tests/security/ |",
             "| --- | --- | --- | --- | --- |"]
    sums = [0, 0, 0]
    for klass in CLASSES:
        rows = [each for each in ADVISORIES if each.klass == klass.key]
        counts = [sum(each.published for each in rows), sum(not each.published for each in rows),
                  sum(bool(each.reason) for each in rows)]
        sums = [one + other for one, other in zip(sums, counts)]
        lines.append(f"| {klass.title} | {counts[0]} | {counts[1]} | {counts[2] or ''} "
                     f"| {klass.file} |")
    lines.append(f"| all | {sums[0]} | {sums[1]} | {sums[2]} | |")
    reasons = [f"- {each.ident} ({each.project}): {each.reason}." for each in ADVISORIES if each.reason]
    return "\n".join([*lines, "", "What cannot apply, and why:", "", *reasons]) + "\n"


def document():
    """SECURITY.md with the table as it should be."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n{END}{after}"


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        (ROOT / "SECURITY.md").write_text(document(), encoding="utf-8")
    else:
        print(table(), end="")
