"""Programs of the kinds that people and language models write pass the gate, fit, and are no memorisers."""

import ast
from pathlib import Path

import pytest

from sandbox.policy import check
from synth_server.domain import Status
from tests.honest.conftest import Judge
from tests.honest.worlds import CASES

PROGRAMS = {path.stem: path.read_text() for path in sorted((Path(__file__).parent / "programs").glob("*.py"))}


def world_of(name: str) -> str:
    return name.partition("_")[0]


def test_there_are_at_least_forty_each_with_a_description() -> None:
    assert len(PROGRAMS) >= 40
    assert {world_of(name) for name in PROGRAMS} == set(CASES)
    for source in PROGRAMS.values():
        described = ast.get_docstring(ast.parse(source))
        assert described
        assert "\n" not in described


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_honest_program_passes_the_gate(name: str) -> None:
    assert check(PROGRAMS[name]) == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_honest_program_is_verified_without_a_finding(judge: Judge, name: str) -> None:
    seen, everything = judge(world_of(name), PROGRAMS[name])
    assert (seen.error, seen.mispredictions, seen.findings) == ("", (), ())
    assert (seen.fit, seen.score) == (1.0, 1.0)
    assert (everything.status, everything.fit, everything.held_back_fit) == (Status.VERIFIED, 1.0, 1.0)
    assert everything.findings == ()
