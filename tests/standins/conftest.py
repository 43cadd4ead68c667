"""A stock XNAT for the tests of a file, and a person in it for each test."""

import concurrent.futures
import itertools
import threading

import pytest

from harness.rest import Rest
from harness.servers import Xnat

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def stock():
    process = Xnat().start()
    yield process
    process.stop()


@pytest.fixture
def xnat(stock):
    """Without what an earlier test set."""
    stock.reset()
    return stock


@pytest.fixture
def admin(xnat):
    return Rest(xnat.url)


class Person:
    """An account with a password."""

    def __init__(self, xnat, **fields):
        self.xnat, self.name, self.password = xnat, f"person{next(NUMBERS)}", "right horse"
        self.email = f"{self.name}@example.org"
        xnat.set_account(self.name, create=True, **{
            "email": self.email, "firstName": "Ada", "lastName": "Byron", "enabled": True,
            "verified": True, "password": self.password} | fields)

    @property
    def credentials(self):
        return f"{self.name}:{self.password}"

    def rest(self, credentials=None):
        return Rest(self.xnat.url, credentials or self.credentials)

    @property
    def sessions(self):
        return len(self.xnat.sessions(self.name))


@pytest.fixture
def make_person(xnat):
    return lambda **fields: Person(xnat, **fields)


@pytest.fixture
def person(make_person):
    return make_person()


@pytest.fixture
def in_parallel():
    """Calls a function with each of the arguments, all at once; the results, in order."""
    def run(function, arguments):
        barrier = threading.Barrier(len(arguments))

        def one(argument):
            barrier.wait(30)
            return function(argument)
        with concurrent.futures.ThreadPoolExecutor(len(arguments)) as pool:
            return list(pool.map(one, arguments))
    return run
