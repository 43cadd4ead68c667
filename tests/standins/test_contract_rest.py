"""The REST calls of a service account: every row of the contract's section 2."""

import json
import re
import time
import uuid

import pytest

from harness.rest import Rest

pytestmark = pytest.mark.standins

FIELDS = {"id", "username", "firstName", "lastName", "email", "enabled", "verified",
          "lastModified", "lastSuccessfulLogin", "secured", "authorization"}
TOKEN_FIELDS = {"alias", "secret", "xdatUserId", "singleUse", "estimatedExpirationTime", "id",
                "created", "timestamp", "enabled", "validIPAddresses"}
TWO_DAYS = 2 * 24 * 3600
WHO = "/xapi/users/username"


def new_user(**changes):
    """A user JSON that XNAT takes, with changes; None leaves a field out."""
    name = f"user{uuid.uuid4().hex[:12]}"
    document = {"username": name, "email": f"{name}@example.org", "firstName": "Ada",
                "lastName": "Byron"} | changes
    return {field: value for field, value in document.items() if value is not None}


# --- who may call -----------------------------------------------------------------------------------

CALLS = [("GET", "/xapi/users"), ("POST", "/xapi/users"), ("GET", "/xapi/users/{other}"),
         ("GET", "/xapi/users/profile/{other}"), ("PUT", "/xapi/users/{other}"),
         ("PUT", "/xapi/users/{other}/enabled/false"), ("PUT", "/xapi/users/{other}/verified/false"),
         ("GET", "/xapi/users/{other}/roles"), ("PUT", "/xapi/users/{other}/roles/Administrator"),
         ("DELETE", "/xapi/users/active/{other}"),
         ("GET", "/data/services/tokens/issue/user/{other}"),
         ("GET", "/data/services/tokens/invalidate/{alias}"),
         ("GET", "/data/services/tokens/validate/{alias}/{secret}")]


class TestAccess:
    @pytest.mark.parametrize("method, path", CALLS)
    def test_takes_good_and_strong_credentials(self, xnat, admin, make_person, method, path):
        person, other = make_person(), make_person()
        path = path.format(other=other.name, **admin.token(other.name))
        other.rest().get(WHO)
        body = new_user(firstName="Changed") if method == "POST" else {"firstName": "Changed"}
        body = body if path in ("/xapi/users", f"/xapi/users/{other.name}") else None
        for credentials, status in ((None, 401), ("admin:wrong", 401), (person.credentials, 403)):
            assert Rest(xnat.url, credentials).call(method, path, body).status == status
        assert xnat.account(other.name)["firstName"] == "Ada" and other.sessions == 1
        assert len(xnat.tokens(other.name)) == 1, "nothing has happened"
        assert admin.call(method, path, body).status in (200, 201)

    @pytest.mark.parametrize("path", ["/xapi/users/{0}", "/xapi/users/profile/{0}",
                                      "/xapi/users/{0}/roles", "/data/services/tokens/issue",
                                      "/data/services/tokens/issue/user/{0}"])
    def test_everybody_may_ask_for_himself(self, person, path):
        assert person.rest().get(path.format(person.name)).status == 200

    def test_the_service_account_is_there_from_the_start(self, admin):
        assert admin.get(WHO).text == "admin"
        assert admin.get("/xapi/users/admin/roles").json() == ["Administrator"]

    @pytest.mark.parametrize("method, path, status", [
        ("GET", "/xapi/users/a/b/c", 404), ("GET", "/data/services/tokens/nonsense", 404),
        ("GET", "/xapi/users/", 404), ("POST", "/xapi/users/admin", 405),
        ("PUT", "/data/services/tokens/issue/user/admin", 405),
        ("GET", "/xapi/users/admin/enabled/true", 405), ("GET", "/xapi/users/%ff", 400)])
    def test_what_is_not_in_the_table(self, admin, method, path, status):
        assert admin.call(method, path).status == status


# --- users ------------------------------------------------------------------------------------------

OLDER = [({}, 404), ({"unknownUser": 500}, 500)]


