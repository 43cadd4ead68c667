"""Every page there is, in Chromium: by axe-core's rules, at phone and desktop width, light and dark.

The pages are written by the sidecar's own code (tests/unit/server/print_pages.c), with the plain
look and with a site's own, and served under the policy that the sidecar sends. Screenshots are kept
in _build/artifacts/pages.
"""

import functools
import http.server
import os
import subprocess
import threading
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from harness.chromium import FLAGS
from harness.process import ROOT, clean_environment
from interop import axe_core

BUILD = ROOT / os.environ.get("OIDC_BUILD", "_build")
PROGRAM = "tests/unit/server/print_pages"
ARTIFACTS = BUILD / "artifacts" / "pages"
WIDTHS = {"phone": (320, 640), "desktop": (1280, 900)}
SCHEMES = ("light", "dark")
LOGO = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        '<circle cx="20" cy="20" r="18" fill="#8a1538"/></svg>')
LOOKS = {"plain": (),
         "own": ("National Imaging Facility, University of Example", "help@imaging.example.edu.au",
                 "logo.svg", "Privacy policy", "#8a1538")}
LONG = 64  # characters of a word that must be broken to fit a phone


class Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self):
        name = "policy-sign-in" if self.path.startswith("/sign-in") else "policy"
        policy = Path(self.translate_path(f"/{name}")).read_text()
        self.send_header("Content-Security-Policy", policy)
        super().end_headers()

    def log_message(self, *_):
        pass


class Book:
    """All pages of one look, and where they are served."""

    def __init__(self, folder, look):
        folder.mkdir()
        subprocess.run(["make", "-s", "-C", BUILD, PROGRAM], check=True, timeout=600)
        subprocess.run([BUILD / PROGRAM, folder, *LOOKS[look]], check=True, timeout=60)
        (folder / "logo.svg").write_text(LOGO)
        self.look, self.names = look, sorted(each.stem for each in folder.glob("*.html"))
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module", params=LOOKS)
def book(request, tmp_path_factory):
    made = Book(tmp_path_factory.mktemp("pages") / request.param, request.param)
    assert len(made.names) > 25, "print_pages writes a page of every kind"
    yield made
    made.close()


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    made = webdriver.Chrome(options=options, service=webdriver.chrome.service.Service(
        "/usr/bin/chromedriver", env=clean_environment()))
    yield made
    made.quit()


def show(driver, width, scheme):
    wide, high = WIDTHS[width]
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": wide, "height": high, "deviceScaleFactor": 1, "mobile": width == "phone"})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": scheme}]})


def judge(driver, axe):
    """What axe-core finds, and what it could not decide."""
    driver.execute_script(axe)
    result = driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',"
        " 'best-practice'], resultTypes: ['violations', 'incomplete']})"
        ".then(done, problem => done({failed: String(problem)}))")
    assert "failed" not in result, result
    assert result["passes"], "no rule looked at anything"
    return [(each["id"], node["html"], node.get("failureSummary"))
            for key in ("violations", "incomplete") for each in result[key]
            for node in each["nodes"]]


def too_wide(driver):
    wide, room = driver.execute_script(
        "return [document.documentElement.scrollWidth, window.innerWidth]")
    return wide > room


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_shuts_anybody_out(book, driver, width, scheme):
    axe = axe_core.script()
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    show(driver, width, scheme)
    driver.get_log("browser")
    for name in book.names:
        driver.get(f"{book.url}/{name}.html")
        assert not judge(driver, axe), name
        assert not too_wide(driver), name
        driver.save_screenshot(str(ARTIFACTS / f"{name}-{book.look}-{width}-{scheme}.png"))
    complaints = [entry["message"] for entry in driver.get_log("browser")
                  if "favicon" not in entry["message"]]
    assert not complaints


def test_words_that_are_too_long_are_broken(book, driver):
    """A reference, a host name or a contact is as wide as it is."""
    show(driver, "phone", "light")
    driver.get(f"{book.url}/refused-account_disabled.html")
    driver.execute_script("for (const each of document.querySelectorAll('p, dd, h1, .host'))"
                          f" each.append('m'.repeat({LONG}))")
    assert not too_wide(driver)


def test_tabulator_goes_through_what_can_be_followed(book, driver):
    """In the order in which it is read, each with a ring around it, and none is left out."""
    show(driver, "desktop", "light")
    for name in ("sign-in", "refused-account_disabled", "signed-out-here", "confirm"):
        driver.get(f"{book.url}/{name}.html")
        links = driver.find_elements(By.TAG_NAME, "a")
        assert links, name
        for link in links:
            webdriver.ActionChains(driver).send_keys(Keys.TAB).perform()
            assert driver.switch_to.active_element == link, name
            assert link.value_of_css_property("outline-style") == "solid", name


def test_what_is_touched_is_large_enough(book, driver):
    """WCAG 2.2, 2.5.8: 24 pixels; buttons 48."""
    show(driver, "phone", "light")
    for name in ("sign-in", "refused-account_disabled"):
        driver.get(f"{book.url}/{name}.html")
        for link in driver.find_elements(By.TAG_NAME, "a"):
            least = 48 if "button" in link.get_attribute("class") else 24
            assert link.size["height"] >= least, (name, link.text)


@pytest.mark.parametrize("script", ["document.querySelector('h1').remove()",
                                    "document.documentElement.removeAttribute('lang')",
                                    "document.querySelector('main p').style.color = '#bbb'"])
def test_the_judge_would_notice(book, driver, script):
    show(driver, "desktop", "light")
    driver.get(f"{book.url}/refused-account_disabled.html")
    driver.execute_script(script)
    assert judge(driver, axe_core.script())
