"""Attacks on a sandbox from inside, to see whether it holds: before a server trusts it, and whenever somebody asks.

The static policy has no part in this: what it would refuse is what is tried here.
"""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sandbox.canary import PRELUDE, Canary
from sandbox.canary_programs import outer_programs, programs
from sandbox.contract import Inputs, Outcome, OutcomeKind, PredictStates, Sandbox, Session
from sandbox.limits import MIB, Limits
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State

# A contained canary ends by itself at once; the time is for busy machines, where a refusal for slowness would be wrong.
LIMITS = Limits(wall_seconds=30.0, cpu_seconds=10, memory=128 * MIB, result=8 * MIB)
_ENDLESS = replace(LIMITS, wall_seconds=0.5)
_BARE = replace(LIMITS, wall_seconds=10.0, cpu_seconds=10, walls=False)
_START = State([Object("Canary", songs=1)])
_INPUTS = Inputs(states=[_START], transitions=[(0, Action("sing"))])
_HONEST = """
def transition(state, action):
    state.one("Canary").songs += 1
    return state

def reward(state, action, next_state, goal):
    return 0.0, False
"""
_SUNG = State([Object("Canary", songs=2)])
# Variables that many environments share by chance; their values are no secrets.
_COMMON = frozenset({"HOME", "HOSTNAME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "PWD", "PYTHONHASHSEED", "TERM", "TZ"})


@dataclass(frozen=True)
class Sighting:
    """How one canary fared. ``detail`` says how it ended, or what got through."""

    canary: Canary
    contained: bool
    detail: str
    seconds: float


def all_canaries(level: str) -> tuple[Canary, ...]:
    """Every canary that a backend of this level has to contain; a bare process has nothing around it."""
    inner = programs(LIMITS.memory, LIMITS.result, _leaked)
    if level == "process":
        return inner
    return inner + outer_programs(LIMITS.container_memory, LIMITS.processes, level.startswith("docker"))


def canaries_at_start(level: str) -> tuple[Canary, ...]:
    """Those that take together less than a second where they are contained."""
    return tuple(canary for canary in all_canaries(level) if canary.at_start)


def release(sandbox: Sandbox, canaries: Iterable[Canary]) -> Iterator[Sighting]:
    """Lets the canaries fly, one after the other.

    Raises:
        SandboxUnavailableError: the backend cannot be had.
    """
    session = sandbox.open(_INPUTS)
    try:
        for canary in canaries:
            yield _watch(session, canary)
    finally:
        session.close()


def _watch(session: Session, canary: Canary) -> Sighting:
    started = time.monotonic()
    limits = _ENDLESS if OutcomeKind.TIMEOUT in canary.ends else LIMITS if canary.walls else _BARE
    outcome = session.run(PredictStates(), _program(canary.body), limits)
    problem = _problem(canary, outcome)
    if canary.then and not problem:
        problem = _got(session.run(PredictStates(), _program(canary.then), limits))
    if not problem and not _sings(session):
        problem = "the next program's answer is wrong"
    seconds = time.monotonic() - started
    ended = "nothing got through" if outcome.kind is OutcomeKind.OK else f"ended: {outcome.detail or outcome.kind}"
    return Sighting(canary, not problem, problem or ended, seconds)


def _problem(canary: Canary, outcome: Outcome) -> str:
    """What got through; empty if nothing did."""
    if outcome.kind not in canary.ends:
        return _got(outcome) or f"ended: {outcome.kind}"
    if outcome.kind is OutcomeKind.OK and (got := _got(outcome)):
        return got
    if canary.leaks is not None and (leaked := canary.leaks(outcome)):
        return leaked
    if len(outcome.stdout) > LIMITS.stdout:
        return f"{len(outcome.stdout)} characters of output"
    return "; ".join(outcome.findings) if canary.walls else ""


def _got(outcome: Outcome) -> str:
    """What the program says that it got hold of, or how it ended instead of saying so."""
    if outcome.kind is not OutcomeKind.OK or not isinstance(outcome.value, list):
        return f"ended: {outcome.detail or outcome.kind}"
    if error := getattr(outcome.value[0], "error", None):
        return f"it met an error that it did not expect: {error.splitlines()[0]}"
    return ", ".join(str(obj.what) for obj in getattr(outcome.value[0], "added", ()) if obj.type == "Got")


def _sings(session: Session) -> bool:
    """Whether a well-meant program still gets its right answer."""
    outcome = session.run(PredictStates(), _HONEST, LIMITS)
    if outcome.kind is not OutcomeKind.OK or not isinstance(outcome.value, list):
        return False
    apply = getattr(outcome.value[0], "apply", None)
    return apply is not None and bool(apply(_START) == _SUNG)


def _leaked(outcome: Outcome) -> str:
    """Names of this process's environment variables that the program printed with their values."""
    seen = set(outcome.stdout.splitlines())
    mine = {name for name, value in os.environ.items() if f"{name}={value}" in seen}
    return ", ".join(sorted(mine - _COMMON))


def _program(body: str) -> str:
    lines = "\n".join("    " + line for line in body.strip().splitlines())
    return PRELUDE.replace("{body}", lines)