class TestReadUser:
    @pytest.mark.parametrize("path", ["/xapi/users/{0}", "/xapi/users/profile/{0}"])
    def test_user_json(self, xnat, admin, person, path):
        person.rest().get(WHO)
        answer = admin.get(path.format(person.name))
        user = answer.json()
        assert answer.header("Content-Type") == "application/json" and set(user) == FIELDS
        assert (user["username"], user["email"]) == (person.name, person.email)
        assert (user["firstName"], user["lastName"]) == ("Ada", "Byron")
        assert user["enabled"] is True and user["verified"] is True
        assert abs(user["lastSuccessfulLogin"] / 1000 - time.time()) < 60
        assert person.password not in answer.text

    @pytest.mark.parametrize("settings, status", OLDER)
    def test_unknown(self, xnat, admin, settings, status):
        xnat.configure(**settings)
        assert admin.get("/xapi/users/nobody").status == status
        assert admin.get("/xapi/users/nobody/roles").status == status
        assert admin.get("/xapi/users/profile/nobody").status == 404

    def test_names_are_decoded(self, xnat, admin):
        name = f"o'neill.{uuid.uuid4().hex[:8]}"
        xnat.set_account(name, create=True)
        assert admin.get(f"/xapi/users/{name.replace(chr(39), '%27')}").json()["username"] == name

    def test_another_case_is_another_user_unless_this_xnat_folds(self, xnat, admin, person):
        assert admin.get(f"/xapi/users/{person.name.upper()}").status == 404
        xnat.configure(usernames="folded")
        assert admin.get(f"/xapi/users/{person.name.upper()}").json()["username"] == person.name
        taken = new_user(username=person.name.upper())
        assert admin.call("POST", "/xapi/users", taken).status == 409

    def test_list(self, admin, person):
        assert person.name in admin.get("/xapi/users").json()


GOOD = {"username": ["a", "A-b_c'd.e", "a" + "9" * 63],
        "email": ["a@b.co", "!#$%&'*+/=?^_`{|}~-.x@a.b-c.example", "a" * 64 + "@example.org"],
        "firstName": ["Günther", "Anne-Marie d'Arc", " x "], "lastName": ["李", "O'Neill; Jr.", "x" * 500]}
BAD = {"username": ["", "9a", "_a", "a b", "a@b", "é", "a/b", "a" + "9" * 64, "aé"],
       "email": ["", "a", "a@localhost", "a@b.c", "a@b.c1", "@b.org", "a b@c.org", "a@b@c.org", "a@.org",
                 "ü@example.org", "a" * 65 + "@example.org", "a@exa_mple.org", "a@b.org ", "a..b@c.org"],
       "firstName": ["", " ", "a&b", "<a", "a>", 'a"b', "a/b"],
       "lastName": ["", "\t", "a&b", "<a", "a>", 'a"b', "a/b"]}


def rows(table):
    return [(field, value) for field, values in table.items() for value in values]


class TestCreate:
    def test_answers_with_the_user(self, xnat, admin):
        user = new_user(enabled=True, verified=True, password="secret")
        answer = admin.call("POST", "/xapi/users", user)
        assert answer.status == 201 and set(answer.json()) == FIELDS
        assert answer.json().items() >= {**user, "password": 0}.items() - {("password", 0)}
        assert Rest(xnat.url, f"{user['username']}:secret").get(WHO).status == 200

    @pytest.mark.parametrize("field, value", rows(GOOD))
    def test_takes(self, admin, field, value):
        user = new_user(**{field: value})
        if field == "username" and len(value) < 64:
            user["username"] = (value + uuid.uuid4().hex)[:64]
        assert admin.call("POST", "/xapi/users", user).json()[field] == user[field]

    @pytest.mark.parametrize("field, value", [
        *rows(BAD), *((field, value) for field in BAD for value in (None, 5, ["a"], {"a": 1})),
        ("enabled", "true"), ("verified", 1), ("password", " "), ("password", 1), ("admin", True)])
    def test_refuses(self, xnat, admin, field, value):
        user = new_user(**{field: value})
        answer = admin.call("POST", "/xapi/users", user)
        assert answer.status == 400 and field in answer.text
        assert user.get("username") not in xnat.state()["accounts"]

    @pytest.mark.parametrize("body, kind, status", [
        (b"", "application/json", 400), (b"{", "application/json", 400),
        (b"[]", "application/json", 400), (b"null", "application/json", 400),
        (b"\xff", "application/json", 400), (b"x" * (1 << 20) + b"x", "application/json", 413),
        (b"{}", "text/plain", 415), (b"{}", None, 415)])
    def test_takes_json_only(self, admin, body, kind, status):
        assert admin.call("POST", "/xapi/users", body, **{"Content-Type": kind}).status == status

    def test_takes_no_name_twice(self, admin):
        twice = json.dumps(new_user())[:-1] + ', "firstName": "Eve"}'
        answer = admin.call("POST", "/xapi/users", twice.encode(), **{"Content-Type": "application/json"})
        assert answer.status == 400

    @pytest.mark.parametrize("sent, enabled, verified", [
        ({}, False, False), ({"verified": True}, False, False),
        ({"enabled": True}, True, False), ({"enabled": False, "verified": True}, False, True),
        ({"enabled": True, "verified": True}, True, True),
        ({"enabled": True, "verified": False}, True, False)])
    def test_verified_is_applied_only_when_enabled_is_present(self, xnat, admin, sent, enabled, verified):
        answer = admin.call("POST", "/xapi/users", new_user(**sent)).json()
        for user in (answer, xnat.account(answer["username"])):
            assert (user["enabled"], user["verified"]) == (enabled, verified)

    @pytest.mark.parametrize("status", [409, 400, 500])
    def test_exists(self, xnat, admin, person, status):
        xnat.configure(existingUser=status)
        answer = admin.call("POST", "/xapi/users", new_user(username=person.name, firstName="Eve"))
        assert answer.status == status and xnat.account(person.name)["firstName"] == "Ada"

    def test_without_a_password_nobody_gets_in(self, xnat, admin):
        user = new_user(enabled=True, verified=True)
        admin.call("POST", "/xapi/users", user)
        for password in ("", "None", "null"):
            assert Rest(xnat.url, f"{user['username']}:{password}").get(WHO).status == 401

    def test_of_many_at_once_one_succeeds(self, in_parallel, xnat):
        user = new_user()
        clients = [Rest(xnat.url) for _ in range(24)]
        for client in clients:
            client.get(WHO)
        statuses = in_parallel(lambda client: client.call("POST", "/xapi/users", user).status, clients)
        assert sorted(statuses) == [201] + [409] * 23
        assert xnat.state()["accounts"].count(user["username"]) == 1


