"""Sign-in that fits XNAT: a person at Chromium, the stand-in XNAT, and a provider that knows people again.

Each test is run with both hand-offs. What differs between them is in a table: it is what a person sees
where XNAT's own page says something that otherwise ours does.
"""

import json

import pytest
from selenium.webdriver.common.by import By

from harness.chromium import Person
from harness.wait import wait_until

HANDOFFS = ("headers", "xnat-token")
PEOPLE = ("ada", "bea", "cid", "dot", "eve", "fay", "gus", "hal", "ida", "jon", "kim", "leo", "mia", "ned")
HOME = "/app/template/Index.vm"
BUTTON = 'a[href*="providerId=aaf"]'
PICKER = "Choose who to sign in as"
DISABLED = {"headers": "This account is not active yet",
            "xnat-token": "Your account is waiting for approval"}
OTHER_EMAIL = {"headers": ("XNAT does not accept this request", "another e-mail address"),
               "xnat-token": ("Your account cannot be connected", "account_email_differs")}


def make(launch, folder, handoff, options=(), **settings):
    """A site with that hand-off, and a provider that asks nobody twice."""
    people, account = folder / "people.json", folder / "xnat-admin"
    people.write_text(json.dumps([
        {"id": name, "organisation": "O", "claims": {
            "sub": name, "given_name": name.title(), "family_name": "Doe", "name": f"{name.title()} Doe",
            "email": f"{name}@example.com"}} for name in PEOPLE]))
    account.write_text("admin:admin\n")
    account.chmod(0o600)
    way = ["--handoff", "xnat-token", "--xnat-admin-file", account] if handoff == "xnat-token" else []
    return launch(filter_on=handoff == "headers", options=[*way, *options],
                  provider_options=["--people", people, "--sessions", "--single-sign-on",
                                    "--end-session", "--post-logout", "{url}/oidc/signed-out"],
                  **settings)


@pytest.fixture(scope="module", params=HANDOFFS)
def handoff(request):
    return request.param


@pytest.fixture(scope="module")
def shared(handoff, module_launch, tmp_path_factory):
    return make(module_launch, tmp_path_factory.mktemp(handoff), handoff)


@pytest.fixture
def site(shared):
    """The usual set-up: each test signs in somebody of its own."""
    yield shared
    shared.xnat.reset()


@pytest.fixture
def own(handoff, launch, tmp_path):
    return lambda **settings: make(launch, tmp_path, handoff, **settings)


@pytest.fixture
def person(tmp_path):
    made = Person(tmp_path / "chromium")
    yield made
    made.driver.quit()


def choose(person, who):
    """At the provider, which does not know them yet."""
    person.heading(PICKER)
    person.click(f'input[value="{who}"]')
    person.click('button[value="accept"]')


def sign_in(person, site, who, page=HOME):
    """From a page of XNAT's to the provider, whoever is signed in there, and back."""
    person.driver.get(f"{site.url}/oidc/sign-in?rd={page}")
    person.click(BUTTON)
    choose(person, who)


def is_in(person, who):
    person.heading(f"Signed in as {who.title()} Doe")


def sign_out(person, site):
    person.driver.get(f"{site.url}/oidc/sign-out")
    person.heading("You are signed out")


def cookies_of(person):
    return {cookie["name"]: cookie["value"] for cookie in person.driver.get_cookies()}


def ask_with(site, cookies, path):
    """What whoever has kept these cookies gets."""
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return site.browser().open(f"{site.url}{path}", Cookie=header)


def creations(site, since):
    """Accounts that were made by REST."""
    return [request for request in site.xnat.requests(since)
            if request["method"] == "POST" and request["target"] == "/xapi/users"]


# --- accounts -----------------------------------------------------------------------------------------------

