"""A refusal names the line, the column, the rule, and what to write instead."""

import ast

import pytest

from sandbox.policy import Refusal, check
from sandbox.runtime.allowed import REFUSED_BUILTINS

FRAME = """def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    return 0.0, False


"""
FIRST = FRAME.count("\n") + 1


@pytest.mark.parametrize(
    ("code", "line", "column", "rule", "advice"),
    [
        ("import random", 0, 0, "import", "must be deterministic"),
        ("x = 1\nfrom random import choice", 1, 0, "import", "compute the outcome"),
        ("import time", 0, 0, "import", "keep a counter in the state"),
        ("def f():\n    from datetime import datetime", 1, 4, "import", "must be deterministic"),
        ("import os, math", 0, 0, "import", "reaches no system"),
        ("import os.path", 0, 0, "import", "reaches no system"),
        ("import numpy as np", 0, 0, "import", "use lists, dicts and `math`"),
        ("import pickle", 0, 0, "import", "as rules"),
        ("import zlib", 0, 0, "import", "not as encoded data"),
        ("import somewhere_else", 0, 0, "import", "these may be imported: __future__, abc"),
        ("from math import *", 0, 0, "star-import", "and the names that you use"),
        ("from collections import _sys", 0, 0, "private-import", "its public names"),
        ("import re\nre._compiler", 1, 0, "attribute", "private to `re`"),
        ("x = (1).__class__", 0, 4, "attribute", "write `type(x)`"),
        ("x = 1\nprint(x.__dict__)", 1, 6, "attribute", "{name: obj[name] for name in obj}"),
        ("def f(o):\n    return o.__subclasses__()", 1, 11, "attribute", "list the classes by name"),
        ("int.mro()", 0, 0, "attribute", "name the classes"),
        ("def f(o): return o._Object__body", 0, 17, "attribute", "use attributes of objects and states only"),
        ("(x for x in ()).gi_frame", 0, 0, "attribute", "do not touch `gi_frame`"),
        ("try: pass\nexcept KeyError as e: e.__traceback__.tb_frame", 1, 22, "attribute", "touch `__traceback__`"),
        ("getattr(1, '__globals__')", 0, 0, "attribute", "`__globals__`"),
        ("match 1:\n    case int(__class__=c): pass", 1, 9, "attribute", "`__class__`"),
        ("eval('1')", 0, 0, "builtin", "parse the text with `re`"),
        ("y = [exec]", 0, 5, "builtin", "write the code itself"),
        ("with open('f') as f: pass", 0, 5, "builtin", "reads no files"),
        ("globals()['x'] = 1", 0, 0, "builtin", "a dict of your own"),
        ("__import__('os')", 0, 0, "builtin", "write an `import` statement"),
        ("print(__builtins__)", 0, 6, "name", "not part of a model"),
        ("def f(__loader__): pass", 0, 6, "name", "not part of a model"),
        ("class A:\n    def __del__(self): pass", 1, 4, "name", "do not define `__del__`; a model has nothing"),
        ("class A:\n    def __getattribute__(self, n): pass", 1, 4, "name", "define `__getattr__`"),
        ("class A:\n    def __reduce__(self): pass", 1, 4, "name", "never pickled"),
        ("class A(metaclass=type): pass", 0, 0, "metaclass", "write a plain class"),
        ("async def f(): pass", 0, 0, "statement", "write `def`"),
        ("try: pass\nexcept* KeyError: pass", 0, 0, "statement", "write `except`"),
        ("'{0.__class__}'.format(1)", 0, 0, "format", "use an f-string"),
    ],
)
def test_a_refusal_says_where_why_and_what_instead(code: str, line: int, column: int, rule: str, advice: str) -> None:
    refusals = check(FRAME + code)
    assert [(r.line, r.column, r.rule) for r in refusals if advice in r.advice] == [(FIRST + line, column, rule)]
    assert {r.line for r in refusals} == {FIRST + line}


@pytest.mark.parametrize("name", sorted(REFUSED_BUILTINS))
def test_every_builtin_that_the_loader_withholds_is_refused(name: str) -> None:
    assert [refusal.rule for refusal in check(f"{FRAME}x = {name}")] == ["builtin"]


def test_all_refusals_are_told_in_the_order_of_the_program() -> None:
    found = check("import os\n" + FRAME + "import random\nx = eval\ny = ().__class__\n")
    assert [refusal.rule for refusal in found] == ["import", "import", "builtin", "attribute"]
    assert [refusal.line for refusal in found] == sorted(refusal.line for refusal in found)


def test_a_refusal_reads_as_a_sentence() -> None:
    assert str(Refusal(3, 4, "import", "do not import `os`")) == "line 3: do not import `os`"


def test_what_is_unknown_is_refused() -> None:
    (refusal,) = [r for r in check(FRAME + "async def f():\n    pass") if r.rule == "statement"]
    assert refusal.advice == "do not use AsyncFunctionDef: a model is synchronous; write `def`"


def test_a_very_deep_program_is_one_refusal_and_no_crash() -> None:
    deep = "x = " + "-" * 3000 + "1"
    assert len(check(FRAME + deep)) <= 1
    assert isinstance(ast.parse(FRAME), ast.Module)
