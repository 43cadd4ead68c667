"""Mistakes in what other programs see, and the tests that must notice: neighbours of conformance/mutations.py.

./dev mutants xnat-filter makes the XNAT-side filter's in a copy of the source, which Maven builds anew for each;
./dev mutants front: makes those in the front ends' examples; ./dev mutants browser: those in the sidecar that a
person at Chromium meets.
"""

from conformance.mutations import Mutation

SOURCE = "examples/xnat-filter/filter/src/main/java/oidc/handoff"
TESTS = "tests/interop/test_xnat_filter.py"

MUTATIONS = []


def mutation(name, file, text, replacement, *tests):
    MUTATIONS.append(Mutation(f"filter: {name}", f"{SOURCE}/{file}", text, replacement,
                              tuple(f"{TESTS}::{test}" for test in tests)))


def hostile(*names):
    return [f"test_hostile_assertion[{name}]" for name in names]


# --- what is believed -------------------------------------------------------------------------------------

mutation("any signature", "AssertionVerifier.java",
         "if (!P256.verifies(keys.find(kid), signed, bytes(parts[2]))) {", "if (keys.find(kid) == null) {",
         *hostile("key of a stranger under our kid", "no signature", "signature of other claims",
                  "signature in DER"))
mutation("any issuer", "AssertionVerifier.java",
         'if (!issuer.equals(Json.text(claims, "iss"))) {', 'if (issuer.equals("")) {',
         *hostile("of another site", "of our site with a slash", "without issuer"))
mutation("any audience", "AssertionVerifier.java",
         'if (!AUDIENCE.equals(Json.text(claims, "aud"))) {', 'if (claims.has("never")) {',
         *hostile("for somebody else", "for us among others", "for nobody"), "test_a_refused_request_leaves_the_session")
mutation("expired", "AssertionVerifier.java", "if (expires <= now) {", "if (expires <= 0) {",
         *hostile("expired", "expired this second", "from long ago"), "test_replayed")
mutation("leeway behind the expiry", "AssertionVerifier.java",
         "if (expires <= now) {", "if (expires + 30 <= now) {", *hostile("expired this second"))
mutation("issued in the future", "AssertionVerifier.java",
         "if (issued > now + AHEAD_MAX) {", "if (issued < 0) {", *hostile("issued in the future"))
mutation("no clock is ever ahead", "AssertionVerifier.java",
         "if (issued > now + AHEAD_MAX) {", "if (issued > now) {", "test_clock_of_the_sidecar_a_little_ahead")
mutation("any life", "AssertionVerifier.java",
         "if (expires - issued > LIFE_MAX || expires <= issued) {", "if (issued < 0) {",
         *hostile("lives longer than the sidecar's", "lives for ever", "ends before it begins"))
mutation("differences that overflow", "AssertionVerifier.java",
         "                || node.longValue() < 0 || node.longValue() > 1L << 53) {", "                ) {",
         *hostile("exp where differences overflow"))
mutation("any typ", "AssertionVerifier.java",
         '|| !"JWT".equals(Json.text(header, "typ")) || kid == null) {', "|| kid == null) {",
         *hostile("another typ"))
mutation("any alg", "AssertionVerifier.java",
         '!"ES256".equals(Json.text(header, "alg"))', "false",
         *hostile("alg none with a signature", "alg in other letters", "another ES alg",
                  "HMAC with our public key"))
mutation("any member of the header", "AssertionVerifier.java",
         "if (header.size() != HEADER_MEMBERS || ", "if (",
         *hostile("crit", "brings its key", "names where its key is"))
mutation("any user name", "AssertionVerifier.java",
         'if (!USERNAME.matcher(facts.get("sub")).matches()) {', 'if (facts.get("sub") == null) {',
         *hostile("name that is none of XNAT's", "no name", "name with a line end", "name of 65"))
mutation("any flag", "AssertionVerifier.java",
         "if (!claims.path(name).isBoolean()) {", "if (!claims.has(name)) {", *hostile("flag as text"))
mutation("any length", "AssertionVerifier.java",
         "if (text == null || text.length() > CLAIM_MAX) {", "if (text == null) {", *hostile("long text"))
mutation("any size of the header", "AssertionVerifier.java",
         " || parts[0].length() > HEADER_MAX) {", ") {", *hostile("long head"))
mutation("any number of parts", "AssertionVerifier.java",
         "|| parts.length != 3 ||", "|| parts.length < 3 ||", *hostile("four parts"))
mutation("any base64", "Base64Url.java",
         "if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text)) {",
         "if (bytes == null) {", *hostile("padding", "bits behind the signature"))
mutation("members twice", "Json.java",
         "            .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true)\n", "",
         *hostile("alg twice", "subject twice"))
mutation("something behind the object", "Json.java",
         ".enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)",
         ".disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)", *hostile("something behind the claims"))
mutation("any encoding", "Json.java", "MAPPER.readTree(text)", "MAPPER.readTree(bytes)",
         *hostile("claims in UTF-16"))
mutation("bytes that are no UTF-8", "Json.java",
         "onMalformedInput(CodingErrorAction.REPORT)", "onMalformedInput(CodingErrorAction.REPLACE)",
         *hostile("claims that are no UTF-8"))
mutation("a point off the curve", "P256.java",
         "if (!isOn(curve, point)) {", "if (curve == null) {", "test_keys_that_are_not_taken")
mutation("signatures of any size", "P256.java",
         "if (signature.length != SIGNATURE_SIZE) {", "if (signature.length < SIGNATURE_SIZE) {",
         *hostile("signature with a byte more"))

# --- headers ----------------------------------------------------------------------------------------------

