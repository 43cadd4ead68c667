"""SARIF 2.1.0, against the schema that its users publish."""

import json
import subprocess
import tarfile

import pytest
from jsonschema import Draft4Validator, Draft7Validator

from harness.process import ROOT

from .conftest import GOOD, NAME

pytestmark = pytest.mark.standins

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
SCHEMA = "package/lib/schemas/sarif-2.1.0-rtm.5.json"


@pytest.fixture(scope="session")
def schema():
    """Of an npm package, without what that depends on; it is fetched once."""
    folder = ROOT / "_build" / "sarif"
    if not list(folder.glob("*.tgz")):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, timeout=300,
                       stdout=subprocess.DEVNULL)
    archive, = folder.glob("*.tgz")
    with tarfile.open(archive) as package:
        return json.load(package.extractfile(SCHEMA))


def validate(log, schema):
    validator = Draft4Validator if "draft-04" in schema["$schema"] else Draft7Validator
    problems = [error.message for error in validator(schema).iter_errors(log)]
    assert problems == []


@pytest.mark.parametrize("text", [
    GOOD,
    GOOD.replace("clientId=", "clientID="),
    GOOD.replace("siteUrl=https://xnat.example.edu.au\n", ""),
    "",
    b"\xef\xbb\xbfname=\xff\nsiteUrl=\\u1\n",
])
def test_it_validates(check, schema, text):
    done = check.run("--format", "sarif", check.write(text).name)
    validate(json.loads(done.stdout), schema)


def test_the_validator_can_fail(schema):
    with pytest.raises(AssertionError):
        validate({"version": "2.1.0"}, schema)


def test_a_result(check):
    done = check.run("--format", "sarif",
                     check.write(GOOD.replace("clientId=", "clientID="), f"our {NAME}").name)
    run = json.loads(done.stdout)["runs"][0]
    result = run["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "OC303"
    assert result["level"] == "error"
    assert place["artifactLocation"]["uri"] == f"our%20{NAME}"
    assert place["region"] == {"startLine": 12, "startColumn": 1}
