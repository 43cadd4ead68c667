"""What a row is, and short names for the tests that rows point to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Requirement:
    """One demand of a specification on a relying party.

    tests: ids relative to the repository: "tests/…/test_x.py::test_y", with a bracket where one case of
    a family is meant, or "tests/unit/…/test_x.c::function". reason: why no test can or need show it;
    beside tests, why we do less, or more, than is written. code: the files in which a comment cites
    this section.
    """

    spec: str
    section: str
    sentence: str
    tests: tuple = ()
    reason: str = ""
    code: tuple = ()

    @property
    def name(self):
        return f"{self.spec}, {self.section}: {self.sentence}"


class Specification:
    """Makes the rows of one specification, in its order."""

    def __init__(self, name):
        self.name, self.rows = name, []

    def row(self, section, sentence, *tests, reason="", code=()):
        code = (code,) if isinstance(code, str) else tuple(code)
        self.rows.append(Requirement(self.name, section, sentence, tests, reason, code))


def lie(name):
    """An ID token that is refused."""
    return f"tests/hostile/test_id_tokens.py::test_refused[{name}]"


def forged(name):
    """An encrypted ID token that is not decrypted."""
    return f"tests/hostile/test_encrypted_id_tokens.py::test_forged[{name}]"


def encrypted(name):
    """An encrypted ID token that is refused for something else."""
    return f"tests/hostile/test_encrypted_id_tokens.py::test_refused[{name}]"


def encryption(function):
    return f"tests/hostile/test_encrypted_id_tokens.py::{function}"


def good(name):
    """An unusual ID token that is accepted."""
    return f"tests/hostile/test_id_tokens.py::test_accepted[{name}]"


def tokens(name):
    return f"tests/hostile/test_id_tokens.py::{name}"


def token_answer(name):
    return f"tests/hostile/test_answers.py::test_token_answer[{name}]"


def userinfo(name):
    return f"tests/hostile/test_answers.py::test_userinfo_answer[{name}]"


def back(name):
    """A return leg that is refused."""
    return f"tests/hostile/test_answers.py::test_return_leg[{name}]"


def answers(name):
    return f"tests/hostile/test_answers.py::{name}"


def document(name):
    """A discovery document or key set of which nothing is believed."""
    return f"tests/hostile/test_discovery.py::test_reason[{name}]"


def unit(file, function):
    return f"tests/unit/liboidc/test_{file}.c::{function}"


def system(file, function):
    return f"tests/system/test_{file}.py::{function}"


def plan(function):
    return f"tests/conformance/test_openid_plans.py::{function}"


def here(function):
    return f"tests/conformance/test_requests.py::{function}"