def test_the_first_sign_in_makes_the_account_and_the_second_finds_it(site, handoff, person):
    before, since = site.xnat.state()["accounts"], site.xnat.mark()
    sign_in(person, site, "ada")
    is_in(person, "ada")
    account = site.xnat.account("aaf_ada")
    assert (account["email"], account["enabled"]) == ("ada@example.com", True)
    sign_out(person, site)
    sign_in(person, site, "ada")
    is_in(person, "ada")
    assert set(site.xnat.state()["accounts"]) - set(before) == {"aaf_ada"}
    assert site.xnat.account("aaf_ada")["id"] == account["id"]
    assert len(creations(site, since)) == (1 if handoff == "xnat-token" else 0)


def test_an_account_waits_for_approval_and_is_approved(own, handoff, person):
    site = own(provider_keys={"userAutoEnabled": "false"})
    sign_in(person, site, "ada")
    person.heading(DISABLED[handoff])
    person.keep(f"waits-for-approval-{handoff}")
    account = site.xnat.account("aaf_ada")
    assert not account["enabled"] and not site.xnat.sessions("aaf_ada")
    site.xnat.enable_account("aaf_ada")
    if handoff == "xnat-token":
        person.click('a[href^="/oidc/sign-in"]')  # the page's own way on
        person.click(BUTTON)
    else:
        person.driver.get(f"{site.url}{HOME}")
    is_in(person, "ada")
    assert site.xnat.account("aaf_ada")["id"] == account["id"]


def test_the_e_mail_address_changes_at_the_provider(site, handoff, person):
    """Nobody is attached to an account with another address, until an administrator has written the new one
    there."""
    sign_in(person, site, "bea")
    is_in(person, "bea")
    account = site.xnat.account("aaf_bea")
    sign_out(person, site)
    site.provider.change("bea", email="bea.new@example.com")
    sign_in(person, site, "bea")
    heading, words = OTHER_EMAIL[handoff]
    person.heading(heading)
    assert words in person.driver.page_source
    assert ("oidc-session" in cookies_of(person)) == (handoff == "headers"), "the filter refuses, or the sidecar"
    assert not site.xnat.tokens("aaf_bea") and not site.xnat.sessions("aaf_bea")
    site.xnat.set_account("aaf_bea", email="Bea.New@example.com")
    if handoff == "xnat-token":
        person.driver.get(f"{site.url}/oidc/sign-in")
        person.click(BUTTON)
    else:
        person.driver.get(f"{site.url}{HOME}")
    is_in(person, "bea")
    assert site.xnat.account("aaf_bea")["id"] == account["id"]


def test_an_account_that_is_disabled_in_xnat(site, handoff, person):
    sign_in(person, site, "cid")
    is_in(person, "cid")
    site.xnat.enable_account("aaf_cid", False)
    person.driver.get(f"{site.url}{HOME}")
    person.heading(DISABLED[handoff])
    person.driver.get(f"{site.url}/oidc/sign-in?rd={HOME}")
    person.click(BUTTON)
    person.heading(DISABLED[handoff])
    assert not site.xnat.tokens("aaf_cid")


# --- the end of it ------------------------------------------------------------------------------------------

def test_sign_out_ends_all_three_sessions(site, handoff, person):
    sign_in(person, site, "dot")
    is_in(person, "dot")
    kept = cookies_of(person)
    assert len(site.xnat.sessions("aaf_dot")) == 1
    assert len(site.xnat.tokens("aaf_dot")) == (1 if handoff == "xnat-token" else 0)
    sign_out(person, site)
    assert not {"oidc-session", "JSESSIONID"} & set(cookies_of(person))
    wait_until(lambda: not site.xnat.sessions("aaf_dot") and not site.xnat.tokens("aaf_dot"),
               "XNAT's session and token to end")
    assert ask_with(site, kept, "/oidc/session").status == 401
    assert "Dot" not in ask_with(site, kept, HOME).text
    person.driver.get(f"{site.url}/oidc/sign-in?rd={HOME}")
    person.click(BUTTON)
    person.heading(PICKER)  # the provider knows nobody any more


