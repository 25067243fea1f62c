"""Loading a program in this process (the sandbox's tests do it in a child)."""

import sys
from collections.abc import Iterator

import pytest

import sandbox.runtime
from sandbox.runtime import Action, Object, State
from sandbox.runtime.loader import MODULE, LoadError, describe, load_model
from tests.sandbox.corridor import MODEL, state

FRAME = "\ndef transition(state, action): return state\ndef reward(s, a, n, g): return 0.0, False\n"


@pytest.fixture(autouse=True)
def _no_module_left() -> Iterator[None]:
    yield
    sys.modules.pop(MODULE, None)


def test_a_model_is_loaded_and_works() -> None:
    model = load_model(MODEL)
    assert model.transition(state(3), Action("right")) == state(4)
    assert model.reward(state(4), Action("right"), state(5), "reach the lamp") == (1.0, True)
    assert model.actions is None
    assert model.uncertain is None
    with pytest.raises(sandbox.runtime.UnknownGoal):
        model.reward(state(4), Action("right"), state(5), "sing")


def test_optional_functions_are_taken_too() -> None:
    model = load_model(MODEL + "def actions(state): return ['left']\ndef uncertain(s, a): return 'why'\n")
    assert model.actions is not None
    assert model.uncertain is not None
    assert list(model.actions(State())) == ["left"]
    assert model.uncertain(State(), Action("left")) == "why"


def test_the_runtime_is_this_one_under_its_other_name() -> None:
    model = load_model(
        "import worldsmith_runtime as w\nfrom worldsmith_runtime import *\nassert w.State is State" + FRAME
    )
    assert model.transition.__globals__["State"] is State
    assert "worldsmith_runtime" not in sys.modules


@pytest.mark.parametrize("name", ["os", "sys", "random", "time", "socket", "subprocess", "collections.sys", "numpy"])
def test_modules_off_the_list_are_refused(name: str) -> None:
    with pytest.raises(LoadError, match=rf"ImportError: `{name}` may not be imported") as caught:
        load_model(f"x = 1\nimport {name}" + FRAME)
    assert str(caught.value).endswith(f"  line 2, in <module>: import {name}")


def test_without_restriction_imports_and_builtins_are_pythons_own() -> None:
    model = load_model("import os\nhere = open(os.devnull)\nhere.close()" + FRAME, restricted=False)
    assert model.transition.__globals__["here"].closed


@pytest.mark.parametrize(
    "name", ["open", "eval", "exec", "compile", "globals", "locals", "vars", "input", "breakpoint"]
)
def test_builtins_that_reach_out_are_not_there(name: str) -> None:
    with pytest.raises(LoadError, match=f"NameError: name '{name}' is not defined"):
        load_model(f"{name}" + FRAME)


def test_a_syntax_error_tells_line_and_text() -> None:
    with pytest.raises(LoadError, match=r"^line 3: .*: if x = 1: pass$"):
        load_model("x = 1\n\nif x = 1: pass\n")


def test_doubtful_escapes_are_no_error() -> None:
    assert load_model("x = '\\d'" + FRAME).transition(State(), Action("a")) == State()


@pytest.mark.parametrize("source", ["(" * 3000, "-" * 200_000 + "1", "\ud800", "x = 1\0"])
def test_what_does_not_compile_is_a_load_error(source: str) -> None:
    with pytest.raises(LoadError):
        load_model(source)


def test_exits_are_not_swallowed() -> None:
    with pytest.raises(SystemExit):
        load_model("raise SystemExit(3)")


def test_the_programs_own_lines_are_told_innermost_last() -> None:
    source = "def a(n):\n    return b(n)\n\ndef b(n):\n    return 1 / n\n\ndef transition(s, x):\n    return a(0)\n"
    model = load_model(source + "def reward(*a): return 0.0, False")
    with pytest.raises(ZeroDivisionError) as caught:
        model.transition(State(), Action("x"))
    assert describe(caught.value).splitlines() == [
        "ZeroDivisionError: division by zero",
        "  line 8, in transition: return a(0)",
        "  line 2, in a: return b(n)",
        "  line 5, in b: return 1 / n",
    ]


def test_an_error_that_cannot_be_told_is_told_by_its_type() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert describe(Mute()) == "Mute"
    assert describe(ValueError("x" * 10_000)) == "ValueError: " + "x" * (2000 - 12)
    assert describe(ValueError("\ud800")) == "ValueError: \\ud800"


def test_dataclasses_of_a_program_are_comparable_values() -> None:
    source = """from __future__ import annotations
from dataclasses import dataclass, field
@dataclass(frozen=True)
class Spot:
    x: int
    near: list[int] = field(default_factory=list)
"""
    model = load_model(source + FRAME)
    spot = model.transition.__globals__["Spot"]
    assert spot(1) == spot(1, [])
    assert state(1).where(type="Agent") == [Object("Agent", x=1)]
