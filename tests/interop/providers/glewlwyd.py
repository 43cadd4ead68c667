"""Glewlwyd, Debian's. Its pages are a program in JavaScript: what that asks for is asked for here."""

import gzip
import json
import sqlite3
import urllib.parse

from cryptography.hazmat.primitives.asymmetric import rsa
from jwcrypto import jwk

from harness.browser import Browser
from harness.process import Process

from .base import Driver, debian, debian_version

ROOT = debian("usr")
PROGRAM = ROOT / "bin" / "glewlwyd"
ADMINISTRATOR = {"username": "admin", "password": "password"}  # the initial database's
PLUGIN = "oidc"
CONFIGURATION = """port={port}
bind_address="127.0.0.1"
external_url="{url}"
login_url="login.html"
api_prefix="api"
static_files_path="{root}/share/glewlwyd/webapp/"
allow_origin="*"
log_mode="console"
log_level="INFO"
cookie_domain="localhost"
cookie_secure=1
session_expiration=2419200
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="{root}/lib/glewlwyd/user"
user_middleware_module_path="{folder}/none"
client_module_path="{root}/lib/glewlwyd/client"
user_auth_scheme_module_path="{root}/lib/glewlwyd/scheme"
plugin_module_path="{root}/lib/glewlwyd/plugin"
use_secure_connection=false
secure_connection_key_file="/nonexistent"
secure_connection_pem_file="/nonexistent"
secure_connection_ca_file="/nonexistent"
hash_algorithm="SHA512"
database = {{ type="sqlite3" path="{folder}/glewlwyd.db" }};
static_files_mime_types = ( {{ extension=".html" mime_type="text/html" compress=0 }} )
"""


class Glewlwyd(Driver):
    decodes_basic = False
    path = f"/api/{PLUGIN}"

    @staticmethod
    def version():
        return debian_version("glewlwyd", PROGRAM)

    def start(self):
        # Debian's script has the database's first contents.
        script = gzip.open(ROOT / "share/doc/glewlwyd/database/init.sqlite3.sql.gz", "rt").read()
        with sqlite3.connect(self.folder / "glewlwyd.db") as database:
            database.executescript(script)
            (text,) = database.execute("SELECT gumi_parameters FROM g_user_module_instance").fetchone()
            parameters = json.loads(text)
            parameters["data-format"] |= {name: {"multiple": False, "read": True, "write": True}
                                          for name in ("given", "family")}
            database.execute("UPDATE g_user_module_instance SET gumi_parameters = ?",
                             [json.dumps(parameters)])
        (self.folder / "none").mkdir()
        file = self.folder / "glewlwyd.conf"
        file.write_text(CONFIGURATION.format(port=self.port, url=self.front.url, root=ROOT,
                                             folder=self.folder))
        self.process = Process("glewlwyd", [PROGRAM, "--config-file", file])
        self.process.start()
        self.wait_answering(self.process, "/config")
        self.administrator = Browser(self.front.routes())
        self.api(self.administrator, "POST", "/auth/", ADMINISTRATOR)
        self.keys = []
        self.add_key()
        self.admin("POST", "/mod/plugin/", self.plugin())
        for scope in ("profile", "email"):
            self.admin("POST", "/scope/", {"name": scope, "display_name": scope,
                                           "password_required": False, "scheme": {}})
        self.admin("POST", "/user/", {
            "username": self.person.login, "password": self.person.password,
            "name": self.person.given_name, "email": self.person.email, "enabled": True,
            "given": self.person.given_name, "family": self.person.family_name,
            "scope": ["g_profile", "openid", "profile", "email"]})
        for client in self.clients:
            self.admin("POST", "/client/", {
                "client_id": client.id, "name": client.id, "confidential": True, "enabled": True,
                "client_secret": client.secret, "redirect_uri": [client.redirect_uri],
                "authorization_type": ["code"], "scope": [],
                "token_endpoint_auth_method": [client.method],
                "post_logout_redirect_uri": client.post_logout_uri})
        self.wait_ready(self.process)

    def stop(self):
        self.process.stop()

    def plugin(self):
        parameters = {
            "iss": self.issuer, "subject-type": "public", "jwt-type": "rsa", "jwt-key-size": "256",
            "jwks-private": json.dumps({"keys": self.keys}), "jwks-show": True,
            "access-token-duration": 3600, "refresh-token-duration": 1209600, "code-duration": 600,
            "auth-type-code-enabled": True, "auth-type-refresh-enabled": True,
            "pkce-allowed": True, "oauth-as-iss-id": True,
            "session-management-allowed": True, "session-cookie-name": "GLEWLWYD2_OIDC_SESSION",
            "session-cookie-expiration": 2419200,
            "email-claim": "mandatory", "name-claim": "mandatory",
            "claims": [{"name": name, "user-property": own, "type": "string", "mandatory": True}
                       for name, own in (("given_name", "given"), ("family_name", "family"))]}
        return {"module": "oidc", "name": PLUGIN, "display_name": "OpenID Connect", "enabled": True,
                "parameters": parameters}

    def add_key(self):
        key = jwk.JWK.generate(kty="RSA", size=2048, kid=f"key-{len(self.keys)}", alg="RS256",
                               use="sig")
        self.keys.insert(0, json.loads(key.export_private()))

    def rotate_keys(self):
        """The first key signs; the former one stays, as its manual recommends."""
        self.add_key()
        self.admin("PUT", f"/mod/plugin/{PLUGIN}", self.plugin())
        self.admin("PUT", f"/mod/plugin/{PLUGIN}/reset", {})

    # --- what its pages do -------------------------------------------------------------------------

    def admin(self, method, path, data):
        return self.api(self.administrator, method, path, data)

    def api(self, browser, method, path, data):
        answer = browser.script(f"{self.front.url}/api{path}", method, json.dumps(data).encode(),
                                **{"Content-Type": "application/json"})
        assert answer.status == 200, f"{method} {path}: {answer.status} {answer.text}"
        return answer

    def sign_in(self, browser, answer):
        page = self.until_back(browser, answer)
        if not self.is_back(page):
            page = self.at_login_page(browser, page)
        assert self.is_back(page), f"no way back from {page.url}"
        return page.url

    def at_login_page(self, browser, page):
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))
        self.api(browser, "POST", "/auth/", {"username": self.person.login,
                                             "password": self.person.password})
        self.api(browser, "PUT", f"/auth/grant/{asked['client_id']}", {"scope": asked["scope"]})
        return self.until_back(browser, browser.open(asked["callback_url"] + "&g_continue"))

    def offers(self, capability, document):
        if capability != "logout":
            return super().offers(capability, document)
        answer = Browser(self.front.routes()).open(
            f"{document['end_session_endpoint']}?client_id={self.clients[0].id}")
        return answer.status != 200 or bool(answer.body)

    def has_session(self, browser, answer):
        """Its page always shows; what it says depends on this."""
        return browser.script(f"{self.front.url}/api/profile_list").status == 200