mutation("names as they are written", "IdentityHeaders.java",
         'toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "")', "toLowerCase(Locale.ROOT)",
         "test_aliases[X_XNAT_OIDC_Username]", "test_aliases[X.XNAT.OIDC.Username]",
         "test_aliases[XXNATOIDCUSERNAME]")
mutation("unknown names", "IdentityHeaders.java",
         "        throw new Refusal(Reason.IDENTITY_HEADER_ALIAS);\n    }\n\n    /** Percent",
         "        return \"Issuer\";\n    }\n\n    /** Percent",
         "test_aliases[X-XNAT-OIDC-Role]", "test_aliases[X-XNAT-OIDC-Given_Name]")
mutation("twice", "IdentityHeaders.java", "if (found.size() != 1 || values.containsKey(suffix)) {",
         "if (found.isEmpty()) {", "test_twice")
mutation("no assertion", "IdentityHeaders.java",
         "            throw new Refusal(Reason.NO_ASSERTION);\n", "            return null;\n", "test_stripped")
mutation("headers that say something else", "HandOff.java",
         "        headers.checkAgainst(assertion);\n", "", "test_headers_that_say_something_else")
mutation("values as they are written", "IdentityHeaders.java",
         "!decoded(header.getValue()).equals(", "!header.getValue().equals(", "test_the_whole_set",
         "test_a_name_beyond_ascii")
mutation("two credentials", "HandOff.java",
         'if (request.getHeader("Authorization") != null) {', 'if (request.getHeader("Never") != null) {',
         "test_two_credentials")

# --- keys -------------------------------------------------------------------------------------------------

mutation("asked for by whoever likes", "SidecarKeys.java",
         "if (!everAsked || System.nanoTime() - asked >= pause) {", "if (asked <= System.nanoTime()) {",
         "test_strangers_cause_no_fetches")
mutation("asked for once", "SidecarKeys.java",
         "if (!everAsked || System.nanoTime() - asked >= pause) {", "if (!everAsked) {",
         "test_new_key_of_the_sidecar")
mutation("trusted for ever", "SidecarKeys.java",
         "return System.nanoTime() - keys.at < trust;", "return keys.at < Long.MAX_VALUE;",
         "test_a_withdrawn_key")
mutation("redirects", "KeyFetch.java", "setInstanceFollowRedirects(false)", "setInstanceFollowRedirects(true)",
         "test_keys_that_are_not_taken")
mutation("keys for something else", "KeyFetch.java",
         '(!jwk.has("use") || "sig".equals(Json.text(jwk, "use")))', "true", "test_keys_that_are_not_taken")
mutation("keys of another algorithm", "KeyFetch.java",
         '(!jwk.has("alg") || "ES256".equals(Json.text(jwk, "alg")))', "true", "test_keys_that_are_not_taken")
mutation("two keys of one kid", "KeyFetch.java",
         'keys.put(Json.text(jwk, "kid"), key(jwk)) != null)', 'keys.put(Json.text(jwk, "kid"), key(jwk)) == jwk)',
         "test_keys_that_are_not_taken")
mutation("a document of any size", "KeyFetch.java",
         "if (bytes.size() > DOCUMENT_MAX) {", "if (bytes.size() < 0) {", "test_keys_that_are_not_taken")
mutation("http to anywhere", "Settings.java",
         'url.getProtocol().equals("http") && loopback,', 'url.getProtocol().equals("http"),',
         "test_settings_that_stop_the_start")
mutation("a slash makes another site", "Settings.java",
         'required("siteUrl").replaceFirst("/$", "")', 'required("siteUrl")', "test_the_site_with_a_slash")
mutation("settings that nobody knows", "Settings.java",
         "check(NAMES.contains(name), name,", "check(true, name,", "test_settings_that_stop_the_start")

# --- sessions ---------------------------------------------------------------------------------------------

mutation("whoever's session", "spring/AssertionFilter.java",
         "} else if (!session.isOf(assertion.username())) {", "} else if (session.isNobodys()) {",
         "test_a_session_of_somebody_else_is_ended", "test_a_local_session_of_somebody_else_is_ended",
         "test_somebody_else_in_the_same_browser")
mutation("a session of somebody else goes on", "spring/AssertionFilter.java",
         "assertion.username());\n                session.end();", "assertion.username());",
         "test_a_session_of_somebody_else_is_ended", "test_a_local_session_of_somebody_else_is_ended")
mutation("a handed session without an assertion", "spring/AssertionFilter.java",
         "            if (session.isHanded()) {", "            if (session.isOf(\"\")) {",
         "test_a_handed_session_is_nothing_without_an_assertion", "test_sign_out_ends_the_session", "test_replayed",
         "test_a_local_login_does_not_make_a_handed_session_local")
mutation("local sessions are ended as well", "spring/AssertionFilter.java",
         "            if (session.isHanded()) {", "            if (!session.isNobodys()) {",
         "test_own_credentials_pass", "test_a_local_session_of_the_same_person_stays")
mutation("a planted session", "spring/AssertionFilter.java",
         "        sessions.onAuthentication(user, request, response);\n", "",
         "test_a_planted_session_is_not_gone_on_with", "test_limit_of_sessions")
mutation("a session outlives its end", "spring/HandedSession.java",
         "            session.invalidate();\n", "            session.removeAttribute(OWNER);\n",
         "test_a_session_of_somebody_else_is_ended", "test_a_handed_session_is_nothing_without_an_assertion")
mutation("the application is not told", "spring/AssertionFilter.java",
         "        accounts.signedIn(request, (UserDetails) user.getPrincipal());\n", "", "test_sign_in")

