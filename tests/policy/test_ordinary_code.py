"""Ordinary constructs pass the gate, each by itself."""

import subprocess
import sys

import pytest

from sandbox.policy import check
from sandbox.runtime.allowed import MODULES

FRAME = """
def transition(state, action):
    return state
def reward(state, action, next_state, goal):
    return 0.0, False
"""

ORDINARY = {
    "annotated assignment": "x: int = 1\ny: list[str]\nclass A:\n    z: 'A | None' = None",
    "dataclass with fields": (
        "from dataclasses import dataclass, field\n@dataclass(frozen=True, order=True, slots=True)\nclass A:\n"
        "    x: int\n    ys: list[int] = field(default_factory=list, compare=False)\n"
        "    def __post_init__(self):\n        assert self.x"
    ),
    "enum": "from enum import Enum, IntFlag, auto\nclass A(Enum):\n    UP = auto()\n    DOWN = 'down'\nA['UP'], A.__members__",
    "augmented attributes and items": "def f(a, d, k):\n    a.x += 1\n    a.y.z -= 2\n    d[k] |= {1}\n    d[k][1:2] *= 3",
    "match": (
        "def f(v):\n    match v:\n        case {'a': [x, *_rest], **more} if x: return more\n"
        "        case (1 | 2 as n) | [n]: return n\n        case int(real=r) | complex(real=r): return r\n"
        "        case None | True: return v\n        case _: return 0"
    ),
    "nonlocal and global": "n = 0\ndef f():\n    global n\n    m = 0\n    def g():\n        nonlocal m\n        m += 1\n    g()\n    n += m",
    "comprehensions": "[(a, *b) for a, *b in [[1]] if a for _ in b]\n{k: v for k, v in {}.items()}\n{*(x for x in ())}",
    "generators": "def f(n):\n    got = yield n\n    yield from (x for x in range(n))\n    return got",
    "underscores": "_a = 1\n__b = 2\ndef _f(_x, *_args, __y=3, **_kw):\n    _, __ = _x, __y\n    self = _x\n    return self._hidden",
    "f-strings": "x = 1.5\nf'{x!r:>{10}} {x=} {{}} {x:.2f}' + '{:>3} {name}'.format(1, name=2) + '%s' % x",
    "walrus and conditionals": "y = [z for x in range(3) if (z := x * 2)]\nw = 1 if y else 2 if not y else 3",
    "lambda": "f = lambda x, *_rest, key=lambda _: 0, **kw: (x, key(x))",
    "try": (
        "class Wrong(Exception):\n    pass\ntry:\n    raise Wrong('no') from None\nexcept (Wrong, KeyError) as _error:\n    pass\n"
        "except Exception:\n    raise\nelse:\n    pass\nfinally:\n    pass"
    ),
    "with": "import contextlib\nwith contextlib.suppress(KeyError) as a, contextlib.nullcontext((1, 2)) as (b, c):\n    pass",
    "operators of a class": (
        "class V:\n    __slots__ = ('x',)\n    __match_args__ = ('x',)\n"
        + "".join(
            f"    def __{name}__(self, *rest):\n        return NotImplemented\n"
            for name in (
                "init", "eq", "ne", "lt", "le", "gt", "ge", "hash", "repr", "str", "bool", "len", "iter", "next",
                "contains", "getitem", "setitem", "delitem", "add", "radd", "iadd", "sub", "mul", "rmul", "neg", "abs",
                "call", "enter", "exit", "copy", "deepcopy", "getattr", "missing", "format", "new", "reversed", "index",
            )
        )
    ),
    "super and class names": (
        "class A(dict):\n    def __init__(self, *a):\n        super().__init__(*a)\n        self.name = type(self).__name__"
    ),
    "abstract classes": (
        "from abc import ABC, ABCMeta, abstractmethod\nclass A(ABC):\n    @abstractmethod\n    def f(self): ...\n"
        "class B(metaclass=ABCMeta):\n    @property\n    def g(self): return 1\n    @g.setter\n    def g(self, v): ...\n"
        "    @staticmethod\n    def s(): ...\n    @classmethod\n    def c(cls): ..."
    ),
    "type hints": (
        "from typing import Callable, Generic, Literal, NamedTuple, Optional, Protocol, TypedDict, TypeVar\n"
        "T = TypeVar('T')\nclass P(Protocol[T]):\n    x: T\nclass N(NamedTuple):\n    a: int = 0\n"
        "class D(TypedDict, total=False):\n    k: Optional[Literal['v']]\ndef f(g: Callable[[int], 'T'], /, *, h: int = 0) -> dict[str, T]: ..."
    ),
    "decorators": "import functools\n@functools.lru_cache(maxsize=None)\ndef f(x): ...\n@functools.wraps(f)\ndef g(): ...",
    "star arguments": "def f(*a, **k): return g(*a, 1, *a, **k, **{'z': 1})\ndef g(*a, **k): return f",
    "unpacking and slices": "(a, (b, *c)), [d] = (1, (2, 3)), [4]\nx = [1, 2, 3][::-1][-2:]\nx[0], x[1] = x[1], x[0]\ndel x[0]",
    "while and for with else": "for i, (j, k) in enumerate([(1, 2)]):\n    continue\nelse:\n    pass\nwhile True:\n    break\nelse:\n    pass",
    "reflection by ordinary names": "def f(o, n):\n    return getattr(o, n, None), hasattr(o, 'x'), setattr(o, 'y', 1), isinstance(o, (int, str))",
    "a main guard": "if __name__ == '__main__':\n    print(1)",
    "print": "print('a', end='')\nprinted = 1",
    "names with builtin meaning": "def f(list, id, type, input_=1, vars_=2):\n    printed, roles = list, id\n    return printed, type",
    "numbers": "1_000, 0xFF, 1e-9, 2j, 10**9, ~1, 5 // 2, 5 @ 2 if 0 else 1 << 3",
    "assert and pass": "assert 1 < 2 <= 3 != 4, 'message'\npass\n...",
}  # fmt: skip


@pytest.mark.parametrize("code", ORDINARY.values(), ids=ORDINARY.keys())
def test_an_ordinary_construct_passes(code: str) -> None:
    assert check(code + FRAME) == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_everything_on_the_runtimes_list_may_be_imported(module: str) -> None:
    imports = "from __future__ import annotations" if module == "__future__" else f"import {module} as m"
    assert check(imports + FRAME) == []


@pytest.mark.parametrize(
    "module",
    [
        "math",
        "itertools",
        "functools",
        "collections",
        "copy",
        "dataclasses",
        "enum",
        "typing",
        "heapq",
        "re",
        "operator",
    ],
)
def test_what_a_world_model_needs_is_on_the_list(module: str) -> None:
    assert check(f"import {module}\n{FRAME}") == []


def test_the_client_does_without_the_gate_and_its_library() -> None:
    code = """
import sys
sys.modules["RestrictedPython"] = None
import agent_client.cli, agent_client.planning, agent_client.client, sandbox.process
assert not [name for name in sys.modules if name.startswith("sandbox.policy")]
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
