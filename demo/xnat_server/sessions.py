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
        self._by_id, self._by_user = {}, collections.defaultdict(dict)
        self._lock = threading.Lock()

    def get(self, identifier):
        """The live session, which then is idle no longer; None where there is none."""
        with self._lock:
            session = self._by_id.get(identifier)
            if session and self._is_idle(session):
                self._end(session)
                return None
            if session:
                session.seen = self._clock.now()
            return session

    def open(self, username, handed=None):
        """A new session; None when the user has as many as the site allows."""
        with self._lock:
            if len(self._live(username)) >= self._settings["concurrentMaxSessions"]:
                return None
            session = Session(secrets.token_hex(16).upper(), username, handed, self._clock.now())
            self._by_id[session.identifier] = session
            self._by_user[username][session.identifier] = session
            return session

    def end(self, identifier):
        with self._lock:
            session = self._by_id.get(identifier)
            if session:
                self._end(session)

    def end_all(self, username):
        """Ends all of a user's sessions; their identifiers."""
        with self._lock:
            ended = list(self._live(username).values())
            for session in ended:
                self._end(session)
            return [session.identifier for session in ended]

    def of(self, username):
        """Identifiers of a user's sessions, the oldest first."""
        with self._lock:
            return list(self._live(username))

    def counts(self):
        """Sessions a user, of those who have any."""
        with self._lock:
            live = {username: len(self._live(username)) for username in list(self._by_user)}
            return {username: count for username, count in live.items() if count}

    def _live(self, username):
        """A user's sessions, those that have been idle too long taken out."""
        mine = self._by_user[username]
        for session in [session for session in mine.values() if self._is_idle(session)]:
            self._end(session)
        return mine

    def _is_idle(self, session):
        return self._clock.now() - session.seen >= self._settings["sessionTimeout"]

    def _end(self, session):
        del self._by_id[session.identifier]
        del self._by_user[session.username][session.identifier]
