"""The static gate lets ordinary code pass and says of the rest what to do instead."""

import pytest

from sandbox import policy
from sandbox.limits import Limits

ORDINARY = """
from __future__ import annotations
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import Enum, auto
from worldsmith_runtime import Object, State, UnknownGoal

class Way(Enum):
    UP = auto()
    DOWN = auto()

@dataclass(frozen=True)
class Spot:
    x: int
    y: int = 0
    near: list[int] = field(default_factory=list)
    def __add__(self, other: Spot) -> Spot:
        return Spot(self.x + other.x, self.y + other.y)

class Count(dict):
    def __init__(self):
        super().__init__()
        self.total = 0
    def __missing__(self, key):
        self.total += 1
        return 0

_private: dict[str, int] = {"a": 1}

def transition(state, action):
    _seen = defaultdict(int)
    def bump():
        nonlocal_count = 0
        def inner():
            nonlocal nonlocal_count
            nonlocal_count += 1
        inner()
        return nonlocal_count
    for obj in state:
        _seen[obj.type] += bump()
    match action.args:
        case [x, *_]:
            state.where(x=x)
        case {"k": v} if v:
            pass
        case _:
            pass
    if getattr(action, "name", None) and (n := len(_seen)) > 2:
        print(f"{n:>3} {_private['a']!r} {math.hypot(n, n):.2f}", "{} {name}".format(n, name="x"))
    return state

def reward(state, action, next_state, goal):
    try:
        total = sum(o.x for o in next_state.of("Box") if hasattr(o, "x"))
    except (ValueError, KeyError) as error:
        raise UnknownGoal(str(error)) from error
    return float(total), any(x == y for x, y in zip([1], [2])) or type(goal) is int

if __name__ == "__main__":
    print(__doc__)
"""

FRAME = "def transition(state, action): return state\ndef reward(s, a, n, g): return 0.0, False\n"


def test_ordinary_code_passes() -> None:
    assert policy.check(ORDINARY) == []


@pytest.mark.parametrize(
    ("code", "rule", "words"),
    [
        ("import os", "import", "do not import `os`"),
        ("import collections.abc, sys", "import", "do not import `sys`"),
        ("from random import choice", "import", "these may be imported: __future__, abc"),
        ("from . import x", "import", "do not import `.`"),
        ("import collections\ncollections._sys", "attribute", "private to `collections`"),
        ("from collections import _sys", "private-import", "do not import `_sys`"),
        ("().__class__", "attribute", "do not touch `__class__`"),
        ("(lambda: 0).__globals__", "attribute", "`__globals__`"),
        ("int.mro()", "attribute", "`mro`"),
        ("(x for x in ()).gi_frame.f_back", "attribute", "`f_back`"),
        ("getattr(1, '__subclasses__')", "attribute", "`__subclasses__`"),
        ("match 1:\n  case int(__class__=c): pass", "attribute", "`__class__`"),
        ("exec('1')", "builtin", "do not use `exec`"),
        ("open('/etc/passwd')", "builtin", "do not use `open`"),
        ("x = __builtins__", "name", "`__builtins__`"),
        ("'{0.__class__}'.format(1)", "format", "format fields"),
    ],
)
def test_what_reaches_out_is_refused_with_advice(code: str, rule: str, words: str) -> None:
    refusals = policy.check(FRAME + code)
    assert any(refusal.rule == rule and words in refusal.advice for refusal in refusals), refusals
    assert all(refusal.line >= 3 for refusal in refusals)


def test_a_refusal_names_line_and_column() -> None:
    (refusal,) = policy.check(FRAME + "x = [1,\n     open]")
    assert (refusal.line, refusal.column) == (4, 5)
    assert str(refusal).startswith("line 4: do not use `open`")


def test_missing_functions_are_asked_for() -> None:
    assert {(r.rule, r.advice) for r in policy.check("x = 1")} == {
        ("missing", "define `reward(state, action, next_state, goal)` at the top level"),
        ("missing", "define `transition(state, action)` at the top level"),
    }


def test_a_doubtful_escape_is_no_refusal_and_no_warning() -> None:
    assert policy.check(FRAME + "x = '\\d'") == []


@pytest.mark.parametrize("source", ["def transition(:", "x = 1\n\0", "(" * 5000, f"x = {'-' * 100_000}1", "\ud800"])
def test_what_does_not_parse_is_one_refusal(source: str) -> None:
    (refusal,) = policy.check(source)
    assert refusal.rule == "syntax"


def test_a_program_that_is_too_long_is_refused_unread() -> None:
    (refusal,) = policy.check("(" * 101, Limits(source=100))
    assert refusal.rule == "size"
    assert "at most 100" in refusal.advice


def test_a_program_of_very_many_braces_is_refused_before_it_is_parsed() -> None:
    functions = (
        "\ndef transition(state, action):\n    return state\n\n\ndef reward(s, a, n, g):\n    return 0.0, False\n"
    )
    (refusal,) = policy.check("x = f'" + "{a}" * 80_000 + "'" + functions)  # which some Pythons take seconds to parse
    assert (refusal.rule, refusal.line) == ("size", 1)
    assert "opening braces" in refusal.advice
    assert policy.check("TABLE = [" + "{1: 2}, " * 5_000 + "]" + functions) == []
