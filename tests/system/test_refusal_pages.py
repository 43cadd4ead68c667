"""What a person is told who does not get in: the page of the reason, and the reference that stands in
the log; in the site's words, colours and name."""

import datetime
import re
import subprocess
import time

import pytest

from harness import properties
from harness.ordeal import Ordeal
from harness.process import Process
from harness.servers import Sidecar, sidecar_program
from harness.wait import wait_until

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>alert(1)</script></svg>'
HOUR = 3600


def fact(page, label):
    return re.search(f"<dt>{label}</dt><dd>([^<]*)</dd>", page.text)[1]


def assert_told(made, answer, reason, heading, status):
    """The page says it, and the log says more under the same reference."""
    assert answer.status == status
    assert f"<h1>{heading}</h1>" in answer.text
    assert fact(answer, "Reason") == reason
    (line,) = wait_until(lambda: [each for each in made.sidecar.events("login_refused")
                                  if each["request_id"] == fact(answer, "Reference")],
                         "the line with the page's reference")
    assert line["reason"] == reason
    told = datetime.datetime.strptime(fact(answer, "Time"), "%Y-%m-%d %H:%M:%S UTC")
    logged = datetime.datetime.strptime(line["time"], "%Y-%m-%dT%H:%M:%S.%fZ")
    assert abs(logged - told) < datetime.timedelta(minutes=1), "the line is found by the time, too"
    return line


@pytest.fixture(scope="module")
def made(module_launch):
    return module_launch(provider_keys={"shouldFilterEmailDomains": "true",
                                        "allowedEmailDomains": "example.net"})


def test_organisation(made):
    answer = made.browser().sign_in(made.url)
    assert_told(made, answer, "email_domain", "Your organisation is not admitted", 403)


def test_unknown_provider(made):
    answer = made.browser().visit(f"{made.url}/openid-login?providerId=nobody")
    assert_told(made, answer, "provider_unknown", "There is no such sign-in here", 404)


def test_declined(made):
    browser = made.browser()
    back = f"{made.redirect_uri}?error=access_denied&state=" + state_of(browser.begin(made.url))
    assert_told(made, browser.visit(back), "access_denied", "The sign-in was declined", 403)


def state_of(answer):
    return re.search(r"[?&]state=([^&]+)", answer.location)[1]


def test_cookies_blocked(made):
    """Not a single cookie comes back."""
    back = f"{made.redirect_uri}?code=x&state=" + state_of(made.browser().begin(made.url))
    answer = made.browser().visit(back)
    line = assert_told(made, answer, "cookies_missing", "Your browser sent no cookies", 400)
    assert "without any cookie" in line["detail"]


STATE_TTL = 600  # seconds that a browser keeps the cookie of a sign-in


def test_ten_minutes_at_the_provider(module_launch):
    """The browser has forgotten the sign-in's cookie by then. It has no other where nobody came to XNAT before, and the
    page must not say that it blocks them."""
    made = module_launch(options=["--unauthenticated", "login"])
    browser = made.browser()
    answer = browser.begin(made.url)
    (cookie,) = browser.jar.all()
    assert cookie.name.startswith("oidc-state-") and cookie.expires <= time.monotonic() + STATE_TTL
    cookie.expires -= STATE_TTL
    answer = browser.visit(f"{made.redirect_uri}?code=x&state=" + state_of(answer))
    line = assert_told(made, answer, "cookies_missing", "Your browser sent no cookies", 400)
    assert "more than ten minutes ago" in answer.text and "more than ten minutes ago" in line["detail"]
    assert browser.sign_in(made.url).status == 302, "as the page says"


def test_cookie_kept_for_longer(launch, library):
    """By a browser whose clock is slow, or that restores what it had: ten minutes are ten minutes."""
    ordeal = Ordeal(launch(), library)
    browser = ordeal.setup.browser()
    answer = browser.begin(ordeal.setup.url)
    ordeal.faults.shift_clock(STATE_TTL + 1)
    answer = browser.visit(f"{ordeal.setup.redirect_uri}?code=x&state=" + state_of(answer))
    line = assert_told(ordeal.setup, answer, "state_expired", "This link is too old", 400)
    assert str(STATE_TTL) in line["detail"]


