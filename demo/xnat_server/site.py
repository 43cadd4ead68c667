"""One XNAT: what it keeps, and what touches more than one part of it."""

from .accounts import Accounts
from .clock import Clock
from .database import Database
from .sessions import Sessions
from .settings import Settings
from .tokens import AliasTokens


class Site:
    """Shared by all threads; every part locks for itself."""

    def __init__(self, database=None, context_path=""):
        self.clock, self.settings = Clock(), Settings()
        self.context_path = context_path
        self._database = Database(database)
        self.accounts = Accounts(self.clock, self.settings, self._database.save)
        self.tokens = AliasTokens(self.clock, self.settings, self._database.save)
        self.sessions = Sessions(self.clock, self.settings)
        self.is_kept = self._database.open(accounts=self.accounts, tokens=self.tokens)

    def change_account(self, account, fields):
        """Whether anything changed. Disabling a user deactivates that user's tokens."""
        was_enabled = account.enabled
        changed = self.accounts.change(account, fields)
        if was_enabled and not account.enabled:
            self.tokens.deactivate_all(account.username)
        return changed

    def is_unverified(self, account):
        """Whether the account waits for its e-mail address to be verified."""
        return self.settings["emailVerification"] and not account.verified

    def address(self, path):
        """The path as a browser has to ask for it."""
        return self.context_path + path

    def session_cookies(self, session):
        path, idle = self.context_path or "/", self.settings["sessionTimeout"] * 1000
        expiry = f"{self.clock.milliseconds()},{idle}"
        return [("Set-Cookie", f"JSESSIONID={session.identifier}; Path={path}; HttpOnly"),
                ("Set-Cookie", f"SESSION_EXPIRATION_TIME={expiry}; Path={path}")]