# --- accounts ---------------------------------------------------------------------------------------------

for words, statement, case in (
        ("another name", "account.user().getUsername().equals(person.username()), Reason.ACCOUNT_OTHER_NAME",
         "name in other letters"),
        ("an administrator", "!account.isAdministrator(), Reason.ACCOUNT_ADMINISTRATOR", "administrator"),
        ("another e-mail", "sameEmail(account.email(), person.email()), Reason.ACCOUNT_OTHER_EMAIL",
         "another e-mail"),
        ("disabled", "account.isEnabled(), Reason.ACCOUNT_DISABLED", "disabled"),
        ("unverified", "account.isVerified(), Reason.ACCOUNT_UNVERIFIED", "unverified")):
    mutation(f"account: {words}", "spring/AccountPolicy.java", f"        refuseUnless({statement});\n", "",
             f"test_accounts_that_are_not_attached[{case}]")
mutation("letters that look alike to Java", "spring/AccountPolicy.java",
         "account.toLowerCase(Locale.ROOT).equals(person.toLowerCase(Locale.ROOT))\n"
         "                && EMAIL.matcher(account).matches()", "account.equalsIgnoreCase(person)",
         "test_accounts_that_are_not_attached[letter that Java folds]")
mutation("created without being told here", "spring/AccountPolicy.java",
         "refuseUnless(mayCreate && person.createUser(), Reason.NO_ACCOUNT)",
         "refuseUnless(person.createUser(), Reason.NO_ACCOUNT)", "test_nothing_is_created_unless_told",
         "test_accounts_that_are_not_attached[nobody]")
mutation("created without being told by the sidecar", "spring/AccountPolicy.java",
         "refuseUnless(mayCreate && person.createUser(), Reason.NO_ACCOUNT)",
         "refuseUnless(mayCreate, Reason.NO_ACCOUNT)", "test_creation")
mutation("created without names", "spring/AccountPolicy.java",
         "NAME.matcher(person.givenName()).matches() && ", "", "test_creation")
mutation("any e-mail", "spring/AccountPolicy.java",
         "refuseUnless(EMAIL.matcher(person.email()).matches(), Reason.IDENTITY_INCOMPLETE);\n", "",
         "test_accounts_that_are_not_attached[no e-mail]", "test_accounts_that_are_not_attached[two e-mails]")
mutation("two at once", "spring/AccountPolicy.java",
         "private synchronized Account create(", "private Account create(", "test_first_requests_of_a_person_at_once")

# --- what people are told -----------------------------------------------------------------------------------

mutation("the log has no reference", "spring/RefusalPage.java", ", reference {2}", "",
         "test_accounts_that_are_not_attached[disabled]")
mutation("the log does not say who", "spring/RefusalPage.java",
         'assertion == null ? "-" : assertion.username()', '"-"', "test_accounts_that_are_not_attached[unverified]")
mutation("one reference for all", "spring/RefusalPage.java", "random.nextLong()", "random.nextLong() & 0",
         "test_no_two_references_are_alike")
mutation("nobody to ask", "spring/RefusalPage.java", 'reason.words() + "\\n\\n" + whomToAsk +', "reason.words() +",
         "test_accounts_that_are_not_attached[another e-mail]")

MUTATIONS.append(Mutation("filter: another key after every restart", "examples/xnat-filter/xnat-filter.conf",
                          "Environment=OIDC_SIDECAR_ASSERTION_KEY_FILE=%d/assertion.pem\n", "",
                          (f"{TESTS}::test_readme_from_top_to_bottom",)))
MUTATIONS.append(Mutation("filter: the key is everybody's", "examples/xnat-filter/README.md",
                          "(umask 077 && openssl genpkey", "(umask 022 && openssl genpkey",
                          ("tests/guides/test_guide_secrets.py::test_secrets_are_nobody_elses"
                           "[examples/xnat-filter/README.md]",)))

MUTATIONS.append(Mutation("systemd: five tries, those by hand included", "examples/systemd/oidc-sidecar.service",
                          "StartLimitIntervalSec=0\n", "StartLimitIntervalSec=5min\n",
                          ("tests/system/test_systemd.py::test_a_start_that_fails_is_tried_again",)))

# --- front ends -------------------------------------------------------------------------------------------

FRONTS = "tests/interop/test_front_ends.py"


def front(name, example, text, replacement, *tests, beside=None):
    """The tests are those of that example, or of the one it stands beside; what stands behind a name after a blank
    is another parameter."""
    made = [f"{FRONTS}::{test}[{beside or example}{f'-{more}' if more else ''}]"
            for test, _, more in (each.partition(" ") for each in tests)]
    MUTATIONS.append(Mutation(f"front: {example}: {name}", f"examples/{example}", text, replacement, tuple(made)))


CLEARED = """        proxy_set_header X-Real-IP "";
        proxy_set_header X-Rewrite-URL "";
"""
for place, after in (("the question", "proxy_pass http://oidc_sidecar;"),
                     ("who signs in", "proxy_pass http://oidc_sidecar/oidc/auth-redirect$request_uri;")):
    front(f"{place} says what the client says", "nginx/auth-request.conf", f"{CLEARED}        {after}",
          f"        {after}", "test_forged_forwarding_does_not_reach_the_sidecar")
for proxy in ("reverse-proxy", "forward-auth"):
    front("compressed for nobody", f"caddy/{proxy}.Caddyfile", "compression off\n", "\n",
          "test_own_credentials_pass")
front("forwarding with underscores", "caddy/forward-auth.Caddyfile", "		request_header -X_*\n", "",
      "test_forged_forwarding X-Forwarded-Uri")