def test_another_browser(made):
    """Others come back, so it takes cookies: it is this sign-in's that is not there."""
    back = f"{made.redirect_uri}?code=x&state=" + state_of(made.browser().begin(made.url))
    answer = made.browser().request("GET", back, {"Accept": "text/html", "Cookie": "theme=dark"})
    assert_told(made, answer, "state_missing", "This sign-in cannot be continued", 400)


def test_link_used_before(made):
    browser = made.browser()
    answer = browser.begin(made.url)
    back = f"{made.redirect_uri}?error=access_denied&state=" + state_of(answer)
    cookie = browser.jar.header(made.url)
    browser.visit(back)
    again = browser.request("GET", back, {"Accept": "text/html", "Cookie": cookie})
    assert_told(made, again, "state_used", "This link is too old", 400)


def test_xnat_out_of_reach(launch):
    made = launch()
    made.xnat.stop()
    answer = made.browser().visit(f"{made.url}/app/")
    assert answer.status == 502 and "<h1>XNAT cannot be reached</h1>" in answer.text
    made.sidecar.wait_event("upstream_failed", reason="upstream_unreachable", upstream=made.xnat.url,
                            request_id=fact(answer, "Reference"))


def test_provider_out_of_reach(launch):
    made = launch()
    browser = made.browser()
    answer = browser.begin(made.url)
    made.provider.stop()
    back = f"{made.redirect_uri}?code=x&state=" + state_of(answer)
    assert_told(made, browser.visit(back), "provider_unreachable",
                "The sign-in provider cannot be reached", 502)


@pytest.mark.parametrize("jump, reason", [(4 * HOUR, "id_token_expired"), (-4 * HOUR, "id_token_future")])
def test_clock(launch, library, jump, reason):
    """Page and log say that it is a clock, and by how much."""
    ordeal = Ordeal(launch(), library)
    ordeal.faults.shift_clock(jump)
    answer = ordeal.setup.browser().sign_in(ordeal.setup.url)
    line = assert_told(ordeal.setup, answer, reason, "A clock is wrong", 502)
    assert fact(answer, "Clocks differ by") in ("3 hours", "4 hours")
    (seconds,) = re.findall(r"\b1[0-4][0-9]{3}\b", line["detail"])
    assert 2 * HOUR < int(seconds) <= 4 * HOUR and "NTP" in line["hint"]


# --- a site's own ---------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def own(module_launch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("look")
    (folder / "logo").write_text(LOGO)
    (folder / "deutsch").write_text("language = de\npage.provider_unknown.heading = Das gibt es hier nicht\n"
                                    "error.reference = Zeichen\n", encoding="utf-8")
    return module_launch(options=[
        "--site-name", "Bilder & Daten", "--contact", "hilfe@example.de", "--logo-file", folder / "logo",
        "--accent-colour", "#8a1538", "--footer-text", "Datenschutz <hier>",
        "--footer-link", "https://www.example.de/datenschutz", "--messages", folder / "deutsch"])


def test_words_name_contact_and_footer(own):
    answer = own.browser().visit(f"{own.url}/openid-login?providerId=nobody")
    assert '<html lang="de">' in answer.text and "<h1>Das gibt es hier nicht</h1>" in answer.text
    assert "<dt>Zeichen</dt>" in answer.text and "<h2>Whom to ask</h2>" in answer.text
    assert '<a href="mailto:hilfe@example.de">hilfe@example.de</a>' in answer.text
    assert "Bilder &amp; Daten</span>" in answer.text
    assert '<a href="https://www.example.de/datenschutz">Datenschutz &lt;hier&gt;</a>' in answer.text
    sign_in = own.browser().visit(f"{own.url}/oidc/sign-in")
    assert "mailto:hilfe@example.de" in sign_in.text and '<img src="/oidc/logo" alt="">' in sign_in.text


