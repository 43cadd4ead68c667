"""What is nginx's own: its example says how the sidecar is started, and where API clients' tokens go.

The rest it shares with the other front ends: test_front_ends.py.
"""

import base64
import re
import subprocess
import time

import pytest

from harness import properties
from harness.court import Court
from harness.hostile import OWN_KEY, compact
from harness.process import clean_environment
from harness.servers import sidecar_program
from harness.setup import Setup
from harness.wire import Wire, request_bytes
from interop.fronts import EXAMPLES, NAME, RECIPES, SITE, FrontEnd
from interop.test_front_ends import FORGED, IDENTITIES

NGINX = [recipe for recipe in RECIPES if recipe.example.startswith("nginx/")]
OPTION = '#"~*^bearer " "";'
BASIC = "Basic " + base64.b64encode(b"admin:admin").decode()


def believing_tokens(text):
    """The example with what it tells to change for API clients' tokens, where it has that."""
    assert text.count(OPTION) <= 1
    return text.replace(OPTION, OPTION.lstrip("#"))


# --- how the sidecar is started -------------------------------------------------------------------------

@pytest.mark.parametrize("recipe", NGINX, ids=str)
def test_the_command_that_starts_the_sidecar(tmp_path, recipe):
    """As it stands in the example, with this machine's paths, for a look at the configuration."""
    block = re.search(r"^#     (oidc-sidecar (?:.*\\\n#  +)*.*)$", (EXAMPLES / recipe.example).read_text(),
                      re.MULTILINE).group(1)
    words = re.sub(r"\\\n# +", "", block).split()
    setup = Setup(tmp_path, site_url=SITE)
    auth = tmp_path / "auth"
    auth.mkdir()
    file = auth / "openid-provider.properties"
    file.write_text(properties.site(SITE, [properties.ProviderBlock("http://127.0.0.1:9")]),
                    encoding="latin-1")
    file.chmod(0o600)
    paths = {"/etc/oidc-sidecar/auth": auth, "/etc/oidc-sidecar/session.key": setup.key_file}
    assert set(paths) <= set(words)
    done = subprocess.run([sidecar_program(), *(str(paths.get(word, word)) for word in words[1:]),
                           "--check-config"], env=clean_environment(), capture_output=True, text=True,
                          timeout=30, check=False)
    assert (done.returncode, done.stdout) == (0, "The configuration is fine.\n"), done.stderr


# --- API clients' tokens ----------------------------------------------------------------------------------

AUDIENCE = "https://xnat.example/api"


@pytest.fixture(scope="module", params=NGINX, ids=str)
def api(request, tmp_path_factory):
    """The lying provider, which is honest here, because it makes any token that is asked for."""
    folder = tmp_path_factory.mktemp("api")
    court = Court(folder, ["api"], keys={"api": {
        "bearer.enabled": "true", "bearer.audCheck.acceptedAudiences": AUDIENCE}})
    with court.sitting():
        court.nginx = FrontEnd(folder, request.param, court.sidecar.port, court.xnat.port,
                               believing_tokens).start()
        yield court
        court.nginx.stop()


def bearer(court, **changes):
    now = int(time.time())
    return "Bearer " + compact(
        {"alg": "RS256", "kid": OWN_KEY.kid, "typ": "at+jwt"},
        {"iss": court.tenants["api"].issuer, "aud": AUDIENCE, "sub": "client-1", "iat": now,
         "exp": now + 600, "email": "client@example.com"} | changes, OWN_KEY.sign)


def ask(court, *headers):
    """The answer, and what XNAT saw."""
    since = court.xnat.mark()
    with Wire(court.nginx.port, context=court.nginx.context, name=NAME) as wire:
        data = request_bytes("GET", "/data/projects", [("Accept", "*/*"), *headers], host=NAME)
        answer = wire.send(data).answer("GET")
    return answer, [{name.lower(): value for name, value in seen["headers"]}
                    for seen in court.xnat.requests(since)]


def test_a_good_token(api):
    """XNAT is told who it is, by the sidecar alone, and does not see the token."""
    forged = [(name, FORGED) for name in IDENTITIES]
    _, (seen,) = ask(api, ("Authorization", bearer(api)), *forged)
    assert seen["x-xnat-oidc-username"] == "api_client-1"
    assert seen["x-xnat-oidc-assertion"].count(".") == 2
    assert FORGED not in seen.values()
    assert "authorization" not in seen


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_bad_token(api, scheme):
    token = bearer(api, aud="https://other.example").removeprefix("Bearer")
    answer, seen = ask(api, ("Authorization", scheme + token))
    assert answer.status == 401 and seen == []


def test_xnats_own_credentials_beside_tokens(api):
    answer, (seen,) = ask(api, ("Authorization", BASIC), (IDENTITIES[0], FORGED))
    assert answer.status == 200
    assert seen["authorization"] == BASIC
    assert not [name for name, value in seen.items() if "oidc" in name and value]
