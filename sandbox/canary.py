"""What a canary is, and what every canary's program begins with."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.contract import Outcome, OutcomeKind

_OK = frozenset({OutcomeKind.OK})


@dataclass(frozen=True)
class Canary:
    """An attack, and how a program that tries it ends when it is contained.

    ``body`` is a function's; it may use ``os``, ``sys``, ``libc`` and ``modules`` and returns a list, empty when
    nothing was got hold of. ``then`` is the body of the next program in the same session, which returns likewise.
    ``leaks`` judges from outside what an outcome gave away.
    """

    name: str
    attack: str
    body: str
    ends: frozenset[OutcomeKind] = field(default=_OK)
    then: str = ""
    at_start: bool = False  # whether the server tries it each time it starts
    walls: bool = True  # False: the child's own limits and filter are left out, to see whether the backend holds it
    leaks: Callable[[Outcome], str] | None = None


PRELUDE = """
import collections
sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)

def attack():
{body}

def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state

def reward(state, action, next_state, goal):
    return 0.0, False
"""
