"""oidc-check as a program."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from harness.process import ROOT

SECRET = "CanaryHc9vTq2LmWz7RkXb4N"

GOOD = f"""auth.method=openid
type=openid
provider.id=openid
visible=true
auto.enabled=false
auto.verified=false
name=OpenID Authentication Provider
disableUsernamePasswordLogin=false
enabled=aaf
siteUrl=https://xnat.example.edu.au
preEstablishedRedirUri=/openid-login
openid.aaf.clientId=5f0c2b7a-xnat-example
openid.aaf.clientSecret={SECRET}
openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token
openid.aaf.userAuthUri=https://central.aaf.edu.au/oidc/authorize
openid.aaf.scopes=openid,profile,email
openid.aaf.link=<a href="/openid-login?providerId=aaf">Sign in with AAF</a>
openid.aaf.shouldFilterEmailDomains=false
openid.aaf.forceUserCreate=true
openid.aaf.userAutoEnabled=false
openid.aaf.userAutoVerified=false
openid.aaf.emailProperty=email
openid.aaf.givenNameProperty=given_name
openid.aaf.familyNameProperty=family_name
"""

NAME = "openid-provider.properties"


def program():
    """The program that was built, or the one that the environment names."""
    build = Path(os.environ.get("OIDC_BUILD", ROOT / "_build")).resolve()
    return Path(os.environ.get("OIDC_CHECK", build / "oidc-check"))


class Check:
    """Runs oidc-check on files in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder

    def write(self, text, name=NAME, mode=0o600):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("latin-1"))
        path.chmod(mode)
        return path

    def run(self, *arguments, stdin=b"", **environment):
        clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
        return subprocess.run([program(), *map(str, arguments)], cwd=self.folder, input=stdin,
                              capture_output=True, env=clean | environment, timeout=60, check=False)

    def report(self, text, *arguments, name=NAME):
        """What --format json says of one file."""
        done = self.run("--format", "json", *arguments, self.write(text, name).name)
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)

    def codes(self, text, *arguments, **more):
        """(code, line, severity) of every finding."""
        return [(f["code"], f["line"], f["severity"])
                for f in self.report(text, *arguments, **more)["findings"]]


@pytest.fixture
def check(tmp_path):
    return Check(tmp_path)