front("two slashes are another path", "envoy/ext-authz.yaml", "merge_slashes: true", "merge_slashes: false",
      "test_logout_ends_the_session_or_is_refused /app//action/LogoutUser")
front("paths as they are spelt", "envoy/ext-authz.yaml", "normalize_path: true", "normalize_path: false",
      "test_logout_ends_the_session_or_is_refused /app/action/%4cogoutUser")
front("no dashes and all else", "traefik/traefik.yaml", "aliasHeadersStrategy: delete", "aliasHeadersStrategy: keep",
      *(f"test_forged_identity {name}" for name in ("X_XNAT_OIDC_Username", "X.XNAT.OIDC.Username")),
      beside="traefik/forward-auth.yaml")
front("who brings credentials says who it is", "traefik/forward-auth.yaml",
      "middlewares: [forwarding, unnamed]", "middlewares: [forwarding]", "test_forged_identity X-XNAT-OIDC-Username")
front("who is asked about says who it is", "traefik/forward-auth.yaml", "(?i)^(x-xnat-oidc-|",
      "(?i)^(x-xnat-oidc-username$|", "test_forged_identity X-XNAT-OIDC-Family-Name")
front("questions of anybody", "traefik/forward-auth.yaml", "middlewares: [nobody]", "middlewares: [forwarding]",
      "test_questions_are_the_front_ends_alone /oidc/auth")
front("a renewed cookie is lost", "traefik/forward-auth.yaml",
      "        addAuthCookiesToResponse: [__Host-oidc-session]\n", "", "test_a_renewed_cookie_reaches_the_browser")
for header, pattern, who in (("Sec-Fetch", "{prefix: sec-fetch-, ignore_case: true}", "script that wants a page"),
                             ("X-Requested-With", "{exact: x-requested-with, ignore_case: true}",
                              "old script that wants a page"),
                             ("Accept", "{exact: accept, ignore_case: true}", "old browser")):
    front(f"{header} is kept from the sidecar", "envoy/ext-authz.yaml", f"                          - {pattern}\n",
          "", f"test_people_and_scripts_are_told_apart {who}")
front("no encoded slashes", "apache/xnat.conf", "    AllowEncodedSlashes NoDecode\n", "",
      "test_paths_arrive_as_they_were_written")
for recipe in ("reverse-proxy", "forward-auth"):
    example = f"ingress-nginx/{recipe}.yaml"
    front("questions with more behind them", example, "pathType: ImplementationSpecific", "pathType: Prefix",
          "test_questions_are_the_front_ends_alone /oidc/auth-redirect/data/projects")
    front("questions of anybody", example,
          '  annotations:\n    nginx.ingress.kubernetes.io/denylist-source-range: "0.0.0.0/0,::/0"\n', "",
          "test_questions_are_the_front_ends_alone /oidc/auth")
    front("questions of who says where it comes from", example, 'denylist-source-range: "0.0.0.0/0,::/0"',
          "whitelist-source-range: 192.0.2.0/32", "test_no_forwarded_address_opens_the_questions 192.0.2.0")
    front("questions of the other half", example, 'denylist-source-range: "0.0.0.0/0,::/0"',
          'denylist-source-range: "0.0.0.0/0"', "test_no_forwarded_address_opens_the_questions ::1")
    front("small bodies alone", example, 'proxy-body-size: "0"', 'proxy-body-size: 8m',
          "test_large_transfers_arrive_as_they_are")
    front("uploads are kept first", example, 'proxy-request-buffering: "off"', 'proxy-request-buffering: "on"',
          "test_an_upload_streams length")
front("one header is not replaced", "ingress-nginx/forward-auth.yaml", "      X-XNAT-OIDC-Family-Name,\n", "",
      "test_forged_identity X-XNAT-OIDC-Family-Name")
front("the question says what the client says", "ingress-nginx/forward-auth.yaml",
      "xnat/question-headers", "xnat/no-headers", "test_forged_forwarding_does_not_reach_the_sidecar")
front("what a client says is passed on", "ingress-nginx/headers.yaml", '''  X-Forwarded-Uri: ""
  X-Original-Method: ""''', '''  X-Original-Method: ""''', "test_forged_forwarding X-Forwarded-Uri",
      beside="ingress-nginx/reverse-proxy.yaml")

front("forged headers stay", "istio/ext-authz.yaml",
      "                    - remove_on_match: {key_matcher: {contains: oidc, ignore_case: true}}\n",
      "                    - remove: x-nothing\n", "test_forged_identity X-XNAT-OIDC-Username",
      "test_forged_identity X.XNAT.OIDC.Username")
front("headers with underscores", "istio/ext-authz.yaml",
      "headers_with_underscores_action: DROP_HEADER", "headers_with_underscores_action: ALLOW",
      "test_forged_forwarding X-Forwarded-Uri")
front("nobody is asked about", "istio/ext-authz.yaml", 'notValues: ["*"]', 'values: ["*"]',
      "test_script_without_a_session")
front("script and person look alike", "istio/mesh-config.yaml", ", sec-fetch-*]", "]",
      "test_people_and_scripts_are_told_apart script that wants a page", beside="istio/ext-authz.yaml")
front("nobody is named", "istio/mesh-config.yaml", "headersToUpstreamOnAllow: [x-xnat-oidc-*]",
      "headersToUpstreamOnAllow: [x-other-*]", "test_forged_identity_all_at_once GET", beside="istio/ext-authz.yaml")
front("a renewed cookie is lost", "istio/mesh-config.yaml", "headersToDownstreamOnAllow: [set-cookie]",
      "headersToDownstreamOnAllow: [x-other]", "test_a_renewed_cookie_reaches_the_browser",
      beside="istio/ext-authz.yaml")
