"""A port of its own through which tests look in and steer. Arguments are in the query.

    GET    /control/requests?since=N        what arrived after the Nth
    DELETE /control/requests                forgets it
    GET    /control/state                   connections, accounts; sessions and tokens a user
    GET    /control/account?username=U      the user JSON, with roles and origin
    POST   /control/account?username=U&…    sets fields of the user JSON, password, provider and role
                                            (empty: none); create=true makes the account
    GET    /control/sessions?username=U     identifiers
    DELETE /control/sessions[?username=U]   ends them; those of all users, as a restart does
    GET    /control/tokens?username=U       good alias tokens, without their secrets
    POST   /control/settings?NAME=VALUE…    see settings.py
    DELETE /control/settings                the defaults again
    POST   /control/clock?shift=SECONDS     how far XNAT's clock is from ours
    DELETE /control/clock                   the right time again
    POST   /control/trouble?kind=K&…        see troubles.py; path, method, times say which requests
    DELETE /control/trouble                 no more of it
    POST   /control/gate?name=N             opens a gate
"""

import collections
import urllib.parse

import http1

from .accounts import FLAGS, TEXTS, Exists
from .answers import json_answer, text_answer

FIELDS = (*TEXTS, *FLAGS, "password")


class Control:
    """One method a row of the table above. What cannot be done is answered with 400."""

    def __init__(self, subject):
        self._subject, self._site = subject, subject.site

    def get_requests(self, params):
        return self._subject.recorder.since(int(params.get("since", 0)))

    def delete_requests(self, _):
        self._subject.recorder.clear()

    def get_state(self, _):
        tokens = collections.Counter(token.username for token in self._site.tokens.good())
        return {"connections": self._subject.connections, "accounts": self._site.accounts.names(),
                "sessions": self._site.sessions.counts(), "tokens": dict(tokens)}

    def get_account(self, params):
        account = self._account(params)
        return account.as_json() | {"roles": account.roles, "origin": account.origin}

    def post_account(self, params):
        fields = {name: _flag(value) if name in FLAGS else value
                  for name, value in params.items() if name in FIELDS}
        others = set(params) - set(fields) - {"create", "role", "provider"}
        if others:
            raise ValueError(f"no field of an account: {', '.join(others)}")
        if params.get("create") == "true":
            account = self._site.accounts.create(fields)
        else:
            account = self._account(params)
            self._site.change_account(account, fields)
        roles = [role for role in [params.get("role")] if role] if "role" in params else None
        self._site.accounts.place(account, roles, params.get("provider"))

    def get_sessions(self, params):
        return self._site.sessions.of(params["username"])

    def delete_sessions(self, params):
        names = [params["username"]] if "username" in params else self._site.sessions.counts()
        return [ended for name in names for ended in self._site.sessions.end_all(name)]

    def get_tokens(self, params):
        return [token.as_json() | {"secret": None} for token in self._site.tokens.good()
                if token.username == params["username"]]

    def post_settings(self, params):
        for name, value in params.items():
            self._site.settings.set(name, value)

    def delete_settings(self, _):
        self._site.settings.reset()

    def post_clock(self, params):
        self._site.clock.shift = float(params["shift"])

    def delete_clock(self, _):
        self._site.clock.shift = 0.0

    def post_trouble(self, params):
        self._subject.troubles.order(**params)

    def delete_trouble(self, _):
        self._subject.troubles.clear()

    def post_gate(self, params):
        self._subject.gates.open(params["name"])

    def _account(self, params):
        account = self._site.accounts.find(params["username"])
        if account is None:
            raise ValueError(f"there is no user {params['username']}")
        return account


def _flag(text):
    return {"true": True, "false": False}[text]


class ControlServer(http1.Server):
    def __init__(self, listen, subject):
        super().__init__(listen)
        self._control = Control(subject)

    def serve(self, request, response):
        name = request.path.removeprefix("/control/")
        action = getattr(self._control, f"{request.method.lower()}_{name}", None)
        if action is None or "_" in name:
            response.send(404)
            return
        try:
            answer = action(dict(urllib.parse.parse_qsl(request.query, keep_blank_values=True)))
        except (ValueError, KeyError, TypeError, Exists) as problem:
            text_answer(response, 400, f"{type(problem).__name__}: {problem}\n")
        else:
            json_answer(response, 200, {} if answer is None else answer)
