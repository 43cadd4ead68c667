"""Right files, spoilt in one place: what changes anything for a reader is found, and nothing is said
of what changes nothing. Whether something changes is asked of readers.py."""

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import program
from .readers import meaning

pytestmark = pytest.mark.standins

SITE = """auth.method=openid
type=openid
{layout}visible=true
auto.enabled={auto}
auto.verified={auto}
name=Sign in
disableUsernamePasswordLogin=false
siteUrl=https://xnat.example.edu.au
preEstablishedRedirUri=/openid-login
"""

BLOCK = """openid.{id}.clientId={client}
openid.{id}.clientSecret=Hc9vTq2LmWz7RkXb4NsYdJ6f
openid.{id}.accessTokenUri={token}
openid.{id}.userAuthUri={auth}
openid.{id}.scopes=openid,profile,email
openid.{id}.link=<a href="/openid-login?providerId={id}">Sign in</a>
openid.{id}.shouldFilterEmailDomains={filter}
openid.{id}.allowedEmailDomains=example.edu.au
openid.{id}.forceUserCreate=true
openid.{id}.userAutoEnabled={auto}
openid.{id}.userAutoVerified={auto}
openid.{id}.emailProperty=email
openid.{id}.givenNameProperty=given_name
openid.{id}.familyNameProperty=family_name
"""

PROVIDERS = {
    "aaf": ("5f0c2b7a-xnat-site", "https://central.aaf.edu.au/oidc/token",
            "https://central.aaf.edu.au/oidc/authorize"),
    "google": ("318204775961-q8v2m4k7.apps.googleusercontent.com",
               "https://oauth2.googleapis.com/token", "https://accounts.google.com/o/oauth2/v2/auth"),
    "wustl": ("xnat-of-wustl", "https://login.example.edu/connect/token",
              "https://login.example.edu/connect/authorize"),
    "keycloak": ("xnat-of-keycloak",
                 "https://idp.example.org/realms/main/protocol/openid-connect/token",
                 "https://idp.example.org/realms/main/protocol/openid-connect/auth"),
}


def base(provider, layout, filtered):
    client, token, auth = PROVIDERS[provider]
    head = f"provider.id=openid\nenabled={provider}\n" if layout == "listed" \
        else f"provider.id={provider}\n"
    return SITE.format(layout=head, auto="true") + BLOCK.format(
        id=provider, client=client, token=token, auth=auth, filter=filtered, auto="true")


GATES = """openid.{id}.issuer=https://idp.example.org/realms/main
openid.{id}.jwksUri=https://idp.example.org/realms/main/protocol/openid-connect/certs
openid.{id}.roleCheck.rolePath=realm_access.roles
openid.{id}.roleCheck.requiredRoles=xnat-user,xnat-admin
openid.{id}.idToken.roleCheck.enabled=true
openid.{id}.idToken.audCheck.enabled=true
openid.{id}.idToken.audCheck.acceptedAudiences=xnat-of-keycloak
openid.{id}.bearer.enabled=true
openid.{id}.bearer.forceUserCreate=true
openid.{id}.bearer.audCheck.enabled=true
openid.{id}.bearer.audCheck.acceptedAudiences=xnat-api
openid.{id}.bearer.typCheck.enabled=true
openid.{id}.bearer.typCheck.expectedTypes=Bearer
"""

# Who reads the file: what its layout implies, or one reader alone.
TARGETS = {"listed": "auto", "single": "auto", "sidecar": "sidecar", "plugin-1.6": "plugin-1.6"}

BASES = {(p, layout, f): base(p, layout, f)
         for p in PROVIDERS for layout in ("listed", "single") for f in ("true", "false")}
BASES |= {("keycloak", reader, "true"): base("keycloak", "single", "true") + GATES.format(id="keycloak")
          for reader in ("sidecar", "plugin-1.6")}

# The other lines of these are those of the files before.
FIRST = {name: BASES[name].count("\n") - GATES.count("\n")
         for name in BASES if TARGETS[name[1]] != "auto"}


def recase(word):
    """The last capital or small letter the other way, as in clientID."""
    at = max(i for i, c in enumerate(word) if c.isalpha())
    return word[:at] + word[at].swapcase() + word[at + 1:]