class TestChange:
    def test_changes(self, xnat, admin, person):
        answer = admin.call("PUT", f"/xapi/users/{person.name}", {"email": "new@example.org",
                                                                  "verified": False})
        assert answer.status == 200 and answer.json()["email"] == "new@example.org"
        assert xnat.account(person.name)["verified"] is False

    def test_nothing_changed(self, admin, person):
        document = admin.get(f"/xapi/users/{person.name}").json()
        answer = admin.call("PUT", f"/xapi/users/{person.name}", document)
        assert answer.status == 304 and not answer.body

    @pytest.mark.parametrize("document", [{"email": "x"}, {"username": "other"}, {"enabled": "no"}])
    def test_refuses(self, admin, person, document):
        assert admin.call("PUT", f"/xapi/users/{person.name}", document).status == 400

    @pytest.mark.parametrize("settings, status", OLDER)
    @pytest.mark.parametrize("path, body", [("", {"firstName": "x"}), ("/enabled/true", None),
                                            ("/verified/true", None)])
    def test_unknown(self, xnat, admin, settings, status, path, body):
        xnat.configure(**settings)
        assert admin.call("PUT", f"/xapi/users/nobody{path}", body).status == status

    @pytest.mark.parametrize("flag", ["enabled", "verified"])
    def test_flags(self, xnat, admin, person, flag):
        for value in ("false", "false", "true", "true"):
            answer = admin.call("PUT", f"/xapi/users/{person.name}/{flag}/{value}")
            assert answer.status == 200 and not answer.body, "also when nothing changed"
            assert xnat.account(person.name)[flag] is (value == "true")
        assert admin.call("PUT", f"/xapi/users/{person.name}/{flag}/maybe").status == 400


class TestRoles:
    def test_mark_an_administrator(self, xnat, admin, person):
        path = f"/xapi/users/{person.name}/roles"
        assert admin.get(path).json() == []
        xnat.set_account(person.name, role="Administrator")
        assert admin.get(path).json() == ["Administrator"]
        assert person.rest().get("/xapi/users").status == 200
        xnat.set_account(person.name, role="")
        assert admin.get(path).json() == [] and person.rest().get("/xapi/users").status == 403

    def test_an_administrator_is_made(self, admin, person):
        """XNAT's own UsersApi has it so; the sidecar never asks for it, whoever sets it up does."""
        path = f"/xapi/users/{person.name}/roles"
        for _ in range(2):
            assert admin.call("PUT", f"{path}/Administrator").status == 200
            assert person.rest().get(path).json() == ["Administrator"]
        assert person.rest().get("/xapi/users/admin").status == 200
        assert admin.call("PUT", f"{path}/Bulk").status == 200
        assert admin.get(path).json() == ["Administrator", "Bulk"], "the others stay"


