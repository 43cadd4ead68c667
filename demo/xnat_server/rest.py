"""The REST calls that a service account makes: the table of the contract, section 2."""

import json
import re
import urllib.parse
from dataclasses import dataclass

from .accounts import Exists, Invalid, read_fields
from .answers import json_answer, text_answer

BODY_LIMIT = 1 << 20

# Everything below these is here or nowhere.
OWN_PATHS = re.compile(r"/xapi/users(/|$)|/(data|REST)/services/tokens(/|$)")


class Answer(Exception):
    """A call that ends early, with this status."""

    def __init__(self, status, text=""):
        super().__init__(text)
        self.status, self.text = status, text


@dataclass
class Call:
    site: object
    caller: object  # the account that asks
    request: object
    names: dict  # parts of the path by name, decoded

    def account(self, missing=None):
        """The account that the path names. Raises Answer where there is none."""
        found = self.site.accounts.find(self.names["username"])
        if found is None:
            raise Answer(missing or self.site.settings["unknownUser"],
                         f"there is no user {self.names['username']}")
        return found

    def token(self):
        """The alias token that the path names, if it is the caller's business."""
        found = self.site.tokens.locate(self.names["alias"])
        if found is None:
            raise Answer(404, "there is no such alias token")
        if found.username != self.caller.username and not self.caller.is_administrator:
            raise Answer(403, "that is another user's alias token")
        return found

    def fields(self, creating):
        """What the body sets. Raises Answer."""
        if self.request.first("Content-Type").partition(";")[0].strip() != "application/json":
            raise Answer(415, "the body has to be application/json")
        try:
            return read_fields(json.loads(self._body(), object_pairs_hook=_unique), creating)
        except (ValueError, Invalid) as problem:
            raise Answer(400, str(problem)) from None

    def _body(self):
        body = b""
        for block in self.request.body.blocks():
            body += block
            if len(body) > BODY_LIMIT:
                raise Answer(413, "the body is too large")
        return body.decode("utf-8")


def _unique(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name comes twice")
    return dict(pairs)


# --- users ------------------------------------------------------------------------------------------

def _who_am_i(call):
    return 200, call.caller.username


def _list_users(call):
    return 200, call.site.accounts.names()


def _read_user(call):
    return 200, call.account().as_json()


def _read_profile(call):
    return 200, call.account(missing=404).as_json()


def _create_user(call):
    fields = call.fields(creating=True)
    try:
        return 201, call.site.accounts.create(fields).as_json()
    except Exists as name:
        raise Answer(call.site.settings["existingUser"], f"there is a user {name}") from None


def _change_user(call):
    account, fields = call.account(), call.fields(creating=False)
    if fields.get("username", account.username) != account.username:
        raise Answer(400, "the body names another user than the path")
    if not call.site.change_account(account, fields):
        raise Answer(304)
    return 200, account.as_json()


def _set_flag(name):
    def set_it(call):
        if call.names["flag"] not in ("true", "false"):
            raise Answer(400, f"{name} is true or false")
        call.site.change_account(call.account(), {name: call.names["flag"] == "true"})
        return 200, None
    return set_it


def _read_roles(call):
    return 200, call.account().roles


def _add_role(call):
    account = call.account()
    call.site.accounts.place(account, roles=sorted({*account.roles, call.names["role"]}))
    return 200, None


def _end_sessions(call):
    ended = call.site.sessions.end_all(call.account().username)
    if not ended:
        raise Answer(304)
    return 200, ended


# --- alias tokens -----------------------------------------------------------------------------------

def _issue_own(call):
    return 200, call.site.tokens.issue(call.caller.username).as_json()


def _issue(call):
    return 200, call.site.tokens.issue(call.account(missing=400).username).as_json()


def _invalidate(call):
    call.site.tokens.invalidate(call.token().alias)
    return 200, {"result": "OK"}


def _validate(call):
    return 200, {"valid": call.site.tokens.owner(call.token().alias, call.names["secret"])}


# --- the table --------------------------------------------------------------------------------------

# Who may call: ALL that are logged in, the USER that the path names and administrators, administrators.
ALL, USER, ADMINISTRATORS = "all", "user", "administrators"

# The first path that fits is meant.
CALLS = [
    ("GET", "/xapi/users", ADMINISTRATORS, _list_users),
    ("POST", "/xapi/users", ADMINISTRATORS, _create_user),
    ("GET", "/xapi/users/username", ALL, _who_am_i),
    ("GET", "/xapi/users/profile/{username}", USER, _read_profile),
    ("DELETE", "/xapi/users/active/{username}", USER, _end_sessions),
    ("GET", "/xapi/users/{username}", USER, _read_user),
    ("PUT", "/xapi/users/{username}", ADMINISTRATORS, _change_user),
    ("PUT", "/xapi/users/{username}/enabled/{flag}", ADMINISTRATORS, _set_flag("enabled")),
    ("PUT", "/xapi/users/{username}/verified/{flag}", ADMINISTRATORS, _set_flag("verified")),
    ("GET", "/xapi/users/{username}/roles", USER, _read_roles),
    ("PUT", "/xapi/users/{username}/roles/{role}", ADMINISTRATORS, _add_role),
    ("GET", "/data/services/tokens/issue", ALL, _issue_own),
    ("GET", "/data/services/tokens/issue/user/{username}", USER, _issue),
    ("GET", "/data/services/tokens/invalidate/{alias}", ALL, _invalidate),
    ("GET", "/data/services/tokens/validate/{alias}/{secret}", ALL, _validate),
]


def _pattern(path):
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path).replace("/data/", "/(?:data|REST)/"))


_COMPILED = [(method, _pattern(path), access, action) for method, path, access, action in CALLS]


def is_call(path):
    return OWN_PATHS.match(path)


def serve(site, caller, request, response, headers):
    """Answers a path for which is_call holds."""
    try:
        access, action, names = _find(request)
        allowed = caller.is_administrator or access == ALL or \
            (access == USER and names["username"] == caller.username)
        if not allowed:
            raise Answer(403, "that takes an administrator")
        status, value = action(Call(site, caller, request, names))
    except Answer as early:
        text_answer(response, early.status, early.text, headers)
        return
    if value is None:
        response.send(status, headers)
    elif isinstance(value, str):
        text_answer(response, status, value, headers)
    else:
        json_answer(response, status, value, headers)


def _find(request):
    """(access, action, parts of the path by name). Raises Answer."""
    wanted = "GET" if request.method == "HEAD" else request.method
    fitting = [(method, access, action, found.groupdict())
               for method, pattern, access, action in _COMPILED
               if (found := pattern.fullmatch(request.path))]
    if not fitting:
        raise Answer(404, "there is no such call")
    for method, access, action, names in fitting:
        if method == wanted:
            return access, action, _decoded(names)
    raise Answer(405, "there is no such method here")


def _decoded(names):
    try:
        return {name: urllib.parse.unquote(value, errors="strict") for name, value in names.items()}
    except UnicodeDecodeError:
        raise Answer(400, "the path is no UTF-8") from None
