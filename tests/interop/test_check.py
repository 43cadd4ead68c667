"""oidc-check --online against a certified provider."""

import json
import os
import subprocess

import pytest

from harness.node_provider import NodeProvider
from harness.process import ROOT

PROGRAM = os.path.abspath(os.path.join(os.environ.get("OIDC_BUILD", ROOT / "_build"), "oidc-check"))


@pytest.fixture(scope="module")
def provider(node_package):
    made = NodeProvider(node_package, "https://xnat.example.edu.au/openid-login").start()
    yield made
    made.stop()


def check(folder, provider, **keys):
    block = {"clientId": provider.settings["client"], "clientSecret": provider.settings["secret"],
             "issuer": provider.url, "userAuthUri": f"{provider.url}/auth",
             "accessTokenUri": f"{provider.url}/token", "scopes": "openid,email,profile",
             "pkceEnabled": "true", "link": '<a href="/openid-login?providerId=lab">Sign in</a>',
             "shouldFilterEmailDomains": "false", "forceUserCreate": "true",
             "userAutoEnabled": "false", "userAutoVerified": "false", "emailProperty": "email",
             "givenNameProperty": "given_name", "familyNameProperty": "family_name"} | keys
    path = folder / "lab-provider.properties"
    path.write_text("auth.method=openid\ntype=openid\nprovider.id=lab\nvisible=true\nname=Lab\n"
                    "siteUrl=https://xnat.example.edu.au\npreEstablishedRedirUri=/openid-login\n" +
                    "".join(f"openid.lab.{key}={value}\n" for key, value in block.items()))
    path.chmod(0o600)
    done = subprocess.run([PROGRAM, "--online", "--format", "json", path], capture_output=True,
                          timeout=60, check=False)
    return done.returncode, json.loads(done.stdout)


def test_it_agrees(provider, tmp_path):
    status, report = check(tmp_path, provider)
    assert (status, report["findings"]) == (0, [])
    assert {a["outcome"] for a in report["asked"]} <= {"200", "400", "401"}
    assert {a["url"].removeprefix(provider.url) for a in report["asked"]} >= {
        "/auth", "/token", "/.well-known/openid-configuration", "/jwks", "/me"}


@pytest.mark.parametrize("keys, code, hint", [
    ({"userAuthUri": "{url}/authorize"}, "OC507", "write openid.lab.userAuthUri={url}/auth"),
    ({"jwksUri": "{url}/jwks?old"}, "OC504", "write openid.lab.jwksUri={url}/jwks"),
    ({"issuer": "{url}/"}, "OC503", "write openid.lab.issuer={url}"),
    ({"scopes": "openid,email,groups"}, "OC510", "take it out"),
])
def test_it_disagrees(provider, tmp_path, keys, code, hint):
    _, report = check(tmp_path, provider,
                      **{key: value.format(url=provider.url) for key, value in keys.items()})
    found = [f for f in report["findings"] if f["code"] == code]
    assert found, report["findings"]
    assert hint.format(url=provider.url) in found[0]["hint"]
