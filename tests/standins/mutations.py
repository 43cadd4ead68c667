"""Mistakes on purpose in the stand-in XNAT: each makes it more forgiving than the contract, or forgets a
row of it, and names the tests that must notice.

./dev mutants makes them in a copy of the source; see conformance/mutations.py, whose neighbours they are.
"""

from conformance.mutations import Mutation

MUTATIONS = []


def mutation(name, file, text, replacement, *tests):
    path = "demo/http1.py" if file == "http1.py" else f"demo/xnat_server/{file}"
    MUTATIONS.append(Mutation(name, path, text, replacement, tests))


def credentials(test):
    return f"tests/standins/test_contract_credentials.py::{test}"


def rest(test):
    return f"tests/standins/test_contract_rest.py::{test}"


def mishap(test):
    return f"tests/standins/test_contract_mishaps.py::{test}"


# --- sessions ---------------------------------------------------------------------------------------

mutation("sessions of XNAT's never end", "sessions.py",
         'return self._clock.now() - session.seen >= self._settings["sessionTimeout"]', "return False",
         credentials("TestCookie::test_ends_when_idle_for_a_quarter_of_an_hour"),
         credentials("TestBasic::test_at_the_limit_further_logins_are_refused"))
mutation("the idle time does not begin anew", "sessions.py",
         "            if session:\n                session.seen = self._clock.now()\n", "",
         credentials("TestCookie::test_ends_when_idle_for_a_quarter_of_an_hour"))
mutation("a user may have any number of sessions", "sessions.py",
         '>= self._settings["concurrentMaxSessions"]', ">= 1e9",
         credentials("TestBasic::test_at_the_limit_further_logins_are_refused"),
         credentials("TestBasic::test_the_limit_is_a_thousand_a_user"))
mutation("sessions are said to be ended", "sessions.py",
         "            for session in ended:\n                self._end(session)\n", "",
         rest("TestEndSessions::test_lists_what_it_ended"), mishap("TestCounts"))
mutation("an hour of idling is allowed", "settings.py", "Setting(15 * 60,", "Setting(60 * 60,",
         credentials("TestCookie::test_ends_when_idle_for_a_quarter_of_an_hour"),
         credentials("TestCookie::test_session_expiration_time_can_be_read_by_scripts"))
mutation("a session more is allowed", "settings.py", "Setting(1000,", "Setting(1001,",
         credentials("TestBasic::test_the_limit_is_a_thousand_a_user"))
mutation("scripts cannot read the expiry", "site.py", "={expiry}; Path={path}",
         "={expiry}; Path={path}; HttpOnly",
         credentials("TestCookie::test_session_expiration_time_can_be_read_by_scripts"))
mutation("scripts can read the session", "site.py", "Path={path}; HttpOnly", "Path={path}",
         credentials("TestCookie::test_session_expiration_time_can_be_read_by_scripts"))
mutation("cookies are for the whole host", "site.py", 'self.context_path or "/", ', '"/", ',
         credentials("TestContextPath::test_rest"))

# --- credentials ------------------------------------------------------------------------------------

mutation("Basic of the session's user opens another session", "login.py",
         "if session and session.username in (name, token and token.username):", "if False:",
         credentials("TestBasic::test_of_the_sessions_user_is_ignored"),
         credentials("TestBasic::test_token_of_the_sessions_user_is_ignored"))
mutation("a token of the session's user opens another session", "login.py",
         "in (name, token and token.username):", "in (name,):",
         credentials("TestBasic::test_token_of_the_sessions_user_is_ignored"))
mutation("any Basic header is ignored with a session", "login.py",
         "if session and session.username in (name, token and token.username):", "if session:",
         credentials("TestBasic::test_of_another_user_takes_the_sessions_place"),
         credentials("TestBasic::test_token_that_is_good_no_longer_is_not_ignored"))
mutation("the other user's session stays", "login.py",
         "        if session:\n            self._site.sessions.end(session.identifier)\n"
         "        return self._open(account), True",
         "        return self._open(account), True",
         credentials("TestBasic::test_of_another_user_takes_the_sessions_place"))
mutation("the provider's name does not matter", "login.py",
         "                provider in (None, account.provider)", "                True",
         credentials("TestBasic::test_account_of_a_named_provider"))
mutation("any password will do", "login.py", "account and account.has_password(password) and", "account and",
         credentials("TestBasic::test_wrong_ones"), credentials("TestStates"),
         mishap("TestServiceAccount::test_its_password_can_be_changed"))
mutation("no password is a password", "accounts.py", "self.password or secrets.token_hex()",
         "str(self.password)", rest("TestCreate::test_without_a_password_nobody_gets_in"))