def test_xnats_own_link_signs_out(site, person):
    sign_in(person, site, "eve")
    is_in(person, "eve")
    kept = cookies_of(person)
    person.click('a[href="/app/action/LogoutUser"]')
    person.wait_for(lambda driver: driver.find_elements(By.CSS_SELECTOR, BUTTON), "the sign-in page")
    assert not {"oidc-session", "JSESSIONID"} & set(cookies_of(person))
    wait_until(lambda: not site.xnat.sessions("aaf_eve") and not site.xnat.tokens("aaf_eve"),
               "XNAT's session and token to end")
    assert ask_with(site, kept, "/oidc/session").status == 401


@pytest.mark.parametrize("first, second, parting", [("fay", "gus", "signs out"),
                                                    ("hal", "ida", "walks away")])
def test_somebody_else_on_the_same_browser(site, person, first, second, parting):
    """Nothing of the first is left: no cookie, no page, and no way back to one."""
    sign_in(person, site, first)
    is_in(person, first)
    kept = cookies_of(person)
    if parting == "signs out":
        sign_out(person, site)
    else:
        person.driver.delete_cookie("op-session")  # the provider's, on the same host
    sign_in(person, site, second)
    is_in(person, second)
    now = cookies_of(person)
    assert not [name for name in ("oidc-session", "JSESSIONID", "op-session")
                if now[name] == kept[name]]
    name = first.title()
    for page in ("/", HOME, "/oidc/session", "/oidc/sign-in"):
        person.driver.get(f"{site.url}{page}")
        assert name not in person.driver.page_source
    for _ in range(person.driver.execute_script("return history.length")):
        person.driver.back()
        assert name not in person.driver.page_source
    assert ask_with(site, kept, "/oidc/session").status == 401
    assert name not in ask_with(site, kept, HOME).text
    wait_until(lambda: not site.xnat.tokens(f"aaf_{first}"), "the first one's token to go")


# --- deep links ---------------------------------------------------------------------------------------------

DEEP = "/app/template/Report.vm?project=A%26B&n=1%202#tab=files/%C3%BC&x=1"


def is_at(person, site, target):
    person.wait_for(lambda driver: driver.current_url == site.url + target, target)


@pytest.mark.parametrize("mode", ["pass", "login", "deny"])
def test_a_deep_link_comes_back_whole(own, person, mode):
    """With what only the browser knows of it: the place on the page. Twice: at the provider by hand, and known."""
    site = own(options=["--unauthenticated", mode])
    person.driver.get(site.url + DEEP)
    person.click(BUTTON)
    choose(person, "ada")
    is_in(person, "ada")
    is_at(person, site, DEEP)
    for cookie in ("oidc-session", "JSESSIONID"):
        person.driver.delete_cookie(cookie)
    person.driver.get(site.url + DEEP)
    person.driver.refresh()  # the address differs in nothing from the last one's
    person.click(BUTTON)
    is_in(person, "ada")
    is_at(person, site, DEEP)
    assert not person.complaints()


# --- a session that ends while pages are open -----------------------------------------------------------------

FETCH = "const done = arguments[0]; fetch('/data/projects').then(answer => done(answer.status));"
XHR = ("const done = arguments[0], asked = new XMLHttpRequest(); asked.onload = () => done(asked.status);"
       "asked.open('POST', '/data/projects'); asked.setRequestHeader('X-Requested-With', 'XMLHttpRequest');"
       "asked.send('x');")


def test_a_session_ends_in_the_middle_of_a_scripted_page(own, person):
    """Scripts are told so; whoever goes on signs in, and is where they wanted to go."""
    site = own(options=["--session-ttl", "4s", "--session-idle", "4s"])
    sign_in(person, site, "ada")
    is_in(person, "ada")
    driver = person.driver
    assert [driver.execute_async_script(script) for script in (FETCH, XHR)] == [200, 200]
    person.wait_for(lambda _: not driver.get_cookie("oidc-session"), "the session to end")
    wait_until(lambda: not site.xnat.tokens("aaf_ada"), "the token to go", 20)
    assert [driver.execute_async_script(script) for script in (FETCH, XHR)] == [401, 401]
    driver.execute_script(f"location.href = '{DEEP}'")
    person.click(BUTTON)
    is_in(person, "ada")
    is_at(person, site, DEEP)


