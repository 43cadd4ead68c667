"""Who a request is, as XNAT settles it (contract, section 1): cookie, Basic, form or hand-off."""

import base64
import binascii
import urllib.parse
import uuid

from .handoff import account_of

FORM_LIMIT = 64 * 1024

INACTIVE_PAGE = "/app/template/InactiveAccount.vm"
VERIFICATION_PAGE = "/app/template/VerificationSent.vm"


class WrongCredentials(Exception):
    """Credentials came, and are no good."""


class NotReady(Exception):
    """The person is known, and may not come in: `page` says why."""

    def __init__(self, page):
        super().__init__(page)
        self.page = page


class Login:
    """`handoff_filter` is None in an XNAT without one."""

    def __init__(self, site, handoff_filter=None):
        self._site, self._filter = site, handoff_filter

    def authenticate(self, request):
        """(session or None, whether it is new).

        Raises WrongCredentials, NotReady and handoff.Refused.
        """
        session = self._site.sessions.get(request.cookies().get("JSESSIONID", ""))
        claims = self._filter.claims(request) if self._filter else None
        if claims:
            return self._handed(claims, session)
        if session and session.handed:
            # The person the sidecar vouched for is vouched for no longer.
            self._site.sessions.end(session.identifier)
            session = None
        credentials = _basic_credentials(request)
        if credentials:
            return self._basic(*credentials, session)
        return session, False

    def form(self, request):
        """The new session of somebody who filled in the login form. Raises as above."""
        fields = _form_fields(request)
        account = self._checked(None, fields.get("username", ""), fields.get("password", ""))
        self._raise_unless_ready(account)
        self.logout(request)
        return self._open(account)

    def logout(self, request):
        self._site.sessions.end(request.cookies().get("JSESSIONID", ""))

    def _handed(self, claims, session):
        account = account_of(claims, self._site.accounts)
        self._raise_unless_ready(account)
        if session and session.handed and session.username == account.username:
            session.handed = claims
            return session, False
        if session:
            self._site.sessions.end(session.identifier)
        return self._open(account, claims), True

    def _basic(self, provider, name, password, session):
        token = self._site.tokens.locate(name)
        if session and session.username in (name, token and token.username):
            return session, False  # ignored, and not even checked
        account = self._checked(provider, name, password)
        try:
            self._raise_unless_ready(account)
        except NotReady:
            raise WrongCredentials() from None
        if session:
            self._site.sessions.end(session.identifier)
        return self._open(account), True

    def _checked(self, provider, name, password):
        """The account whose password, or alias token, this is."""
        accounts = self._site.accounts
        if provider is None and _is_alias(name):
            account = accounts.find(self._site.tokens.owner(name, password) or "")
            right = account is not None
        else:
            account = accounts.find(name)
            right = account and account.has_password(password) and \
                provider in (None, account.provider)
        if not right:
            raise WrongCredentials()
        return account

    def _raise_unless_ready(self, account):
        if not account.enabled:
            raise NotReady(INACTIVE_PAGE)
        if self._site.is_unverified(account):
            query = urllib.parse.urlencode({"emailTo": account.email,
                                            "emailUsername": account.username})
            raise NotReady(f"{VERIFICATION_PAGE}?{query}")

    def _open(self, account, claims=None):
        session = self._site.sessions.open(account.username, claims)
        if session is None:
            raise WrongCredentials()
        account.last_login = self._site.clock.milliseconds()
        return session


def _is_alias(name):
    try:
        return str(uuid.UUID(name)) == name.lower()
    except ValueError:
        return False


def _basic_credentials(request):
    """(provider or None, name, password) of a Basic header; None where it names nobody."""
    authorization = request.first("Authorization")
    if not authorization.lower().startswith("basic "):
        return None
    try:
        text = base64.b64decode(authorization[6:].strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise WrongCredentials() from None
    name, colon, password = text.partition(":")
    if not colon:
        raise WrongCredentials()
    provider, slash, rest = name.partition("/")
    provider, name = (provider or None, rest) if slash else (None, name)
    return (provider, name, password) if name.strip() else None


def _form_fields(request):
    """Fields of a posted form; a field that comes twice is read once, as servlets do: the first."""
    if request.first("Content-Type").partition(";")[0] != "application/x-www-form-urlencoded":
        raise WrongCredentials()
    body = b""
    for block in request.body.blocks():
        body += block
        if len(body) > FORM_LIMIT:
            raise WrongCredentials()
    pairs = urllib.parse.parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True)
    return dict(reversed(pairs))
