"""The XNAT-side filter of examples/xnat-filter on Tomcat, and assertions as the sidecar or others sign them."""

import base64
import json
import re
import shutil
import subprocess
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from . import guide
from .hostile import b64url
from .process import ROOT, Process, clean_environment, free_port
from .wait import wait_until
from .wire import exchange, request_bytes

EXAMPLE = ROOT / "examples" / "xnat-filter"
README = EXAMPLE / "README.md"
PREFIX = "X-XNAT-OIDC-"
LIFE = 60


def build(folder):
    """The example, built in a copy by the README's own command."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("target"))
    assert shutil.which("mvn"), "Maven is missing: ./dev deps"
    done = subprocess.run(["sh", "-euc", guide.block(README, "mvn ")], cwd=folder, capture_output=True,
                          text=True, timeout=500, check=False)
    assert done.returncode == 0, f"mvn failed:\n{done.stdout}\n{done.stderr}"
    return folder


class Trial(Process):
    """Tomcat with Spring Security and the filter."""

    def __init__(self, built, folder, settings, accounts, port=None):
        self.port, self.settings = port or free_port(), settings
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings_file = folder / f"filter-{self.port}.properties"
        self.settings_file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        self.accounts_file = folder / f"accounts-{self.port}.json"
        self.accounts_file.write_text(json.dumps(accounts))
        super().__init__("trial", ["java", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-jar",
                                   built / "trial/target/xnat-filter-trial.jar", self.port,
                                   self.settings_file, self.accounts_file], clean_environment())

    def start(self):
        super().start()
        self.wait_line("listening on ", 60)
        return self

    def ask(self, *headers, session=None, path="/", method="GET", body=b""):
        """The answer to a request that comes past every sidecar."""
        headers = [*headers, ("Connection", "close")]
        if session:
            headers.append(("Cookie", f"JSESSIONID={session}"))
        answer = exchange(self.port, request_bytes(method, path, headers, body), method)
        answer.trial = self
        return answer

    def who(self, *headers, session=None, path="/"):
        """What the application takes the request for."""
        answer = self.ask(*headers, session=session, path=path)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def logged(self, text):
        """The one line of its log that has it."""
        def found():
            return [line for line in self.stderr if text in line]
        (line,) = wait_until(found, f"a line with {text!r}", 10, self.evidence)
        return line

    def accounts(self):
        return json.loads(self.ask(path="/accounts").body)


def facts(answer):
    """What stands at the end of the page of a refusal: reason, reference and time."""
    return re.search(r"\n\nReason: (\w+)\nReference: ([0-9a-f]{16})\nTime: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n$",
                     answer.body.decode()).groups()


def reason(answer):
    return facts(answer)[0]


class Signer:
    """A key for ES256, and assertions signed with it."""

    def __init__(self, issuer):
        self.issuer = issuer
        self.private = ec.generate_private_key(ec.SECP256R1())
        numbers = self.private.public_key().public_numbers()
        self.x, self.y = (b64url(each.to_bytes(32, "big")) for each in (numbers.x, numbers.y))
        digest = hashes.Hash(hashes.SHA256())
        digest.update(json.dumps({"crv": "P-256", "kty": "EC", "x": self.x, "y": self.y},
                                 separators=(",", ":")).encode())
        self.kid = b64url(digest.finalize())  # RFC 7638, as the sidecar names its own

    def write(self, file):
        file.write_bytes(self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()))
        file.chmod(0o600)
        return file

    def jwk(self, **changes):
        return {"kty": "EC", "crv": "P-256", "x": self.x, "y": self.y, "use": "sig",
                "alg": "ES256", "kid": self.kid} | changes

    def der(self, data, algorithm=hashes.SHA256):
        return self.private.sign(data, ec.ECDSA(algorithm()))

    def raw(self, data, algorithm=hashes.SHA256):
        return b"".join(each.to_bytes(32, "big")
                        for each in decode_dss_signature(self.der(data, algorithm)))

    def head(self, **changes):
        return _changed({"alg": "ES256", "kid": self.kid, "typ": "JWT"}, changes)

    def claims(self, username="alice", **changes):
        now = int(time.time())
        return _changed({
            "iss": self.issuer, "aud": "xnat", "iat": now, "exp": now + LIFE, "sub": username,
            "provider_sub": "subject", "provider": "aaf", "email": f"{username}@example.com",
            "given_name": "Given", "family_name": "Family", "auto_enabled": True,
            "auto_verified": True, "create_user": True}, changes)

    def assertion(self, username="alice", **changes):
        return self.sign(self.head(), self.claims(username, **changes))

    def sign(self, head, claims, sign=None):
        """Of objects, or of bytes for JSON that no serializer would write."""
        text = ".".join(b64url(part if isinstance(part, bytes) else json.dumps(part).encode())
                        for part in (head, claims))
        return f"{text}.{b64url((sign or self.raw)(text.encode()))}"


def _changed(members, changes):
    """A change to None takes a member away."""
    return {name: value for name, value in (members | changes).items() if value is not None}


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
