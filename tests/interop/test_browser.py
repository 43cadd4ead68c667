"""A real browser: Chromium signs in from the sign-in page to XNAT's page, and out again.

Screenshots of every page, at desktop and phone width, are kept in _build/artifacts.
"""

import pytest
from selenium.webdriver.common.by import By

from harness.chromium import SIZES, Person


@pytest.fixture(scope="module")
def site(module_launch):
    return module_launch()


@pytest.fixture(params=SIZES)
def person(request, tmp_path):
    made = Person(tmp_path / "chromium", request.param)
    yield made
    made.driver.quit()


RESTLESS = """<h1></h1><script>
  const loads = Number(sessionStorage.loads || 0);
  document.querySelector("h1").textContent = loads < 40 ? "not yet" : "at rest";
  sessionStorage.loads = loads < 40 ? loads + 1 : 0;
  if (loads < 40) setTimeout(() => location.reload(), 30 * Math.random());
</script>"""


def test_a_page_that_goes_away_while_it_is_looked_at(person, tmp_path):
    """Looking waits for the next page, by whatever name the browser's driver calls what it lost."""
    page = tmp_path / "restless.html"
    page.write_text(RESTLESS)
    for _ in range(4):
        person.driver.get(page.as_uri())
        person.heading("at rest")


def test_in_and_out(site, person):
    driver = person.driver
    driver.get(f"{site.url}/oidc/sign-in?rd=%2Fapp%2Ftemplate%2FIndex.vm")
    person.keep("sign-in")
    person.click('a[href*="providerId=aaf"]')
    person.heading("Choose who to sign in as")
    person.keep("provider")
    person.click('input[value="guenther"]')
    person.click('button[value="accept"]')
    person.heading("Signed in as Günther Größe")
    assert driver.current_url == f"{site.url}/app/template/Index.vm"
    person.keep("xnat-home")
    driver.get(f"{site.url}/oidc/sign-out")
    person.wait_for(lambda _: driver.current_url.startswith(f"{site.url}/"), "our own page")
    person.keep("signed-out")
    driver.get(f"{site.url}/oidc/session")
    assert "Günther" not in driver.page_source
    assert not person.complaints()


def test_xnat_logout_link(site, person):
    driver = person.driver
    driver.get(f"{site.url}/openid-login?providerId=aaf")
    person.click('input[value="alice"]')
    person.click('button[value="accept"]')
    person.heading("Signed in as Alice Nguyen")
    person.click('a[href="/app/action/LogoutUser"]')
    person.wait_for(lambda _: not driver.get_cookie("oidc-session"), "the session to end")
    driver.get(f"{site.url}/app/template/Login.vm")
    person.wait_for(lambda _: driver.find_elements(By.CSS_SELECTOR, 'a[href*="providerId=aaf"]'),
                    "the sign-in page in place of XNAT's login page")
    assert not person.complaints()


def test_declined(site, person):
    person.driver.get(f"{site.url}/openid-login?providerId=aaf")
    person.heading("Choose who to sign in as")
    person.click('button[value="decline"]')
    person.wait_for(lambda driver: "access_denied" in driver.page_source, "the refusal")
    person.keep("declined")
    assert person.driver.get_cookie("oidc-session") is None


def test_error_page(site, person):
    person.driver.get(f"{site.url}/openid-login?providerId=nobody")
    person.wait_for(lambda driver: "provider_unknown" in driver.page_source, "the refusal")
    person.keep("error")
    assert person.is_centred()
    assert not person.complaints()


def test_xnats_own_login(site, person):
    driver = person.driver
    driver.get(f"{site.url}/app/template/Login.vm")
    person.click('a[href*="Login.vm"]')
    person.heading("Log in to XNAT")
    person.keep("xnat-login")
    driver.find_element(By.NAME, "username").send_keys("admin")
    driver.find_element(By.NAME, "password").send_keys("admin")
    person.click("button")
    person.heading("Signed in as admin")


def test_keyboard_alone(site, person):
    """From the sign-in page to the provider without a pointer."""
    from selenium.webdriver.common.keys import Keys
    driver = person.driver
    driver.get(f"{site.url}/oidc/sign-in")
    for _ in range(10):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        if "providerId=aaf" in (driver.switch_to.active_element.get_attribute("href") or ""):
            break
    outline = driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline not in ("none", ""), "focus must be seen"
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    person.heading("Choose who to sign in as")


@pytest.fixture(scope="module")
def single_sign_on(module_launch):
    """A provider that knows people again, signs them out, and may sign them in unasked."""
    return module_launch(provider_keys={"autoLogin": "true"},
                         provider_options=["--sessions", "--end-session",
                                           "--post-logout", "{url}/oidc/signed-out"])


def shows_the_button(person):
    person.wait_for(lambda driver: driver.find_elements(By.CSS_SELECTOR, 'a[href*="providerId=aaf"]'),
                    "the sign-in page")


def sign_in_by_hand(person, site):
    person.driver.get(f"{site.url}/oidc/sign-in?rd=%2Fapp%2Ftemplate%2FIndex.vm")
    shows_the_button(person)
    person.click('a[href*="providerId=aaf"]')
    person.heading("Choose who to sign in as")
    person.click('input[value="guenther"]')
    person.click('button[value="accept"]')
    person.heading("Signed in as Günther Größe")


def test_signed_in_unasked_and_out_at_the_provider(single_sign_on, person):
    site, driver = single_sign_on, person.driver
    sign_in_by_hand(person, site)
    driver.delete_cookie("oidc-session")
    driver.delete_cookie("JSESSIONID")
    driver.get(f"{site.url}/app/template/Login.vm")
    person.heading("Signed in as Günther Größe")
    driver.get(f"{site.url}/oidc/sign-out")
    person.heading("You are signed out")
    assert driver.current_url.startswith(f"{site.url}/oidc/signed-out?state=")
    person.keep("signed-out-at-the-provider")
    assert person.is_centred()
    driver.get(f"{site.url}/app/template/Login.vm")
    shows_the_button(person)
    assert not driver.get_cookie("oidc-session") and not person.complaints()


def test_link_of_another_site_asks_first(single_sign_on, person):
    site, driver = single_sign_on, person.driver
    sign_in_by_hand(person, site)
    driver.get(f"data:text/html,<a href='{site.url}/oidc/sign-out'>win a prize</a>")
    person.click("a")
    person.heading("Sign out?")
    assert driver.get_cookie("oidc-session")
    person.keep("sign-out-asked")
    assert person.is_centred()
    person.click('a[href^="/oidc/sign-out"]')
    person.heading("You are signed out")
    assert not driver.get_cookie("oidc-session") and not person.complaints()
