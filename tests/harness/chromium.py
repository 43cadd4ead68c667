"""A real browser: Chromium, and the person in front of it.

Screenshots of every page that a test keeps are in _build/artifacts.
"""

from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from .process import ROOT, clean_environment

ARTIFACTS = ROOT / "_build" / "artifacts"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-proxy-server", "--disable-dev-shm-usage")


class Person:
    """Somebody at a Chromium window."""

    def __init__(self, folder, size="desktop"):
        width, height = SIZES[size]
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*FLAGS, f"--user-data-dir={folder}", f"--window-size={width},{height}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = webdriver.chrome.service.Service("/usr/bin/chromedriver",
                                                   env=clean_environment())
        self.driver = webdriver.Chrome(service=service, options=options)
        # A window has a least width; what a page is laid out for can be smaller.
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"})
        self.size = size

    def wait_for(self, condition, what):
        """The condition's first true value."""
        # Between two pages an element may go away while it is looked at, for which Chromium's driver has
        # a dozen names, time-outs of its own among them. What it said last stands in the failure.
        wait = WebDriverWait(self.driver, 20, 0.05, [WebDriverException])
        try:
            return wait.until(condition)
        except TimeoutException as error:
            error.msg = f"{what} did not come; the page is {self.driver.current_url}"
            raise

    def heading(self, text):
        self.wait_for(lambda driver: text in driver.find_element(By.TAG_NAME, "h1").text,
                      f"a heading with {text!r}")

    def click(self, css):
        self.wait_for(lambda driver: driver.find_element(By.CSS_SELECTOR, css), css).click()

    def keep(self, name):
        """A screenshot; and what must hold for every page."""
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(ARTIFACTS / f"{name}-{self.size}.png"))
        wide, room = self.driver.execute_script(
            "return [document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= room, f"{name} is {wide} pixels wide on a screen of {room}"
        assert self.driver.find_elements(By.TAG_NAME, "main")
        assert self.driver.execute_script("return document.documentElement.lang") == "en"

    def is_centred(self):
        """On a screen with room the card stands in the middle, with or without words below it."""
        above, below = self.driver.execute_script(
            "const main = document.querySelector('main').getBoundingClientRect();"
            "const last = document.body.lastElementChild.getBoundingClientRect();"
            "const first = document.querySelector('header').getBoundingClientRect();"
            "return [first.top, window.innerHeight - Math.max(main.bottom, last.bottom)]")
        return self.size == "phone" or abs(above - below) < 2

    def complaints(self):
        """What the browser has to say about the pages: blocked styles, mixed content."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if "favicon" not in entry["message"]
                and "status of" not in entry["message"]]
