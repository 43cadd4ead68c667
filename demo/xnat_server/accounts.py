"""Accounts, their roles, and what XNAT demands of a new one (contract, section 2)."""

import hmac
import re
import secrets
import threading
from dataclasses import asdict, dataclass, field

ADMINISTRATOR = "Administrator"
LOCAL = "localdb"

USERNAME = re.compile(r"[a-zA-Z][A-Za-z0-9\-_'.]{0,63}")
EMAIL = re.compile(r"(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
                   r"(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
NAME = re.compile(r"[^&<>\"/]*[^&<>\"/\s][^&<>\"/]*")

# Fields of the user JSON that a request may set, and what is allowed in them.
TEXTS = {"username": USERNAME, "email": EMAIL, "firstName": NAME, "lastName": NAME}
FLAGS = ("enabled", "verified")
# Those that it may carry, because they came with an answer, but that set nothing.
READ_ONLY = ("id", "lastModified", "lastSuccessfulLogin", "secured", "authorization")
ATTRIBUTES = {"username": "username", "email": "email", "firstName": "first_name",
              "lastName": "last_name", "enabled": "enabled", "verified": "verified",
              "password": "password"}


class Invalid(Exception):
    """Fields that XNAT does not take; the text names them."""


class Exists(Exception):
    """There is such an account already."""


@dataclass
class Account:
    id: int
    username: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    enabled: bool = False
    verified: bool = False
    password: str = None  # None: nobody can log in with one
    provider: str = LOCAL  # where the password is kept
    roles: list = field(default_factory=list)
    origin: list = None  # provider and subject of an account that the hand-off made
    modified: int = 0  # epoch milliseconds
    last_login: int = None

    @property
    def is_administrator(self):
        return ADMINISTRATOR in self.roles

    def has_password(self, password):
        known = self.password or secrets.token_hex()
        return hmac.compare_digest(known.encode(), password.encode())

    def as_json(self):
        """The user JSON. A password is never in it."""
        return {"id": self.id, "username": self.username, "firstName": self.first_name,
                "lastName": self.last_name, "email": self.email, "enabled": self.enabled,
                "verified": self.verified, "lastModified": self.modified,
                "lastSuccessfulLogin": self.last_login, "secured": False, "authorization": None}


def read_fields(document, creating):
    """What a user JSON sets: values by field name. Raises Invalid."""
    if not isinstance(document, dict):
        raise Invalid("the body is no JSON object")
    wrong = [name for name in document if not _is_acceptable(name, document[name])]
    if creating:
        wrong += [name for name in TEXTS if document.get(name) is None and name not in wrong]
    if wrong:
        raise Invalid(f"missing or not allowed: {', '.join(wrong)}")
    return {name: document[name] for name in ATTRIBUTES if document.get(name) is not None}


def _is_acceptable(name, value):
    if value is None or name in READ_ONLY:
        return name in READ_ONLY or name in ATTRIBUTES
    if name in FLAGS:
        return isinstance(value, bool)
    if name == "password":
        return isinstance(value, str) and value.strip() != ""
    return name in TEXTS and isinstance(value, str) and bool(TEXTS[name].fullmatch(value))


class Accounts:
    """All accounts, by name. `changed` is called after every change, without the lock."""

    def __init__(self, clock, settings, changed):
        self._clock, self._settings, self._changed = clock, settings, changed
        self._by_name, self._by_folded = {}, {}
        self._lock = threading.Lock()

    def find(self, username):
        """As this release of XNAT looks a name up; None where there is none."""
        if username in self._by_name:
            return self._by_name[username]
        return self.find_in_any_case(username) if self._settings["usernames"] == "folded" else None

    def find_in_any_case(self, username):
        return self._by_folded.get(username.lower())

    def names(self):
        with self._lock:
            return sorted(self._by_name)

    def create(self, fields, **attributes):
        """A new account of fields that read_fields gave. Raises Exists.

        `verified` is applied only when `enabled` is present too.
        """
        values = {ATTRIBUTES[name]: value for name, value in fields.items()}
        if "enabled" not in values:
            values.pop("verified", None)
        with self._lock:
            if self.find(values["username"]):
                raise Exists(values["username"])
            account = Account(len(self._by_name) + 1, **values, **attributes,
                              modified=self._clock.milliseconds())
            self._keep(account)
        self._changed()
        return account

    def change(self, account, fields):
        """Whether anything was another value before."""
        with self._lock:
            new = {ATTRIBUTES[name]: value for name, value in fields.items()
                   if getattr(account, ATTRIBUTES[name]) != value}
            for attribute, value in new.items():
                setattr(account, attribute, value)
            if new:
                account.modified = self._clock.milliseconds()
        if new:
            self._changed()
        return bool(new)

    def place(self, account, roles=None, provider=None):
        """Sets what no REST call of ours does; None leaves it."""
        with self._lock:
            account.roles = account.roles if roles is None else roles
            account.provider = provider or account.provider
        self._changed()

    def _keep(self, account):
        self._by_name[account.username] = account
        self._by_folded.setdefault(account.username.lower(), account)

    def dump(self):
        with self._lock:
            return [asdict(account) for account in self._by_name.values()]

    def load(self, rows):
        with self._lock:
            for row in rows:
                self._keep(Account(**row))
