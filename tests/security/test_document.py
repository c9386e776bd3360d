"""The page about security names tests as proofs: each of them is there."""

import ast
import re

import pytest

from siliconmark_ui.config import ROOT

NAMED = re.compile(r"`((?:\w+/)*test_\w+\.py)(?:::(test_\w+))?`")
TEXT = (ROOT / "docs" / "security.md").read_text()
PROOFS = sorted(set(NAMED.findall(TEXT)))


@pytest.mark.parametrize(("path", "test"), PROOFS)
def test_proof_exists_when_it_is_named(path: str, test: str) -> None:
    tree = ast.parse((ROOT / "tests" / path).read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    tests = {node.name for node in tree.body if isinstance(node, functions) and node.name.startswith("test_")}
    assert test in tests if test else tests


def test_chapters_are_those_of_the_standard_in_its_order() -> None:
    numbers = [int(number) for number in re.findall(r"^## V(\d+) ", TEXT, re.MULTILINE)]
    assert numbers == list(range(1, 18))
    assert len(PROOFS) > 60