def mutations(text, first=0):
    """(kind, key, spoilt text) of every line from that one on."""
    lines = text.splitlines()

    def with_line(index, *new):
        return "\n".join(lines[:index] + list(new) + lines[index + 1:]) + "\n"

    for i, line in enumerate(lines[first:], first):
        key, value = line.split("=", 1)
        yield "drop", key, with_line(i)
        yield "double", key, text + line + "\n"
        yield "double with another value", key, text + f"{key}={recase(value)}x\n"
        yield "empty", key, with_line(i, f"{key}=")
        yield "re-case the key", key, with_line(i, f"{recase(key)}={value}")
        yield "re-case the value", key, with_line(i, f"{key}={recase(value)}")
        yield "quote the value", key, with_line(i, f'{key}="{value}"')
        yield "quote the key", key, with_line(i, f'"{key}"={value}')
        yield "pad the end", key, with_line(i, f"{key}={value}  ")
        yield "pad the value", key, with_line(i, f"{key}=  {value}")
        yield "pad the key", key, with_line(i, f"  {key} ={value}")
        yield "truncate the value", key, with_line(i, f"{key}={value[:-1]}")
        yield "truncate the key", key, with_line(i, f"{key[:-1]}={value}")
        yield "swap key and value", key, with_line(i, f"{value}={key}")
        if i + 1 < len(lines):
            other, next_value = lines[i + 1].split("=", 1)
            yield ("swap values with the next", key,
                   "\n".join(lines[:i] + [f"{key}={next_value}", f"{other}={value}"] +
                             lines[i + 2:]) + "\n")


# What nothing in the file can tell from what was meant: (kind, key), as patterns, and why.
UNKNOWABLE = [
    (r"re-case the value|truncate the value|double with.*", r".*\.client(Id|Secret)",
     "ids and secrets are opaque"),
    (r"swap values.*", r"openid\.(?!google).*\.clientId", "ids and secrets are opaque"),
    (r".*", r"name", "any name is a name"),
    (r"drop|empty", r"visible|disable.*", "the default is the same, or a choice"),
    (r"drop|empty|.*value.*", r".*\.forceUserCreate", "a site may choose not to create accounts"),
    (r"drop|empty", r".*\.shouldFilterEmailDomains", "a site may choose to have no filter"),
    (r"truncate the value|re-case the value|double with.*", r"siteUrl", "another host is a host"),
    (r"truncate the value|double with.*|re-case the value", r"preEstablishedRedirUri",
     "another path is a path"),
    (r"truncate the value|re-case the value|double with.*", r".*\.(accessTokenUri|userAuthUri)",
     "addresses of a provider that is not known"),
    (r"truncate the value|re-case the value|double with.*", r".*\.allowedEmailDomains",
     "another domain is a domain"),
    (r"truncate the value|re-case the value|double with.*", r".*\.scopes", "providers have scopes of "
     "their own"),
    (r"truncate the value|double with.*|re-case the value", r".*Property",
     "providers have claims of their own"),
    (r".*value.*", r".*\.link", "any words will do on a button"),
    (r"drop|truncate the value|re-case the value", r".*\.(issuer|jwksUri)",
     "addresses of a provider that is not known, which the sidecar asks for them"),
    (r"truncate the value|re-case the value", r".*Check\.(acceptedAudiences|requiredRoles|"
     r"rolePath|expectedTypes)", "names that the provider gives"),
    (r"swap values.*", r".*\.roleCheck\.rolePath", "names that the provider gives"),
    (r"drop|empty", r".*\.bearer\.forceUserCreate", "the default is the same, or a choice"),
]


def is_unknowable(kind, key):
    return any(re.fullmatch(k, kind) and re.fullmatch(n, key) for k, n, _ in UNKNOWABLE)


def check(text, layout):
    """The codes of warnings and errors."""
    done = subprocess.run([program(), "--format", "json", "--target", TARGETS[layout], "-"], input=text.encode(),
                          capture_output=True, timeout=60, check=False)
    return [f["code"] for f in json.loads(done.stdout)["findings"] if f["severity"] != "info"]


@pytest.mark.parametrize("name", BASES, ids=lambda name: "-".join(name))
def test_a_right_file_has_no_finding(name):
    assert check(BASES[name], name[1]) == []


def test_rates(capsys):
    changed, found, missed = 0, 0, []
    unchanged, false = 0, []
    unknowable = 0
    spoilt_files = [(name, kind, key, spoilt) for name, text in BASES.items()
                    for kind, key, spoilt in mutations(text, FIRST.get(name, 0))]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(check, [spoilt for *_, spoilt in spoilt_files],
                           [name[1] for name, *_ in spoilt_files])
    rights = {name: meaning(name[1], text) for name, text in BASES.items()}
    for (name, kind, key, spoilt), codes in zip(spoilt_files, answers):
        if meaning(name[1], spoilt) == rights[name]:
            unchanged += 1
            if codes:
                false.append((*name, kind, key, codes))
        elif codes:
            changed += 1
            found += 1
        elif is_unknowable(kind, key):
            unknowable += 1
        else:
            changed += 1
            missed.append((*name, kind, key))
    with capsys.disabled():
        print(f"\nmutations: found {found} of {changed} that change anything; "
              f"{len(false)} of {unchanged} that change nothing were reported; "
              f"{unknowable} cannot be known from the file")
    assert (missed, false) == ([], [])
