"""Servlet sessions by JSESSIONID: they end when idle too long, and a user has only so many."""

import collections
import secrets
import threading
from dataclasses import dataclass


@dataclass
class Session:
    identifier: str
    username: str
    handed: dict  # claims of the assertion that opened it; None where credentials did
    seen: float  # the clock's seconds


class Sessions:
    def __init__(self, clock, settings):
        self._clock, self._settings = clock, settings
        self._by_id = collections.OrderedDict()  # the longest idle first
        self._by_user = collections.defaultdict(dict)
        self._lock = threading.Lock()

    def get(self, identifier):
        """The live session, which then is idle no longer; None where there is none."""
        with self._lock:
            self._end_idle()
            session = self._by_id.get(identifier)
            if session:
                session.seen = self._clock.now()
                self._by_id.move_to_end(identifier)
            return session

    def open(self, username, handed=None):
        """A new session; None when the user has as many as the site allows."""
        with self._lock:
            self._end_idle()
            if len(self._by_user[username]) >= self._settings["concurrentMaxSessions"]:
                return None
            session = Session(secrets.token_hex(16).upper(), username, handed, self._clock.now())
            self._by_id[session.identifier] = session
            self._by_user[username][session.identifier] = session
            return session

    def end(self, identifier):
        with self._lock:
            self._end(identifier)

    def end_all(self, username):
        """Ends all of a user's sessions; their identifiers."""
        with self._lock:
            self._end_idle()
            ended = list(self._by_user[username])
            for identifier in ended:
                self._end(identifier)
            return ended

    def of(self, username):
        """Identifiers of a user's sessions, the oldest first."""
        with self._lock:
            self._end_idle()
            return list(self._by_user[username])

    def counts(self):
        """Sessions a user, of those who have any."""
        with self._lock:
            self._end_idle()
            return {username: len(mine) for username, mine in self._by_user.items() if mine}

    def _end(self, identifier):
        session = self._by_id.pop(identifier, None)
        if session:
            del self._by_user[session.username][identifier]

    def _end_idle(self):
        limit = self._clock.now() - self._settings["sessionTimeout"]
        while self._by_id and next(iter(self._by_id.values())).seen <= limit:
            self._end(next(iter(self._by_id)))