mutation("an alias is no user", "login.py", "if provider is None and _is_alias(name):", "if False:",
         credentials("TestBasic::test_alias_token"), rest("TestTokens::test_each_is_another"))
mutation("who names nobody is refused", "login.py",
         "return (provider, name, password) if name.strip() else None", "return provider, name, password",
         credentials("TestBasic::test_a_header_that_names_nobody_counts_for_nothing"))
mutation("disabled accounts come in", "login.py", "if not account.enabled:", "if False:",
         credentials("TestStates::test_disabled_is_refused_always"),
         credentials("TestStates::test_the_form_leads_to_a_page"))
mutation("unverified accounts come in", "site.py", 'self.settings["emailVerification"] and', "False and",
         credentials("TestStates::test_unverified_is_refused_while_the_site_requires_it"),
         credentials("TestStates::test_the_form_leads_to_a_page"))
mutation("unverified accounts never come in", "site.py", 'self.settings["emailVerification"] and', "True and",
         credentials("TestStates::test_unverified_is_refused_while_the_site_requires_it"))
mutation("a disabled account goes on", "server.py", "if not account.enabled:", "if False:",
         credentials("TestStates::test_disabled_in_the_middle_of_a_session"))
mutation("anything is a form", "login.py",
         'if request.first("Content-Type").partition(";")[0] != "application/x-www-form-urlencoded":',
         "if False:", credentials("TestPages::test_what_is_no_posted_form_is_no_login[POST-text/plain]"))
mutation("a form may be in the address", "server.py", 'if request.method != "POST":', "if False:",
         credentials("TestPages::test_what_is_no_posted_form_is_no_login[GET-application/x-www-form-urlencoded]"))
mutation("a form keeps the old session", "login.py", "        self.logout(request)\n", "",
         credentials("TestPages::test_login_opens_a_new_session"))
mutation("a login is not noted", "login.py", "account.last_login = ", "_ = ",
         credentials("TestPages::test_login"), rest("TestReadUser::test_user_json"))
mutation("there is one login action", "server.py", '("/app/action/XDATLoginUser", "/login")',
         '("/app/action/XDATLoginUser",)', credentials("TestPages::test_login[/login]"))
mutation("logout ends nothing", "server.py", "        self._login.logout(request)\n", "",
         credentials("TestPages::test_logout_ends_the_session"))

# --- who is asked, and how --------------------------------------------------------------------------

mutation("fs is no data path", "entry_point.py", "(xapi|data|REST|fs)", "(xapi|data|REST)",
         credentials("TestUnauthenticated::test_program_on_a_data_path_is_challenged"))
mutation("what begins like a data path is one", "entry_point.py", "|fs)(/|$)", "|fs)",
         credentials("TestUnauthenticated::test_all_others_go_to_the_login_page"))
mutation("everybody is interactive", "entry_point.py",
         "if is_data_path(request.path) and not is_interactive(request):", "if False:",
         credentials("TestUnauthenticated::test_program_on_a_data_path_is_challenged"))
mutation("nobody is interactive", "entry_point.py", "and not is_interactive(request):", "and True:",
         credentials("TestUnauthenticated::test_all_others_go_to_the_login_page"))
mutation("the desktop client is interactive", "entry_point.py", ' and "XNATDesktopClient" not in agent', "",
         credentials("TestUnauthenticated::test_program_on_a_data_path_is_challenged"))
mutation("Opera is not interactive", "entry_point.py", "AppleWebKit|Opera", "AppleWebKit",
         credentials("TestUnauthenticated::test_all_others_go_to_the_login_page"))
mutation("scripts are challenged", "entry_point.py", '== "XMLHttpRequest"', '== "no script"',
         credentials("TestBasic::test_a_script_gets_no_challenge"))

mutation("who brings nothing is not challenged as a script", "entry_point.py",
         "response.send(401, [CHALLENGE])", "refuse(request, response)",
         credentials("TestUnauthenticated::test_a_script_that_brings_nothing_is_challenged"))

# --- the wire ---------------------------------------------------------------------------------------

mutation("a head may be a byte larger", "http1.py", "HEAD_LIMIT = 8192", "HEAD_LIMIT = 8193",
         credentials("TestTraffic::test_heads_of_8_kb_and_no_more"))
mutation("a head has to be a byte smaller", "http1.py", "HEAD_LIMIT = 8192", "HEAD_LIMIT = 8191",
         credentials("TestTraffic::test_heads_of_8_kb_and_no_more"))
mutation("uploads are kept", "http1.py", "            self._digest.update(block)\n",
         "            self._digest.update(block)\n            self.kept = [block, getattr(self, 'kept', ())]\n",
         credentials("TestTraffic::test_uploads_are_streamed_and_their_digest_told[length]"))
