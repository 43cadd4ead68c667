"""LemonLDAP::NG, Debian's, by its PSGI application. Without its own service or files in /etc."""

import json
import secrets
import shutil

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from harness.process import Process, clean_environment

from .base import Driver, debian, debian_version

LIBRARY = debian("usr/share/perl5")
SHARED = debian("usr/share/lemonldap-ng")
INI = """[all]
logLevel=warn
[configuration]
type=File
dirName={folder}/conf
[portal]
templateDir={shared}/portal/templates
staticPrefix=/static
languages=en
"""
# The module for demonstrations has three accounts. Here it has that of our person, and of somebody who
# has not consented yet; their passwords are their names.
APPLICATION = """\
use Lemonldap::NG::Portal::Main;
use Lemonldap::NG::Portal::UserDB::Demo;
%Lemonldap::NG::Portal::UserDB::Demo::demoAccounts = ('{login}' => {{
  uid => '{login}', mail => '{email}', given => '{given_name}', family => '{family_name}' }},
  '{stranger}' => {{ uid => '{stranger}', mail => 'nobody@example.org' }});
Lemonldap::NG::Portal::Main->run({{}});
"""


STRANGER = "berta"


class LemonLDAP(Driver):
    decodes_basic = False
    compares_pkce = False
    denied_as = "consent_required"
    tail = "/"
    document_path = "/.well-known/openid-configuration"

    @staticmethod
    def version():
        return debian_version("liblemonldap-ng-portal-perl", LIBRARY / "Lemonldap/NG/Portal/Main.pm")

    def start(self):
        self.person.password = self.person.login
        for name in ("conf", "sessions", "persistent", "cache"):
            (self.folder / name).mkdir()
        (self.folder / "lemonldap-ng.ini").write_text(INI.format(folder=self.folder, shared=SHARED))
        (self.folder / "portal.psgi").write_text(APPLICATION.format(
            stranger=STRANGER, **vars(self.person)))
        self.rotate_keys()

    def stop(self):
        self.process.stop()

    process = None

    def rotate_keys(self):
        """Its one key is in its configuration, which it reads when it starts."""
        if self.process:
            self.process.stop()
        (self.folder / "conf" / "lmConf-1.json").write_text(json.dumps(self.configuration()))
        plackup = shutil.which("plackup")
        self.process = Process("lemonldap-ng", [
            plackup, "-s", "HTTP::Server::PSGI", "-o", "127.0.0.1", "-p", self.port, "-E",
            "deployment", self.folder / "portal.psgi"], clean_environment(
                PERL5LIB=str(LIBRARY), LLNG_DEFAULTCONFFILE=str(self.folder / "lemonldap-ng.ini")))
        self.process.start()
        self.wait_ready(self.process)

    def configuration(self):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(serialization.Encoding.PEM,
                                    serialization.PrivateFormat.TraditionalOpenSSL,
                                    serialization.NoEncryption()).decode()
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
        names = [client.id for client in self.clients]
        stored = {name: {"Directory": str(self.folder / folder),
                         "LockDirectory": str(self.folder / folder)}
                  for name, folder in (("sessions", "sessions"), ("persistent", "persistent"))}
        return {
            "cfgNum": 1, "cfgDate": 1, "cfgVersion": "2.16.1", "portal": self.issuer, "domain": "localhost",
            "cookieName": "lemonldap", "securedCookie": 1, "key": secrets.token_hex(16),
            "authentication": "Demo", "userDB": "Same", "passwordDB": "Demo", "registerDB": "Null",
            "globalStorage": "Apache::Session::File", "globalStorageOptions": stored["sessions"],
            "persistentStorage": "Apache::Session::File",
            "persistentStorageOptions": stored["persistent"],
            "localSessionStorage": "Cache::FileCache",
            "localSessionStorageOptions": {"namespace": "lemonldap-ng-sessions",
                                           "default_expires_in": 600,
                                           "cache_root": str(self.folder / "cache")},
            "whatToTrace": "uid", "timeout": 72000, "locationRules": {}, "exportedHeaders": {},
            "demoExportedVars": {name: name for name in ("uid", "mail", "given", "family")},
            "captcha_mail_enabled": 0, "captcha_register_enabled": 0,
            "portalDisplayResetPassword": 0, "portalDisplayRegister": 0,
            "exportedVars": {}, "macros": {}, "groups": {}, "portalSkin": "bootstrap",
            "issuerDBOpenIDConnectActivation": 1,
            "oidcServiceMetaDataIssuer": self.issuer, "oidcServiceAllowAuthorizationCodeFlow": 1,
            "oidcServicePrivateKeySig": private, "oidcServicePublicKeySig": public,
            "oidcServiceKeyIdSig": secrets.token_hex(4),
            "oidcRPMetaDataOptions": {client.id: {
                "oidcRPMetaDataOptionsClientID": client.id,
                "oidcRPMetaDataOptionsClientSecret": client.secret,
                "oidcRPMetaDataOptionsDisplayName": client.id,
                "oidcRPMetaDataOptionsRedirectUris": client.redirect_uri,
                "oidcRPMetaDataOptionsPostLogoutRedirectUris": client.post_logout_uri,
                "oidcRPMetaDataOptionsIDTokenSignAlg": "RS256",
                "oidcRPMetaDataOptionsBypassConsent": 0} for client in self.clients},
            "oidcRPMetaDataExportedVars": {name: {
                "email": "mail", "given_name": "given", "family_name": "family"} for name in names},
            "oidcRPMetaDataOptionsExtraClaims": {name: {} for name in names},
            "oidcRPMetaDataMacros": {name: {} for name in names},
            "oidcRPMetaDataScopeRules": {name: {} for name in names},
        }

    def sign_in(self, browser, answer):
        page = self.at_consent(browser, answer, self.person.login)
        return page.url if self.is_back(page) else self.confirm(browser, page).url

    def deny(self, browser, answer):
        return self.confirm(browser, self.at_consent(browser, answer, STRANGER), "-").url

    def sign_out(self, browser, answer):
        return self.confirm(browser, self.until_back(browser, answer))

    def at_consent(self, browser, answer, login):
        page = self.until_back(browser, answer)
        if 'name="password"' in page.text:
            page = self.until_back(browser, browser.submit(page, user=login, password=login))
        return page

    def confirm(self, browser, page, sign=""):
        """Its buttons: a script puts a minus before the key for the one that refuses."""
        _, fields = page.form()
        return self.until_back(browser, browser.submit(page, confirm=sign + fields["confirm"]))
