"""Learned programs are short, and say in words what they do."""

import ast
import re

import pytest

from bench.learning import minigrid_worlds
from bench.learning.games import gather
from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State
from tests.inductive.support import fits, learn, play_at_random

LONGEST_FUNCTION, LONGEST_SOKOBAN = 30, 80


def _solved(goal: str) -> Transition:
    """The last push of a level."""
    things = [Object("Wall", x=x, y=y) for x in range(5) for y in range(3) if x in (0, 4) or y in (0, 2)]
    things.append(Object("Target", x=3, y=1))
    before = State([*things, Object("Box", x=2, y=1), Object("Player", x=1, y=1)])
    after = State([*things, Object("Box", x=3, y=1), Object("Player", x=2, y=1)])
    return Transition(before, Action("push right"), 10.9, after, goal, True)


@pytest.fixture(scope="module")
def sokoban() -> str:
    """A program learned of random play and one solved level."""
    rows, _ = play_at_random("sokoban:7x7-2", 300, seed=4)
    rows.append(_solved(rows[0].goal))
    source = learn(rows).source
    assert fits(source, rows) == (1.0, 1.0)
    return source


@pytest.fixture(scope="module")
def doorkey() -> str:
    """A program learned of a world with keys and doors."""
    rows = gather(minigrid_worlds.games(("MiniGrid-DoorKey-6x6-v0",)), 300, seed=4)
    source = learn(rows).source
    assert fits(source, rows) == (1.0, 1.0)
    return source


def _functions(source: str) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]


def _assert_readable(source: str) -> None:
    for function in _functions(source):
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert lines <= LONGEST_FUNCTION, f"{function.name} has {lines} lines"
        assert ast.get_docstring(function), function.name
    for function in _functions(source):
        told = ast.get_docstring(function) or ""
        if function.name.startswith(("change_", "create")) and "cases seen" not in told:
            assert "all that" in told or "a hope, not seen yet" in told, function.name


def test_learned_sokoban_is_short_and_readable(sokoban: str) -> None:
    assert len(sokoban.splitlines()) <= LONGEST_SOKOBAN, sokoban
    _assert_readable(sokoban)


def test_learned_doorkey_is_readable(doorkey: str) -> None:
    _assert_readable(doorkey)


def test_no_function_of_a_program_for_many_things_is_long() -> None:
    source = learn(gather(minigrid_worlds.games(), 800, seed=4)).source
    _assert_readable(source)


def test_the_text_holds_no_place_of_the_data(sokoban: str, doorkey: str) -> None:
    for source in (sokoban, doorkey):
        numbers = {int(text) for text in re.findall(r"\(-?\d+, -?\d+\)", source) for text in re.findall(r"-?\d+", text)}
        assert numbers <= {-1, 0, 1}, sorted(numbers)  # directions alone
