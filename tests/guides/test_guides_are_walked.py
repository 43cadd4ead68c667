"""No guide of examples/ has a command that nobody types: each is in a test that takes its blocks to the last one."""

import ast

import pytest

from guides.machine import EXAMPLES, FRONTS
from harness import guide
from harness.process import ROOT

pytestmark = pytest.mark.standins

KUBERNETES, CHECK = "tests/interop/test_kubernetes.py", "tests/check/test_examples.py"
FRONT_ENDS = "tests/guides/test_guide_front_ends.py"
# By guide, the test that walks it: harness/guide.py sees to it that no block is left.
WALKS = {
    "alb": (KUBERNETES, "test_the_guide_to_an_alb"),
    "from-the-plugin": ("tests/guides/test_guide_from_the_plugin.py", "test_from_top_to_bottom"),
    "helm": (CHECK, "test_the_guide_to_charts"),
    "helm/ais": (KUBERNETES, "test_the_guide_to_the_chart"),
    "ingress-nginx": (KUBERNETES, "test_the_guide_to_ingress_nginx"),
    "istio": (KUBERNETES, "test_the_guide_to_istio"),
    "kubernetes": (KUBERNETES, "test_the_guide_to_kubernetes"),
    "pre-commit": (CHECK, "test_the_guide_to_the_hook"),
    "replicas": ("tests/guides/test_guide_replicas.py", "test_from_top_to_bottom"),
    "systemd": ("tests/guides/test_guide_systemd.py", "test_from_top_to_bottom"),
    "troubleshooting": ("tests/guides/test_guide_troubleshooting.py", "test_from_top_to_bottom"),
    "xnat-filter": ("tests/interop/test_xnat_filter.py", "test_readme_from_top_to_bottom"),
    "xnat-token": ("tests/guides/test_guide_xnat_token.py", "test_from_top_to_bottom"),
} | {recipe.partition("/")[0]: (FRONT_ENDS, "test_from_top_to_bottom") for recipe, _ in FRONTS.values()}
# Guides that no test walks, and why.
NOT_WALKED = {
    "ci": "it has files and no commands; tests/check/test_examples.py runs what they run",
}


def guides():
    return {str(each.parent.relative_to(EXAMPLES)) for each in EXAMPLES.rglob("README.md")}


def test_each_guide_is_walked_or_has_a_reason():
    assert guides() == set(WALKS) | set(NOT_WALKED)
    assert not set(WALKS) & set(NOT_WALKED)


@pytest.mark.parametrize("name", WALKS)
def test_its_test_walks_it(name):
    file, function = WALKS[name]
    text = (ROOT / file).read_text()
    (found,) = [ast.get_source_segment(text, each) for each in ast.parse(text).body
                if isinstance(each, ast.FunctionDef) and each.name == function]
    assert "walk(" in found, f"{file}::{function} walks nothing"
    assert file == FRONT_ENDS or f'"{name}"' in text, f"{file} names no {name}"


@pytest.mark.parametrize("name", NOT_WALKED)
def test_a_guide_without_commands_has_none(name):
    assert NOT_WALKED[name] and guide.blocks(EXAMPLES / name / "README.md") == []