front("two slashes are another path", "istio/mesh-config.yaml", "normalization: MERGE_SLASHES",
      "normalization: BASE", "test_logout_ends_the_session_or_is_refused /app//action/LogoutUser",
      beside="istio/ext-authz.yaml")
for recipe in ("reverse-proxy", "ext-authz"):
    front("questions of anybody", f"istio/{recipe}.yaml", 'regex: ".*/oidc/(.*/)?auth.*"', 'regex: "/oidc/auth"',
          "test_questions_are_the_front_ends_alone /oidc/auth-redirect/data/projects")

EACH = "test_each_header_that_is_handed_over_is_the_sidecars_alone"
front("the client says who vouches", "nginx/auth-request.conf",
      "    proxy_set_header X-XNAT-OIDC-Issuer $oidc_issuer;\n", "", EACH)
front("the client says who vouches", "traefik/forward-auth.yaml", '          X-XNAT-OIDC-Issuer: ""\n', "", EACH)
front("the client says who vouches", "ingress-nginx/forward-auth.yaml", "      X-XNAT-OIDC-Issuer,\n", "", EACH)
front("the client says who it is", "caddy/forward-auth.Caddyfile", "		request_header -*Oidc*\n", "", EACH)
front("the client says who it is", "envoy/ext-authz.yaml",
      "                        - remove_on_match: {key_matcher: {contains: oidc, ignore_case: true}}\n", "", EACH)

front("no credentials are credentials", "caddy/forward-auth.Caddyfile", "Authorization} != null", 'Authorization} != ""',
      "test_forged_identity_all_at_once GET")
front("a shared cache keeps somebody's cookie", "nginx/auth-request.conf",
      "        add_header Cache-Control $oidc_keeping;\n", "", "test_a_renewed_cookie_reaches_the_browser")
front("a shared cache keeps somebody's cookie", "caddy/forward-auth.Caddyfile", "Cache-Control no-store",
      "X-Nothing no-store", "test_a_renewed_cookie_reaches_the_browser")
TOKENS = "tests/interop/test_token_front_ends.py"
for example, text, replacement in (
        ("nginx/auth-request.conf", "Authorization $handed_credentials;", "Authorization $xnat_credentials;"),
        ("nginx/auth-request.conf", "X-Forwarded-Uri $request_uri;", 'X-Forwarded-Uri "";'),
        ("caddy/forward-auth.Caddyfile", "request_header @lent Authorization", "request_header @lent X-Nothing"),
        ("envoy/ext-authz.yaml", "{exact: authorization, ignore_case: true}", "{exact: x-nothing}"),
        ("envoy/ext-authz.yaml", "{key: X-Forwarded-Uri, ", "{key: X-Nothing, "),
        ("traefik/forward-auth.yaml", "|authorization$)", ")")):
    MUTATIONS.append(Mutation(
        f"front: {example}: no {'question of its own' if 'X-Forwarded-Uri' in text else 'alias token'}",
        f"examples/{example}", text, replacement,
        tuple(f"{TOKENS}::{test}[{example}]" for test in (
            "test_a_stock_xnat_knows_who_it_is", "test_who_keeps_no_cookies_has_a_session_in_xnat_for_each_request"))))
MUTATIONS.append(Mutation(
    "front: nginx/auth-request.conf: XNAT's cookies are lost", "examples/nginx/auth-request.conf",
    "proxy_hide_header CDN-Cache-Control;", "proxy_hide_header Set-Cookie;",
    (f"{TOKENS}::test_who_keeps_cookies_has_one_session_in_xnat[nginx/auth-request.conf]",)))
for example, text, replacement in (
        ("nginx/auth-request.conf", "location ^~ /oidc/auth {", "location = /nowhere {"),
        ("caddy/forward-auth.Caddyfile", "path_regexp /oidc/(.*/)?auth", "path_regexp /nowhere"),
        ("envoy/ext-authz.yaml", 'regex: ".*/oidc/(.*/)?auth.*"', 'regex: "/nowhere"'),
        ("traefik/forward-auth.yaml", "PathRegexp(`/oidc/(.*/)?auth`)", "PathRegexp(`/nowhere`)")):
    MUTATIONS.append(Mutation(
        f"front: {example}: whoever likes asks", f"examples/{example}", text, replacement,
        (f"{TOKENS}::test_a_script_learns_no_token[{example}-plain-/oidc/auth-redirect]",)))

KUBERNETES = "tests/interop/test_kubernetes.py"


def manifest(name, file, text, replacement, *tests):
    MUTATIONS.append(Mutation(f"manifest: {file}: {name}", f"examples/{file}", text, replacement,
                              tuple(f"{KUBERNETES}::{test}" for test in tests)))


POD = "kubernetes/xnat-with-sidecar.yaml"
manifest("not ready while people cannot sign in", POD, "readinessProbe: {httpGet: {path: /healthz, ",
         "readinessProbe: {httpGet: {path: /readyz, ", "test_a_provider_out_of_reach_takes_xnat_from_nobody")
manifest("XNAT's port for all", POD, "{protocol: TCP, port: 8081}", "{protocol: TCP, port: 8080}",
         "test_the_service_leads_to_the_sidecar_alone")
manifest("DICOM is shut", POD, "        - {protocol: TCP, port: 8104} # DICOM, where XNAT receives it\n", "",
         "test_the_service_leads_to_the_sidecar_alone")
manifest("past the sidecar", POD, "targetPort: sidecar", "targetPort: 8080",
         "test_the_service_leads_to_the_sidecar_alone")
