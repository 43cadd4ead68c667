"""No secret in any output of any format, whatever the mistake."""

import itertools

import pytest

from .conftest import GOOD, SECRET

pytestmark = pytest.mark.standins

LINES = GOOD.splitlines()
SECRET_LINE = next(line for line in LINES if SECRET in line)
KEYS = [line.split("=")[0] for line in LINES]


def replaced(line):
    return GOOD.replace(SECRET_LINE, line)


def mistakes():
    key = "openid.aaf.clientSecret"
    yield "right", GOOD
    yield "misspelt", replaced(f"openid.aaf.clientsecret={SECRET}")
    yield "cut key", replaced(f"openid.aaf.clientSec={SECRET}")
    yield "other provider", replaced(f"openid.Aaf.clientSecret={SECRET}")
    yield "no prefix", replaced(f"clientSecret={SECRET}")
    yield "unknown key", replaced(f"password={SECRET}")
    yield "colon", replaced(f"{key} : {SECRET}")
    yield "escaped separator", replaced(f"{key}\\={SECRET}")
    yield "dash", replaced(f"{key}-{SECRET}")
    yield "lost separator", replaced(f"{key}{SECRET}")
    yield "quoted", replaced(f'{key}="{SECRET}"')
    yield "blanks", replaced(f"{key}=  {SECRET}  ")
    yield "control", replaced(f"{key}={SECRET}\\n")
    yield "bad escape", replaced(f"{key}={SECRET}\\u12")
    yield "continued", replaced(f"{key}=\\\n  {SECRET}")
    yield "next line", replaced(f"{key}=\n{SECRET}")
    yield "half on the next line", replaced(f"{key}={SECRET[:5]}\\\n{SECRET[5:]}")
    yield "continues", replaced(f"{key}={SECRET}\\")
    yield "alone", replaced(SECRET)
    yield "twice", GOOD + f"{key}={SECRET}x\n"
    yield "in a comment", GOOD + f"#{key}={SECRET}\n"
    yield "key and value swapped", replaced(f"{SECRET}={key}")
    yield "in a URL", GOOD.replace("https://central.aaf.edu.au/oidc/token",
                                   f"https://xnat:{SECRET}@central.aaf.edu.au/oidc/token")
    yield "in a query", GOOD.replace("/oidc/token", f"/oidc/token?client_secret={SECRET}")
    yield "UTF-16", GOOD.encode("utf-16")
    yield "byte order mark", b"\xef\xbb\xbf" + f"{SECRET_LINE}\n{GOOD}".encode()
    for other in KEYS:
        if other != key:
            yield f"under {other}", replaced(f"{key}=") + f"{other}={SECRET}\n"
            yield f"also under {other}", GOOD + f"{other}={SECRET}\n"


FORMATS = [["--format", "text"], ["--format", "json"], ["--format", "sarif"], ["--effective"],
           ["--dump"], ["--redirect-uri"]]
TARGETS = ["auto", "sidecar", "plugin-1.0", "plugin-1.6"]


@pytest.mark.parametrize("name, text", list(mistakes()), ids=[name for name, _ in mistakes()])
def test_it_is_never_shown(check, name, text):
    path = check.write(text)
    for arguments, target in itertools.product(FORMATS, TARGETS):
        done = check.run(*arguments, "--target", target, path.name)
        shown = (done.stdout + done.stderr).decode("latin-1")
        assert done.returncode in (0, 1)
        assert SECRET not in shown, (arguments, target)
        assert SECRET[5:] not in shown, (arguments, target)