# --- tabs and buttons -----------------------------------------------------------------------------------------

def test_several_tabs_sign_in_at_once(site, person):
    """Each ends where it was going, in whatever order, and nobody is told of an error."""
    driver, tabs = person.driver, {}
    for number in range(4):
        driver.switch_to.new_window("tab")
        tabs[driver.current_window_handle] = f"/app/template/Tab{number}.vm#part{number}"
        driver.get(site.url + tabs[driver.current_window_handle])
        person.click(BUTTON)
        person.heading(PICKER)
    first, *others, last = tabs
    for tab in (last, first, *others):
        driver.switch_to.window(tab)
        choose(person, "jon")
        is_in(person, "jon")
        is_at(person, site, tabs[tab])
    assert len(site.xnat.tokens("aaf_jon")) <= 1


def test_more_tabs_than_are_remembered(site, person):
    driver, tabs = person.driver, []
    for number in range(7):
        driver.switch_to.new_window("tab")
        tabs.append(driver.current_window_handle)
        driver.get(f"{site.url}/app/template/Tab{number}.vm")
        person.click(BUTTON)
        person.heading(PICKER)
    for tab in reversed(tabs):
        driver.switch_to.window(tab)
        choose(person, "kim")
        is_in(person, "kim")


def test_back_after_sign_in(site, person):
    """Through the provider's page and ours: nothing that frightens, and the way on works."""
    driver = person.driver
    sign_in(person, site, "leo")
    is_in(person, "leo")
    driver.back()  # the provider, which knows them: straight on
    is_in(person, "leo")
    driver.get(f"{site.url}{HOME}")
    for _ in range(driver.execute_script("return history.length")):
        driver.back()
        assert "Reference" not in driver.page_source
    driver.get(f"{site.url}{HOME}")
    is_in(person, "leo")


@pytest.mark.parametrize("told", ["no-store", "nothing"])
def test_back_after_sign_out(site, person, told):
    """What XNAT showed does not come up again, whether it says so itself or not."""
    page = "/app/template/Report.vm"
    if told == "nothing":
        site.xnat.trouble("answer", page, status=200, type="text/html; charset=utf-8",
                          body="<h1>Signed in as Mia Doe</h1>")
    sign_in(person, site, "mia", page)
    is_in(person, "mia")
    sign_out(person, site)
    person.driver.back()
    person.wait_for(lambda driver: driver.find_elements(By.CSS_SELECTOR, BUTTON), "the sign-in page")
    assert "Mia" not in person.driver.page_source


# --- XNAT's own login ---------------------------------------------------------------------------------------

def test_xnats_own_login_is_switched_off(own, person):
    """Neither found nor, where somebody kept the form, taken."""
    site = own(site_keys={"disableUsernamePasswordLogin": "true"}, xnat_options=["--user", "local:local"])
    driver = person.driver
    for page in ("/app/template/Login.vm", "/app/template/Login.vm?xnat-account", HOME):
        driver.get(site.url + page)
        person.wait_for(lambda _: driver.find_elements(By.CSS_SELECTOR, BUTTON), "the sign-in page")
        assert not driver.find_elements(By.CSS_SELECTOR, 'a[href*="Login.vm"]')
    driver.get(f"data:text/html,<form method=post action={site.url}/login><input name=username value=local>"
               "<input name=password value=local><button>Log in</button></form>")
    person.click("button")
    person.heading("XNAT's own login is switched off")
    person.keep("password-login-off")
    assert not site.xnat.sessions("local")
    person.click('a[href^="/oidc/sign-in"]')
    person.click(BUTTON)
    choose(person, "ada")
    is_in(person, "ada")