manifest("no keys", POD, "            - --session-key-file=/etc/oidc-sidecar/keys/session.key\n", "",
         "test_the_sidecar_of_the_pod_serves")
manifest("as many workers as the node has processors", POD, "            - --workers=2 #", "            #",
         "test_memory_that_is_limited_is_for_a_number_of_workers[kubernetes/xnat-with-sidecar.yaml]")
HANDS = "--handoff=xnat-token\n{0}- --xnat-admin-file=/etc/oidc-sidecar/keys/xnat-admin\n{0}"
for file, indent, test in ((POD, 12, "test_the_sidecar_of_the_pod_serves"),
                           ("helm/ais/statefulset-patch.yaml", 6, "test_the_chart_with_the_sidecar")):
    manifest("nobody gets into XNAT", file, HANDS.format(" " * indent), "--handoff=headers\n" + " " * indent, test)
manifest("the account's password is in no pod", "helm/ais/kustomization.yaml", "[session.key, xnat-admin]",
         "[session.key]", "test_another_content_starts_a_roll_out")
manifest("readable by all", POD, """            secretName: oidc-sidecar-keys
            defaultMode: 0440""", """            secretName: oidc-sidecar-keys
            defaultMode: 0444""", "test_the_sidecar_of_the_pod_serves")

manifest("the sidecar closes first", "alb/ingress.yaml", "idle_timeout.timeout_seconds=300",
         "idle_timeout.timeout_seconds=330", "test_an_alb_closes_connections_before_the_sidecar_does")
manifest("the chart's rules come first", "alb/questions.yaml", 'group.order: "1"', 'group.order: "3"',
         "test_an_alb_of_a_chart_closes_the_same")
manifest("one port is closed", "alb/questions.yaml", '{"HTTP": 80}, {"HTTPS": 443}', '{"HTTP": 80}',
         "test_an_alb_of_a_chart_closes_the_same")
manifest("one question is closed", "alb/ingress.yaml", "path: /oidc/auth*", "path: /oidc/auth",
         "test_what_an_alb_does_not_close_is_no_question")
MUTATIONS.append(Mutation("manifest: alb/ingress.yaml: the sidecar answers every spelling", "server/routes.c",
                          "if (route && (route->traits & QUESTION) && !is_spelt",
                          "if (route && (route->traits & QUESTION) && target->ambiguous && !is_spelt",
                          (f"{KUBERNETES}::test_what_an_alb_does_not_close_is_no_question",)))
manifest("XNAT's health", "alb/ingress.yaml", "healthcheck-path: /oidc/jwks.json", "healthcheck-path: /",
         "test_the_health_that_an_alb_asks_for")
BELIEVED = "test_nobody_is_believed_unless_somebody_says_so"
for file in (POD, "helm/ais/statefulset-patch.yaml"):
    manifest("anybody is believed", file, "#- --trusted-proxy", "- --trusted-proxy", f"{BELIEVED}[{file}]")
ASKED = "test_who_is_asked_about_in_a_mesh"
manifest("the sidecar goes anywhere", "istio/ext-authz.yaml", """ports: ["8080"], notPaths: [/app/action/LogoutUser]}""",
         """ports: ["8080"], paths: [/nowhere]}""", ASKED)
manifest("nobody passes XNAT's logout on", "istio/ext-authz.yaml", "cluster.local/ns/xnat/sa/oidc-sidecar",
         "cluster.local/ns/xnat/sa/default", ASKED)
manifest("everybody logs out unasked", "istio/ext-authz.yaml", """ports: ["8080"], paths: [/app/action/LogoutUser]}""",
         """ports: ["8080"], paths: [/nowhere]}""", ASKED)
manifest("the other ports as well", "istio/gateway-alone.yaml", """
      to:
        - operation: {ports: ["8081"]}""", "", "test_the_gateway_alone_comes_to_a_port_that_believes_it")
manifest("whoever has a name", "istio/gateway-alone.yaml",
         "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account", '"*"',
         "test_the_gateway_alone_comes_to_a_port_that_believes_it")
manifest("metrics for all", "istio/ext-authz.yaml", "        - {protocol: TCP, port: 8081}\n",
         "        - {protocol: TCP, port: 8081}\n        - {protocol: TCP, port: 9090}\n",
         "test_the_sidecar_of_its_own_pod_is_the_meshes_alone")
manifest("who is not of the mesh asks", "istio/ext-authz.yaml", """    matchLabels: {app: oidc-sidecar}
  mtls: {mode: STRICT}""", """    matchLabels: {app: oidc-sidecar}
  mtls: {mode: PERMISSIVE}""", "test_the_sidecar_of_its_own_pod_is_the_meshes_alone")
for name, test in (("ext-authz", "test_the_sidecar_of_its_own_pod_is_the_meshes_alone"),
                   ("without-gateway", "test_a_load_balancer_and_scanners_come_without_the_mesh")):
    manifest("DICOM of the mesh alone, XNAT's port for all", f"istio/{name}.yaml", "8104: {mode: DISABLE}",
             "8080: {mode: DISABLE}", test)
manifest("questions of who says where it comes from", "helm/ais/closed.yaml",
         'denylist-source-range: "0.0.0.0/0,::/0"', "whitelist-source-range: 192.0.2.0/32",
         "test_questions_are_closed_alike[helm/ais/closed.yaml]")
for guide, test in (("kubernetes", "test_the_guide_to_kubernetes"), ("helm/ais", "test_the_guide_to_the_chart")):
    manifest("the key is everybody's", f"{guide}/README.md", "(umask 077 && openssl rand -base64 32 > session.key)",
             "(umask 022 && openssl rand -base64 32 > session.key)", test)
    manifest("the key is kept by git", f"{guide}/.gitignore", "/session.key\n", "",
             f"test_git_does_not_take_secrets[{guide}]")
