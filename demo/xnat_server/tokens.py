"""Alias tokens: a name and a secret that stand for a user, for a while (contract, section 2)."""

import hmac
import secrets
import string
import threading
import uuid
from dataclasses import asdict, dataclass

SECRET_LENGTH = 64
ALPHANUMERICS = string.ascii_letters + string.digits


@dataclass
class AliasToken:
    id: int
    alias: str
    secret: str
    username: str
    created: int  # epoch milliseconds, as is the next
    expires: int
    enabled: bool = True

    def as_json(self):
        return {"id": self.id, "alias": self.alias, "secret": self.secret,
                "xdatUserId": self.username, "singleUse": False,
                "estimatedExpirationTime": self.expires, "created": self.created,
                "timestamp": self.created, "enabled": self.enabled, "validIPAddresses": []}


class AliasTokens:
    """All tokens, by alias. `changed` is called after every change, without the lock."""

    def __init__(self, clock, settings, changed):
        self._clock, self._settings, self._changed = clock, settings, changed
        self._tokens, self._issued = {}, 0
        self._lock = threading.Lock()

    def issue(self, username):
        now = self._clock.milliseconds()
        with self._lock:
            self._issued += 1
            token = AliasToken(self._issued, str(uuid.uuid4()),
                               "".join(secrets.choice(ALPHANUMERICS) for _ in range(SECRET_LENGTH)),
                               username, now, now + self._settings["aliasTokenTimeout"] * 1000)
            self._tokens[token.alias] = token
        self._changed()
        return token

    def locate(self, alias):
        """The token, if it is good still."""
        with self._lock:
            token = self._tokens.get(alias)
            return token if token and self._is_good(token) else None

    def owner(self, alias, secret):
        """The user that a token stands for; None where it is not good or the secret is wrong."""
        token = self.locate(alias)
        right = token and hmac.compare_digest(token.secret.encode(), secret.encode())
        return token.username if right else None

    def invalidate(self, alias):
        with self._lock:
            self._tokens.pop(alias, None)
        self._changed()

    def deactivate_all(self, username):
        with self._lock:
            for token in self._tokens.values():
                if token.username == username:
                    token.enabled = False
        self._changed()

    def good(self):
        """All tokens that are good still."""
        with self._lock:
            return [token for token in self._tokens.values() if self._is_good(token)]

    def _is_good(self, token):
        return token.enabled and self._clock.milliseconds() < token.expires

    def dump(self):
        with self._lock:
            return [asdict(token) for token in self._tokens.values()]

    def load(self, rows):
        with self._lock:
            for row in rows:
                token = AliasToken(**row)
                self._tokens[token.alias] = token
                self._issued = max(self._issued, token.id)