def test_logo_may_draw_and_nothing_else(own):
    answer = own.browser().visit(f"{own.url}/oidc/logo")
    assert answer.status == 200 and answer.text == LOGO
    assert answer.header("Content-Type") == "image/svg+xml"
    assert answer.header("X-Content-Type-Options") == "nosniff"
    policy = answer.header("Content-Security-Policy")
    assert "default-src 'none'" in policy and "sandbox" in policy and "script" not in policy


def test_colours(own):
    style = own.browser().visit(f"{own.url}/oidc/style.css").text
    assert "--accent:#8a1538;" in style.rpartition("footer")[2]


def test_there_is_no_logo_where_none_is_given(made):
    assert made.browser().visit(f"{made.url}/oidc/logo").status == 404


# What is wrong, and words that the message must have.
WRONG = {
    "colour that is too light": (["--accent-colour", "#9ac"], ["--accent-colour", "2.", ":1", "4.5:1"]),
    "colour that is too dark": (["--accent-colour-dark", "#003"], ["--accent-colour-dark", "4.5:1"]),
    "colour in words": (["--accent-colour", "blue"],
                        ["--accent-colour", "blue", "#rrggbb", "six hexadecimal digits, such as #1a5fb4"]),
    "dark colour in words": (["--accent-colour-dark", "pink"],
                             ["--accent-colour-dark", "pink", "six hexadecimal digits, such as #79b8f8"]),
    "contact": (["--contact", "javascript:alert(1)"], ["--contact", "https URL"]),
    "contact without a domain": (["--contact", "somebody@"], ["--contact", "help@example.edu.au"]),
    "link": (["--footer-text", "x", "--footer-link", "http://a.example"], ["--footer-link", "https"]),
    "link without a text": (["--footer-link", "https://a.example"], ["--footer-text"]),
    "name": (["--site-name", "x" * 81], ["--site-name", "80 bytes"]),
    "name in the wrong direction": (["--site-name", "a\u202eb"], ["--site-name", "plain"]),
    "logo that is none": (["--logo-file", "{picture}"], ["neither SVG nor PNG"]),
    "logo that is too large": (["--logo-file", "{large}"], ["256 KiB"]),
    "logo that is not there": (["--logo-file", "/nowhere/logo"], ["No such file", "--logo-file"]),
    "catalogue that is not there": (["--messages", "/nowhere/words"], ["--print-messages"]),
    "mistakes in the catalogue": (["--messages", "{words}"],
                                  ["words:2", "sign_in.heading", "words:3", "{provider}"]),
}


@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize("name", WRONG)
def test_mistakes_stop_the_start(tmp_path, name, checked):
    """And --check-config says them, too."""
    files = {"picture": b"GIF89a", "large": b"<svg>" + b" " * 262144,
             "words": b"# words\nsign_in.headin = x\nsigned_out.both = fort\n"}
    for each, content in files.items():
        (tmp_path / each).write_bytes(content)
    options, words = WRONG[name]
    options = [re.sub(r"^{(\w+)}$", lambda found: str(tmp_path / found[1]), each) for each in options]
    config = tmp_path / "openid-provider.properties"
    config.write_text(properties.site("http://127.0.0.1:8081",
                                      [properties.ProviderBlock("http://127.0.0.1:9")]))
    process = Sidecar([config], "http://127.0.0.1:9",
                      [*options, *(["--check-config"] if checked else [])])
    Process.start(process)
    assert process.wait_exit() == 1
    said = "\n".join(process.stderr + process.stdout)
    for word in words:
        assert word in said, said


def test_catalogue_to_start_from(tmp_path):
    """What is printed is taken, and changes nothing."""
    done = subprocess.run([sidecar_program(), "--print-messages"], capture_output=True, check=True,
                          timeout=30)
    assert b"\npage.account_waiting.heading = Your account is waiting for approval\n" in done.stdout
    (tmp_path / "words").write_bytes(done.stdout)
    config = tmp_path / "openid-provider.properties"
    config.write_text(properties.site("http://127.0.0.1:8081",
                                      [properties.ProviderBlock("http://127.0.0.1:9")]))
    checked = subprocess.run([sidecar_program(), "--config", config, "--messages", tmp_path / "words",
                              "--check-config"], capture_output=True, timeout=30, check=False)
    assert checked.returncode == 0, checked.stderr.decode()