class TestEndSessions:
    def test_lists_what_it_ended(self, admin, person):
        clients = [person.rest() for _ in range(3)]
        for client in clients:
            client.get(WHO)
        answer = admin.call("DELETE", f"/xapi/users/active/{person.name}")
        assert answer.status == 200
        assert sorted(answer.json()) == sorted(client.session for client in clients)
        for client in clients:
            client.credentials = None
            assert client.get(WHO).status == 401
        assert admin.get(WHO).status == 200, "nobody else's"

    def test_none_active(self, admin, person):
        answer = admin.call("DELETE", f"/xapi/users/active/{person.name}")
        assert answer.status == 304 and not answer.body

    @pytest.mark.parametrize("settings, status", OLDER)
    def test_unknown(self, xnat, admin, settings, status):
        xnat.configure(**settings)
        assert admin.call("DELETE", "/xapi/users/active/nobody").status == status


# --- alias tokens -----------------------------------------------------------------------------------

def works(person, token):
    return person.rest(f"{token['alias']}:{token['secret']}").get(WHO).status == 200


class TestTokens:
    @pytest.mark.parametrize("root", ["data", "REST"])
    def test_issued(self, admin, person, root):
        answer = admin.get(f"/{root}/services/tokens/issue/user/{person.name}")
        token = answer.json()
        assert answer.status == 200 and answer.header("Content-Type") == "application/json"
        assert set(token) == TOKEN_FIELDS
        assert str(uuid.UUID(token["alias"])) == token["alias"]
        assert re.fullmatch("[A-Za-z0-9]{64}", token["secret"])
        assert token["xdatUserId"] == person.name and token["singleUse"] is False
        assert token["enabled"] is True
        assert abs(token["created"] / 1000 - time.time()) < 60
        assert token["estimatedExpirationTime"] - token["created"] == TWO_DAYS * 1000

    def test_each_is_another(self, admin, person):
        tokens = [admin.token(person.name) for _ in range(5)]
        for field in ("alias", "secret", "id"):
            assert len({token[field] for token in tokens}) == 5
        assert all(works(person, token) for token in tokens)

    def test_for_nobody(self, admin):
        assert admin.get("/data/services/tokens/issue/user/nobody").status == 400

    def test_expire_after_two_days(self, xnat, admin, person):
        token = admin.token(person.name)
        xnat.shift_clock(TWO_DAYS - 60)
        assert works(person, token)
        xnat.shift_clock(TWO_DAYS + 1)
        assert not works(person, token) and xnat.tokens(person.name) == []
        assert admin.get(f"/data/services/tokens/invalidate/{token['alias']}").status == 404

    def test_the_timeout_is_a_setting(self, xnat, admin, person):
        xnat.configure(aliasTokenTimeout=600)
        token = admin.token(person.name)
        assert token["estimatedExpirationTime"] - token["created"] == 600 * 1000
        xnat.shift_clock(601)
        assert not works(person, token)

    def test_validate(self, admin, person):
        token, path = admin.token(person.name), "/data/services/tokens/validate"
        right = admin.get(f"{path}/{token['alias']}/{token['secret']}")
        assert right.status == 200 and right.json() == {"valid": person.name}
        assert admin.get(f"{path}/{token['alias']}/{'a' * 64}").json() == {"valid": None}
        assert admin.get(f"{path}/{uuid.uuid4()}/{token['secret']}").status == 404
        assert person.rest().get(f"{path}/{token['alias']}/{token['secret']}").status == 200

    def test_invalidate(self, xnat, admin, person):
        token, other = admin.token(person.name), admin.token(person.name)
        path = f"/data/services/tokens/invalidate/{token['alias']}"
        answer = admin.get(path)
        assert answer.status == 200 and answer.json() == {"result": "OK"}
        assert not works(person, token) and works(person, other)
        assert [each["alias"] for each in xnat.tokens(person.name)] == [other["alias"]]
        assert admin.get(path).status == 404

    @pytest.mark.parametrize("disable", [
        lambda rest, name: rest.call("PUT", f"/xapi/users/{name}/enabled/false"),
        lambda rest, name: rest.call("PUT", f"/xapi/users/{name}", {"enabled": False})])
    def test_disabling_the_user_deactivates_them(self, xnat, admin, make_person, disable):
        person, other = make_person(), make_person()
        token, theirs = admin.token(person.name), admin.token(other.name)
        assert disable(admin, person.name).status == 200
        assert xnat.tokens(person.name) == [] and not works(person, token)
        xnat.enable_account(person.name)
        assert not works(person, token), "enabling does not bring them back"
        assert works(other, theirs)
