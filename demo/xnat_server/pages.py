"""The pages that the stand-in shows, as text."""

import html

from .handoff import header_text

HEADERS = (("Content-Type", "text/html; charset=utf-8"),
           ("Content-Security-Policy", "default-src 'none'; style-src 'self'; connect-src 'self'; "
                                       "base-uri 'none'; "
                                       "frame-ancestors 'none'; form-action 'self'"),
           ("Cache-Control", "no-store"))

STYLE = """
:root { color-scheme: light dark; --ink: #16202b; --dim: #46566a; --paper: #eef2f6; --card: #fff;
        --line: #8595a8; --key: #0b5a8f; --on-key: #fff; --bar: #123a5c; }
@media (prefers-color-scheme: dark) {
    :root { --ink: #e9eff5; --dim: #afbccb; --paper: #12181f; --card: #1b232d; --line: #6d7d90;
            --key: #8ecbf5; --on-key: #05202f; --bar: #0c2235; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
       font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header { background: var(--bar); color: #fff; padding: .75rem 1rem; display: flex; gap: 1rem;
         flex-wrap: wrap; align-items: baseline; }
header strong { font-size: 1.15rem; }
header nav { margin-left: auto; }
header a { color: #fff; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
        padding: 1.25rem; margin-bottom: 1rem; }
.dim { color: var(--dim); }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .35rem 1rem;
     margin: 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } }
label { display: block; font-weight: 600; margin-top: .75rem; }
input { font: inherit; width: 100%; padding: .5rem; border: 1px solid var(--line);
        border-radius: .4rem; background: var(--card); color: var(--ink); }
button { font: inherit; min-height: 2.75rem; margin-top: 1rem; padding: .5rem 1.5rem; border: 0;
         border-radius: .5rem; background: var(--key); color: var(--on-key); cursor: pointer; }
:focus-visible { outline: 3px solid var(--key); outline-offset: 2px; }
header :focus-visible { outline-color: #fff; }
"""


class Pages:
    """`address` gives a path of the site as a browser has to ask for it."""

    def __init__(self, address):
        self._address = address

    def page(self, title, body, signed_in=False):
        leave = (f'<nav aria-label="Session"><a href="{self._address("/app/action/LogoutUser")}">'
                 "Sign out</a></nav>")
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<link rel="stylesheet" href="{self._address("/style/stand-in.css")}">
</head>
<body>
<header><strong>XNAT</strong> <span>stand-in, for demonstrations and tests</span>
{leave if signed_in else ""}</header>
<main>
<h1>{html.escape(title)}</h1>
{body}
</main>
</body>
</html>
"""

    def home(self, account, session):
        name = " ".join(part for part in (account.first_name, account.last_name) if part)
        rows = {"User name": account.username, "Name": name or "–", "E-mail": account.email or "–"}
        account_rows = "".join(_row(label, value) for label, value in rows.items())
        return self.page(f"Signed in as {name or account.username}",
                         f'<section class="card" aria-label="Account"><dl>{account_rows}</dl>'
                         f"</section>{_origin(session)}", signed_in=True)

    def login(self, failed):
        message = '<p role="alert">That user name and password are not right.</p>'
        return self.page("Log in to XNAT", f"""{message if failed else ""}<form class="card" method="post"
action="{self._address("/app/action/XDATLoginUser")}">
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Log in</button>
</form>""")

    def inactive_account(self):
        return self._note("This account is not active yet",
                          "Your account was created. An administrator of this site must enable it "
                          "before you can use it.")

    def verification_sent(self, email):
        to = f" to {html.escape(email)}" if email else ""
        return self._note("Your e-mail address is not verified yet",
                          f"A message was sent{to}. Follow the link in it, then log in.")

    def register_external_login(self):
        return self._note("This login is new here",
                          "Connect it to the account that you have, or ask for a new account.")

    def refused(self, reason):
        return self._note("XNAT does not accept this request", html.escape(reason))

    def not_found(self):
        return self.page("Not found", "")

    def _note(self, title, text):
        return self.page(title, f'<p class="card">{text}</p>')


def _origin(session):
    if not session.handed:
        return '<p class="dim">Signed in with a user name and password of XNAT itself.</p>'
    handed = "".join(_row(label, session.handed.get(claim)) for label, claim in (
        ("Provider", "provider"), ("Subject", "provider_sub"), ("E-mail", "email"),
        ("Given name", "given_name"), ("Family name", "family_name"),
        ("Starts enabled", "auto_enabled"), ("Starts verified", "auto_verified"),
        ("May be created", "create_user")))
    return ('<section class="card" aria-labelledby="handed"><h2 id="handed">What the sidecar handed '
            'over</h2><p class="dim">Signed by the sidecar and verified.</p>'
            f"<dl>{handed}</dl></section>")


def _row(label, value):
    return f"<dt>{html.escape(label)}</dt><dd>{html.escape(header_text(value)) or '–'}</dd>"