mutation("the digest is another", "http1.py", "            self._digest.update(block)\n",
         "            self._digest.update(block[:100])\n",
         credentials("TestTraffic::test_uploads_are_streamed_and_their_digest_told"))
mutation("zip streams have a length", "data.py", "*headers], noise(size))", "*headers], noise(size), size)",
         credentials("TestTraffic::test_zip_streams_have_no_length"))
mutation("paths outside the site are answered", "server.py",
         "if not request.path.startswith(self.site.context_path) or not rest_of_path.startswith(\"/\"):",
         "if False:", credentials("TestContextPath::test_outside_is_nothing"))

# --- accounts ---------------------------------------------------------------------------------------

mutation("a username may be longer", "accounts.py", "{0,63}", "{0,64}", rest("TestCreate::test_refuses"))
mutation("a username may begin with a digit", "accounts.py", 'r"[a-zA-Z][A-Za-z0-9', 'r"[a-zA-Z0-9][A-Za-z0-9',
         rest("TestCreate::test_refuses[username-9a]"))
mutation("a mailbox may be longer", "accounts.py", "(?=[^@]{1,64}@)", "", rest("TestCreate::test_refuses"))
mutation("a domain needs no dot", "accounts.py", "@([A-Za-z0-9-]+\\.)+", "@([A-Za-z0-9-]+\\.)*",
         rest("TestCreate::test_refuses[email-a@localhost]"))
mutation("a top-level domain may be short", "accounts.py", "[A-Za-z]{2,}", "[A-Za-z]{1,}",
         rest("TestCreate::test_refuses[email-a@b.c]"))
mutation("a name may have markup", "accounts.py", 'NAME = re.compile(r"[^&<>\\"/]*[^&<>\\"/\\s][^&<>\\"/]*")',
         'NAME = re.compile(r".*\\S.*")', rest("TestCreate::test_refuses[firstName-a&b]"),
         rest("TestCreate::test_refuses[lastName-a/b]"))
mutation("a name may be blank", "accounts.py", '[^&<>\\"/\\s]', '[^&<>\\"/]',
         rest("TestCreate::test_refuses[firstName- ]"))
mutation("fields may be missing", "accounts.py", "    if creating:\n", "    if False:\n",
         rest("TestCreate::test_refuses[email-None]"))
mutation("verified is applied by itself", "accounts.py", '            values.pop("verified", None)\n',
         "            pass\n", rest("TestCreate::test_verified_is_applied_only_when_enabled_is_present"))
mutation("a flag may be a text", "accounts.py", "return isinstance(value, bool)", "return True",
         rest("TestCreate::test_refuses[enabled-true]"))
mutation("unknown fields pass", "accounts.py", "return name in TEXTS and isinstance(value, str)",
         "return name not in TEXTS or isinstance(value, str)", rest("TestCreate::test_refuses[admin-True]"))
mutation("a name can be taken twice", "accounts.py", 'if self.find(values["username"]):', "if False:",
         rest("TestCreate::test_exists"), rest("TestCreate::test_of_many_at_once_one_succeeds"))
mutation("the password is told", "accounts.py", '"secured": False', '"secured": False, "password": self.password',
         rest("TestReadUser::test_user_json"), rest("TestCreate::test_answers_with_the_user"))
mutation("a role is not given", "rest.py", 'roles=sorted({*account.roles, call.names["role"]}))', "roles=None)",
         rest("TestRoles::test_an_administrator_is_made"))
mutation("a new role takes the others away", "rest.py", "sorted({*account.roles, ", "sorted({",
         rest("TestRoles::test_an_administrator_is_made"))
mutation("everybody is an administrator", "accounts.py", "return ADMINISTRATOR in self.roles", "return True",
         rest("TestAccess::test_takes_good_and_strong_credentials"))

# --- calls ------------------------------------------------------------------------------------------

mutation("everybody may call", "rest.py", "if not allowed:", "if False:",
         rest("TestAccess::test_takes_good_and_strong_credentials"))
mutation("anybody's token may be invalidated", "rest.py",
         "if found.username != self.caller.username and not self.caller.is_administrator:", "if False:",
         rest("TestAccess::test_takes_good_and_strong_credentials"))
mutation("nobody may ask for himself", "rest.py",
         '(access == USER and names["username"] == caller.username)', "False",
         rest("TestAccess::test_everybody_may_ask_for_himself"))
mutation("an unknown user is 404 in every release", "rest.py",
         'missing or self.site.settings["unknownUser"]', "missing or 404", rest("TestReadUser::test_unknown"),
         rest("TestChange::test_unknown"), rest("TestEndSessions::test_unknown"))
mutation("a profile is 500 in older releases", "rest.py", "call.account(missing=404)", "call.account()",
         rest("TestReadUser::test_unknown"))
