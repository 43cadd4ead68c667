"""One sidecar that knows a lying tenant and an honest one."""

import pytest

from harness.court import Court


@pytest.fixture(scope="module")
def court(tmp_path_factory):
    with Court(tmp_path_factory.mktemp("court"), ["liar", "honest"]).sitting() as made:
        yield made


@pytest.fixture
def liar(court):
    tenant = court.tenants["liar"]
    tenant.behave()
    yield tenant
    tenant.behave()
    assert court.sidecar.alive
    court.assert_signs_in("liar")