for before, after in (("app=xnat-web --container oidc-check", "app=xnat --container oidc-check"),
                      ("--container oidc-sidecar", "--container sidecar")):
    manifest(f"nobody's log ({after})", "kubernetes/README.md", before, after, "test_the_guide_to_kubernetes")
MUTATIONS.append(Mutation("manifest: replicas: the keys are everybody's for a moment", "examples/replicas/README.md",
                          "(umask 077 && tac /etc/oidc-sidecar/session.key > /etc/oidc-sidecar/session.key.new)",
                          "tac /etc/oidc-sidecar/session.key > /etc/oidc-sidecar/session.key.new",
                          ("tests/guides/test_guide_secrets.py::test_secrets_are_nobody_elses"
                           "[examples/replicas/README.md]",)))
manifest("the providers' secrets are everybody's", "helm/ais/README.md", "(umask 077 && kubectl exec",
         "(umask 022 && kubectl exec", "test_the_guide_to_the_chart")
manifest("past the sidecar", "helm/ais/service-patch.yaml", "value: sidecar", "value: 8080",
         "test_the_chart_with_the_sidecar")
manifest("nobody looks whether the patches did anything", "helm/ais/hook.sh", "    exit 1\n", "",
         "test_a_release_of_another_name_stops_it")
manifest("secrets are left behind", "helm/ais/hook.sh", "trap 'rm -f all.yaml made.yaml' EXIT\n", "",
         "test_the_chart_with_the_sidecar")
manifest("a Secret is changed in place", "helm/ais/kustomization.yaml", "secretGenerator:\n",
         "generatorOptions: {disableNameSuffixHash: true}\nsecretGenerator:\n", "test_another_content_starts_a_roll_out")
manifest("a Secret in another namespace than its pod", "helm/ais/kustomization.yaml", "  - name: oidc-provider\n",
         "  - name: oidc-provider\n    namespace: xnat\n", "test_the_chart_with_the_sidecar")
manifest("no keys", "helm/ais/statefulset-patch.yaml",
         "      - --session-key-file=/etc/oidc-sidecar/keys/session.key\n", "", "test_the_chart_with_the_sidecar")


# --- a person at Chromium ---------------------------------------------------------------------------------

def seen(name, file, text, replacement, *tests):
    MUTATIONS.append(Mutation(f"browser: {name}", file, text, replacement,
                              tuple(f"tests/interop/test_fits_xnat.py::{test}" for test in tests)))


def either(test, *case):
    """The test with both hand-offs."""
    return [f"{test}[{'-'.join([handoff, *case])}]" for handoff in ("headers", "xnat-token")]


def elsewhere(file, text, replacement, name, *tests):
    """As above, where a plain client is enough."""
    MUTATIONS.append(Mutation(f"browser: {name}", file, text, replacement,
                              tuple(f"tests/system/test_{test}" for test in tests)))


seen("the account is not looked for", "server/xnat_account.c",
     "    {LOOK_UP, 200, 200, take_user},", "    {LOOK_UP, 200, 200, take_absence},",
     "test_the_first_sign_in_makes_the_account_and_the_second_finds_it[xnat-token]")
seen("nobody waits for approval", "server/xnat_account.c",
     "    if (!account->enabled)\n        refuse(", "    if (account->step == STEPS)\n        refuse(",
     "test_an_account_waits_for_approval_and_is_approved[xnat-token]")
seen("any e-mail", "server/xnat_account_read.c",
     "strcasecmp(email, reading->person->email) == 0)\n        return true;",
     "reading->person->email[0] != '\\0')\n        return true;",
     "test_the_e_mail_address_changes_at_the_provider[xnat-token]")
seen("sign-out leaves ours", "server/visitor.c",
     "        visitor_end_session(request->worker, entry, request_reference(request));\n",
     "        session_cache_remove(request->worker->sessions, entry);\n",
     *either("test_sign_out_ends_all_three_sessions"), *either("test_xnats_own_link_signs_out"))
seen("sign-out leaves XNAT's", "server/sign_out.c", "work->over = !ask_xnat(work);", "work->over = true;",
     "test_sign_out_ends_all_three_sessions[headers]")
seen("sign-out leaves the token", "server/xnat_farewell.c",
     "        xnat_farewell_token(worker, &token);\n    xnat_token_clear(&token);\n    xnat_stay_wake(",
     "        token.alias[0] = '\\0';\n    xnat_token_clear(&token);\n    xnat_stay_wake(",
     "test_sign_out_ends_all_three_sessions[xnat-token]", "test_xnats_own_link_signs_out[xnat-token]")
seen("sign-out leaves the provider's", "server/sign_out.c",
     "    if (location)\n        return respond_redirect(work->request, location);\n", "    free(location);\n",
     *either("test_sign_out_ends_all_three_sessions"))
seen("XNAT's own sign-out leaves ours", "server/forward.c",
     "    visitor_sign_out(request);\n    return forward_bare(request);\n", "    return forward_bare(request);\n",
     *either("test_xnats_own_link_signs_out"))
seen("who signs in leaves the one before in", "server/visitor.c",
     "    if (before)\n        visitor_end_session(worker, before, request_reference(request));\n", "",
     *either("test_somebody_else_on_the_same_browser", "hal", "ida", "walks away"))
