#!/usr/bin/env python3
"""The providers we are tried against, what is tried, and what a provider cannot do.

    matrix.py           print the table
    matrix.py --update  write it into README.md

The table in README.md is made from this module; tests/interop/test_table.py compares them, and the
versions with what was really run.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

README = Path(__file__).resolve().parent / "README.md"
BEGIN, END = "<!-- matrix.py --update -->\n", "<!-- end -->\n"
FILE = "tests/interop/test_matrix.py"


@dataclass(frozen=True)
class Capability:
    name: str
    title: str
    test: str  # the function in test_matrix.py

    @property
    def tests(self):
        return (f"{FILE}::{self.test}",)


@dataclass(frozen=True)
class Provider:
    name: str    # as in `./dev pytest tests/interop -k NAME`
    title: str
    version: str  # tried last; a distribution's revision is left out
    source: str  # where ./dev interop takes it from
    driver: str  # module and class in tests/interop/providers
    lacks: dict = field(default_factory=dict)  # capability: why it cannot be tried here
    remarks: tuple = ()  # what an administrator should know

    @property
    def tests(self):
        return tuple(f"{FILE}::{each.test}[{self.name}]" for each in CAPABILITIES
                     if each.name not in self.lacks)


CAPABILITIES = (
    Capability("discovery", "discovery", "test_discovery"),
    Capability("plain", "login without PKCE", "test_login_without_pkce"),
    Capability("pkce", "login with PKCE", "test_login_with_pkce"),
    Capability("basic", "`client_secret_basic`", "test_client_secret_basic"),
    Capability("post", "`client_secret_post`", "test_client_secret_post"),
    Capability("user-info", "user-info", "test_user_info"),
    Capability("rotation", "key rotation", "test_key_rotation"),
    Capability("denied", "denied", "test_denied"),
    Capability("logout", "logout", "test_logout"),
    Capability("back-channel", "back-channel logout", "test_back_channel_logout"),
)

PROVIDERS = (
    Provider("oidc-provider", "oidc-provider (Node.js, certified)", "8.8.1", "npm",
             "oidc_provider.OidcProvider"),
    Provider("glewlwyd", "Glewlwyd", "2.7.5", "Debian", "glewlwyd.Glewlwyd",
             lacks={"denied": "Its pages offer no way to decline.",
                    "logout": "It ends a session only for who brings the ID token "
                              "(`id_token_hint`), and the sidecar keeps none: people are signed "
                              "out of XNAT, and land on an empty page of the provider's.",
                    "back-channel": "Its own sign-out is for who brings the ID token, too."},
             remarks=("It does not decode what a `client_secret_basic` client must encode (RFC 6749, "
                      "2.3.1), so a client secret should be of letters, digits, `-`, `.`, `_`.",)),
    Provider("lemonldap", "LemonLDAP::NG", "2.16.1", "Debian", "lemonldap.LemonLDAP",
             lacks={"back-channel": "This version has none (its document says so)."},
             remarks=("It does not decode what a `client_secret_basic` client must encode, either: "
                      "letters, digits, `-`, `.`, `_`.",
                      "It compares the proof of PKCE only where *Require PKCE* is on for the client.",
                      "A person who declines is reported as `consent_required`.",
                      "A sign-out in the same session as the first consent ends on its own page.")),
    Provider("keycloak", "Keycloak", "26.0.8", "Maven Central", "keycloak.Keycloak"),
    Provider("hydra", "Ory Hydra", "2.3.0", "Go modules", "hydra.Hydra",
             lacks={"logout": "It takes the way back (`post_logout_redirect_uri`, `state`) only "
                              "together with the ID token (`id_token_hint`), and the sidecar keeps "
                              "none: people are signed out of XNAT, and land on its error page.",
                    "back-channel": "Its logout tokens have no `exp`, which the specification demands "
                                    "(Back-Channel Logout 1.0, 2.4): they are refused."}),
)


def table():
    """The lines of the table, in Markdown, with its notes."""
    notes = []

    def cell(provider, capability):
        reason = provider.lacks.get(capability.name)
        if reason is None:
            return "yes"
        if reason not in notes:
            notes.append(reason)
        return f"– ({notes.index(reason) + 1})"

    heads = ["provider", "version", "from", *(each.title for each in CAPABILITIES)]
    lines = [_row(heads), _row(["---"] * len(heads))]
    for provider in PROVIDERS:
        lines.append(_row([provider.title, provider.version, provider.source,
                           *(cell(provider, each) for each in CAPABILITIES)]))
    lines += ["", *(f"({number}) {note}  " for number, note in enumerate(notes, 1))]
    remarks = [f"- {provider.title}: {remark}" for provider in PROVIDERS
               for remark in provider.remarks]
    if remarks:
        lines += ["", "What to know when registering the site there:", "", *remarks]
    return "\n".join(lines).rstrip() + "\n"


def counts():
    pairs = len(PROVIDERS) * len(CAPABILITIES)
    lacking = sum(len(provider.lacks) for provider in PROVIDERS)
    return {"providers": len(PROVIDERS), "tried": pairs - lacking, "cannot": lacking}


def parts(text):
    """The README before, in and after the table."""
    before, begin, rest = text.partition(BEGIN)
    inside, end, after = rest.partition(END)
    assert begin and end, f"{README} lacks its marks"
    return before, inside, after


def main(arguments):
    if arguments == ["--update"]:
        before, _, after = parts(README.read_text())
        README.write_text(before + BEGIN + table() + END + after)
    else:
        print(table(), end="")
        print(", ".join(f"{number} {what}" for what, number in counts().items()))


def _row(cells):
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main(sys.argv[1:])
