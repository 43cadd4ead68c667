"""Keycloak, from Maven Central, with its memory as database."""

import json
import os
import secrets
import shutil
import urllib.parse

from harness.browser import Browser
from harness.process import Process, clean_environment

from .base import INSTALLED, Driver, NotInstalled

HOME = INSTALLED / "keycloak"
REALM = "site"
STRANGER = "berta"  # has not consented yet
# Starting counts more than running here.
JAVA = "-XX:TieredStopAtLevel=1"


class Keycloak(Driver):
    path = f"/realms/{REALM}"

    @staticmethod
    def version():
        if not (HOME / "built").exists():
            raise NotInstalled("Keycloak is not unpacked")
        return (HOME / "built").read_text().strip()

    def start(self):
        # It writes beside its programs.
        home = self.folder / "keycloak"
        shutil.copytree(HOME, home, copy_function=_link)
        self.password = secrets.token_hex(16)
        self.process = Process("keycloak", [
            home / "bin" / "kc.sh", "start", "--optimized", "--http-enabled=true",
            "--http-host=127.0.0.1", f"--http-port={self.port}", f"--hostname={self.front.url}",
            "--proxy-headers=xforwarded", "--cache=local"], clean_environment(
                JAVA_OPTS_KC_HEAP="-Xms64m -Xmx512m", JAVA_OPTS_APPEND=JAVA,
                KC_BOOTSTRAP_ADMIN_USERNAME="admin", KC_BOOTSTRAP_ADMIN_PASSWORD=self.password))
        self.process.start()
        self.wait_answering(self.process, "/realms/master", 300)
        self.admin("/admin/realms", self.realm())
        self.wait_ready(self.process)

    def stop(self):
        self.process.stop()

    def realm(self):
        return {
            "realm": REALM, "enabled": True, "sslRequired": "none",
            "users": [self.user(self.person.login, self.person.email),
                      self.user(STRANGER, "berta@example.org")],
            "clients": [{
                "clientId": client.id, "secret": client.secret, "enabled": True,
                "redirectUris": [client.redirect_uri], "consentRequired": True,
                "attributes": {"post.logout.redirect.uris": client.post_logout_uri,
                               "backchannel.logout.url": client.back_channel_uri,
                               "backchannel.logout.session.required": "true"},
            } for client in self.clients]}

    def user(self, login, email):
        return {"username": login, "email": email, "emailVerified": True, "enabled": True,
                "firstName": self.person.given_name, "lastName": self.person.family_name,
                "credentials": [{"type": "password", "value": self.person.password}]}

    def rotate_keys(self):
        """A key of higher priority signs; the former ones stay published."""
        self.admin(f"/admin/realms/{REALM}/components", {
            "name": "newer", "providerId": "rsa-generated",
            "providerType": "org.keycloak.keys.KeyProvider",
            "config": {"priority": ["200"], "enabled": ["true"], "active": ["true"],
                       "keySize": ["2048"], "algorithm": ["RS256"]}})

    def admin(self, path, data):
        browser = Browser(self.front.routes())
        answer = browser.script(
            f"{self.front.url}/realms/master/protocol/openid-connect/token", "POST",
            urllib.parse.urlencode({"client_id": "admin-cli", "grant_type": "password",
                                    "username": "admin", "password": self.password}).encode(),
            **{"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status == 200, answer.text
        answer = browser.script(self.front.url + path, "POST", json.dumps(data).encode(), **{
            "Content-Type": "application/json",
            "Authorization": f"Bearer {answer.json()['access_token']}"})
        assert answer.status == 201, f"{path}: {answer.status} {answer.text}"

    def sign_in(self, browser, answer):
        page = self.at_consent(browser, answer, self.person.login)
        if not self.is_back(page):
            page = self.until_back(browser, browser.submit(page, accept="Yes"))
        return page.url

    def deny(self, browser, answer):
        page = self.at_consent(browser, answer, STRANGER)
        return self.until_back(browser, browser.submit(page, cancel="No")).url

    def sign_out(self, browser, answer):
        page = self.until_back(browser, answer)
        return self.until_back(browser, browser.submit(page, confirmLogout="Logout"))

    def at_consent(self, browser, answer, login):
        page = self.until_back(browser, answer)
        if 'name="password"' in page.text:
            page = self.until_back(browser, browser.submit(page, username=login,
                                                           password=self.person.password))
        return page


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