seen("the way back is lost", "server/stranger.c", "    return redirect_to_sign_in(request, request->raw);\n",
     '    return redirect_to_sign_in(request, "/");\n', *either("test_a_deep_link_comes_back_whole", "pass"),
     *either("test_a_session_ends_in_the_middle_of_a_scripted_page"))
seen("the place on the page is lost", "server/pages.c", "a.href+=encodeURIComponent(location.hash)",
     "a.href+=''", *either("test_a_deep_link_comes_back_whole", "login"))
seen("the script is another", "server/pages.c", 'POLICY "; script-src \'sha256-', 'POLICY "; script-src \'sha256-A',
     *either("test_a_deep_link_comes_back_whole", "deny"))
seen("scripts get a page", "server/stranger.c", "    if (request_is_script(request))\n        return bearer_ask;\n",
     "", *either("test_a_session_ends_in_the_middle_of_a_scripted_page"))
seen("XNAT's login is hidden only", "server/forward.c", "    if (password_login_is_barred(request))\n",
     "    if (password_login_is_barred(request) && request_is_navigation(request))\n",
     *either("test_xnats_own_login_is_switched_off"))
seen("pages come up again", "server/proxy.c", "    return proxy->personal && answer_head_is_document(",
     "    return !proxy->request && answer_head_is_document(", *either("test_back_after_sign_out", "nothing"))
seen("one sign-in at a time", "server/state_cookie.c", "#define STATE_COOKIES_MAX 5", "#define STATE_COOKIES_MAX 1",
     *either("test_several_tabs_sign_in_at_once"))
seen("who comes back late is told off", "server/return_leg.c",
     "           visitor_of(leg->request) != NULL;\n", "           !leg->request;\n",
     *either("test_more_tabs_than_are_remembered"), *either("test_back_after_sign_in"))

elsewhere("server/stranger.c", "request_is_navigation(request) && keep_cookies(request, head) ?",
          "request_is_navigation(request) ?", "what XNAT remembers is lost",
          "unauthenticated.py::test_what_xnat_remembers_goes_along")
elsewhere("server/stranger.c", "location && !is_own_login(site, strchr(location, '?') != NULL);", "location;",
          "messages of XNAT's are lost",
          "unauthenticated.py::test_which_redirects_are_to_the_login_page"
          "[/app/template/Login.vm?message=locked-False]")
elsewhere("server/answer_head.c", "strncmp(at, path, size) == 0 && strchr(\";?#\", at[size]) ?", "strstr(at, path) ?",
          "whatever has the login page in it is one",
          "unauthenticated.py::test_which_redirects_are_to_the_login_page[/app/template/Login.vmx-False]",
          "unauthenticated.py::test_which_redirects_are_to_the_login_page"
          "[/xnat/app/template/Login.vm-False]")
elsewhere("server/answer_head.c", "strcspn(location, \":/?#\")", "strcspn(location, \":\")",
          "an address in a query is where it leads",
          "unauthenticated.py::test_which_redirects_are_to_the_login_page"
          "[/x#http://h/app/template/Login.vm-False]")
elsewhere("server/answer_head.c", "head->status == MHD_HTTP_FOUND ?", "head->status ?", "any status is a redirect",
          "unauthenticated.py::test_what_is_no_redirect_of_xnats_passes[200]")
elsewhere("server/password_login.c", " || has_action(path) ||", " ||", "the action in a path",
          "password_login.py::test_refused[stranger-/app/action/XDATLoginUser]",
          "password_login.py::test_refused[signed in-/app/template/Index.vm/action/XDATLoginUser]")
elsewhere("server/password_login.c", "if (plain[i] == '\\0')", "if (plain[i] == '\\1')", "what follows a NUL",
          "password_login.py::test_refused[stranger-/app?%00&action=XDATLoginUser]")
elsewhere("server/password_login.c", "strcasestr(plain, action) != NULL", "strstr(target->query, action) != NULL",
          "a query as it is spelt",
          "password_login.py::test_refused[stranger-/app/template/Index.vm?Action=XDATLogin%55ser]")
elsewhere("server/password_login.c", "ends_segment(path + size);", "true;", "what begins like it",
          "password_login.py::test_what_only_looks_like_it_passes[/logins]",
          "password_login.py::test_what_only_looks_like_it_passes[/data/services/authors]")
elsewhere("server/password_login.c", '"/login", "/data/services/auth", "/REST/services/auth"', '"/login"',
          "XNAT's other logins", "password_login.py::test_refused[stranger-/data/services/auth]",
          "password_login.py::test_refused[signed in-/rest/services/%61uth/]")
elsewhere("server/stranger.c", "    if (password_login_may_hide_in(request))\n        return ask_to_sign_in(request);\n",
          "", "a form's body is never looked at",
          "password_login.py::test_a_strangers_form_may_hide_it[/app/template/Index.vm]")
elsewhere("server/password_login.c", "           !request_brings_credentials(request) && inner", "           inner",
          "programs' forms do not pass",
          "password_login.py::test_forms_of_those_who_are_in_or_are_programs_pass[/app/template/Index.vm]")
elsewhere("server/routes.c", "    if (route && (route->traits & QUESTION) && !is_spelt_as_is(request, route))\n        return refuse_ambiguous;\n",
          "", "a question in any spelling",
          "forward_auth.py::test_a_question_is_spelt_as_it_is[/oidc;a/auth-redirect/x]",
          "forward_auth.py::test_a_question_is_spelt_as_it_is[/oidc/%61uth]")
elsewhere("server/proxy.c", "proxy->personal && answer_head_is_document(&proxy->answer) &&",
          "proxy->personal &&", "pictures are fetched each time", "proxy.py::test_what_somebody_sees_is_kept_nowhere[image/png-None]")