mutation("who exists is 409 in every release", "rest.py", 'call.site.settings["existingUser"]', "409",
         rest("TestCreate::test_exists"))
mutation("nothing changed is 200", "rest.py", "if not call.site.change_account(account, fields):",
         "call.site.change_account(account, fields)\n    if False:", rest("TestChange::test_nothing_changed"))
mutation("no sessions is 200", "rest.py", "if not ended:", "if False:", rest("TestEndSessions::test_none_active"))
mutation("a body may name another user", "rest.py",
         'if fields.get("username", account.username) != account.username:', "if False:",
         rest("TestChange::test_refuses"))
mutation("a body may be anything", "rest.py",
         'if self.request.first("Content-Type").partition(";")[0].strip() != "application/json":', "if False:",
         rest("TestCreate::test_takes_json_only"))
mutation("a name may come twice", "rest.py", ", object_pairs_hook=_unique", "",
         rest("TestCreate::test_takes_no_name_twice"))
mutation("a flag is anything", "rest.py", 'if call.names["flag"] not in ("true", "false"):', "if False:",
         rest("TestChange::test_flags"))

# --- alias tokens -----------------------------------------------------------------------------------

mutation("tokens never expire", "tokens.py", " and self._clock.milliseconds() < token.expires", "",
         rest("TestTokens::test_expire_after_two_days"), rest("TestTokens::test_the_timeout_is_a_setting"))
mutation("tokens live a day", "settings.py", "Setting(2 * 24 * 3600,", "Setting(24 * 3600,",
         rest("TestTokens::test_issued"), rest("TestTokens::test_expire_after_two_days"))
mutation("an alias is enough", "tokens.py", "return token.username if right else None",
         "return token and token.username", credentials("TestBasic::test_alias_token_with_another_secret"),
         rest("TestTokens::test_validate"))
mutation("the secret's case does not matter", "tokens.py",
         "token.secret.encode(), secret.encode()", "token.secret.lower().encode(), secret.lower().encode()",
         credentials("TestBasic::test_alias_token_with_another_secret"))
mutation("a secret is shorter", "tokens.py", "SECRET_LENGTH = 64", "SECRET_LENGTH = 63",
         rest("TestTokens::test_issued"))
mutation("invalidated tokens live on", "tokens.py", "            self._tokens.pop(alias, None)\n",
         "            pass\n", rest("TestTokens::test_invalidate"))
mutation("disabling a user leaves the tokens", "site.py",
         "            self.tokens.deactivate_all(account.username)\n", "            pass\n",
         rest("TestTokens::test_disabling_the_user_deactivates_them"))
mutation("disabling a user takes everybody's tokens", "tokens.py", "if token.username == username:", "if True:",
         rest("TestTokens::test_disabling_the_user_deactivates_them"))
mutation("enabling brings tokens back", "tokens.py", "return token.enabled and", "return",
         rest("TestTokens::test_disabling_the_user_deactivates_them"))

# --- what tests order -------------------------------------------------------------------------------

mutation("nothing is kept", "database.py", "            os.replace(new, self._path)\n", "            pass\n",
         mishap("TestRestart::test_with_a_database"))
mutation("a trouble is met for ever", "troubles.py", "                    trouble.left -= 1\n", "",
         mishap("TestTroubles::test_tomcat_answers_for_xnat"))
mutation("any method meets a trouble", "troubles.py", 'self.method in ("", request.method)', "True",
         mishap("TestTroubles::test_only_what_fits"))
mutation("a path's beginning meets a trouble", "troubles.py", "self.path.fullmatch", "self.path.match",
         mishap("TestTroubles::test_only_what_fits"))
mutation("held is what was done already", "troubles.py",
         '    gates.wait(details["gate"])\n    usual(request, response)\n',
         '    usual(request, response)\n    gates.wait(details["gate"])\n', mishap("TestTroubles::test_held"))
mutation("an answer is not lost", "troubles.py", "usual(request, http1.Response(Withheld(), request))",
         "usual(request, response)", mishap("TestTroubles::test_lost_answer"))
mutation("what is lost was not done", "troubles.py",
         "    usual(request, http1.Response(Withheld(), request))\n    response.close = True\n",
         "    response.close = True\n", mishap("TestTroubles::test_lost_answer"))

# --- the filter -----------------------------------------------------------------------------------------

mutation("two identities", "handoff.py", 'if request.all("Authorization"):', "if False:",
         "tests/standins/test_stand_in_filter.py::TestFilter::test_refuses_two_identities")
mutation("any e-mail", "handoff.py", 'account.email.lower() != (claims.get("email") or "").lower()', "not account",
         "tests/standins/test_stand_in_filter.py::TestFilter::test_another_e_mail_address",
         "tests/interop/test_fits_xnat.py::test_the_e_mail_address_changes_at_the_provider[headers]")
