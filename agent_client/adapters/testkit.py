"""What an agent relies on in an environment, tried out: :func:`check` says what is wrong with an adapter."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from agent_client.adapters.base import Environment, StepResult
from sandbox.data.records import Start, Transition
from sandbox.data.wire import BatchDecoder, WireError, encode_batches
from sandbox.runtime.actions import Action, ground
from sandbox.runtime.state import State

_MOST_TOLD = 3  # findings of one kind

Outcome = tuple[State, float, bool]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: its kind in a word, and what happened."""

    kind: str
    text: str


@dataclass(frozen=True)
class Extent:
    """How much is tried: levels, and random steps in each."""

    levels: int = 3
    steps: int = 150
    seed: int = 0


def check(env: Environment, extent: Extent | None = None) -> list[Finding]:
    """What is wrong with an environment; nothing where no fault was found. It is played, and left anywhere.

    Checked are: actions are offered; what it raises; states and actions survive the wire (*round trip*); the same seed
    and actions lead to the same (*determinism*); a state that was handed out does not change (*aliasing*); next state,
    reward and end follow from state, action and goal (*hidden state*); an end is not also a truncation (*end*).
    """
    extent = extent or Extent()
    known: dict[tuple[State, Action, str], Outcome] = {}
    found: list[Finding] = []
    for level in range(extent.seed, extent.seed + extent.levels):
        try:
            found += _level(env, level, extent.steps, known)
        except Exception as error:  # noqa: BLE001 - whatever an environment raises is a finding
            found.append(Finding("raises", f"seed {level}: {type(error).__name__}: {error}"))
    return list(_few(found))


def _level(env: Environment, seed: int, steps: int, known: dict[tuple[State, Action, str], Outcome]) -> list[Finding]:
    rng = random.Random(seed)  # noqa: S311 - no secret
    found: list[Finding] = []
    state, goal = env.reset(seed)
    first, rows = state.copy(), list[Transition]()
    for number in range(steps):
        offered = list(ground(env.world.actions, state))
        if not offered:
            return [*found, Finding("actions", f"seed {seed}, step {number}: no action is offered")]
        action = rng.choice(offered)
        before = state.copy()
        came = env.step(action)
        place = f"seed {seed}, step {number}, {action}"
        if state != before:
            found.append(Finding("aliasing", f"{place}: the state that was handed out before changed"))
        found += _outcome(came, place)
        now: Outcome = came.state.copy(), came.reward, came.done
        if known.setdefault((before, action, goal), now) != now:
            found.append(Finding("hidden state", f"{place}: the same state, action and goal led elsewhere before"))
        rows.append(Transition(before, action, came.reward, now[0], goal, came.done))
        state = came.state
        if came.done or came.truncated:
            break
    return [*found, *_wire(rows, Start(first, goal), seed), *_again(env, seed, Start(first, goal), rows)]


def _outcome(came: StepResult, place: str) -> Iterator[Finding]:
    if came.done and came.truncated:
        yield Finding("end", f"{place}: a step that ends the episode is truncated too; it should be done alone")
    if type(came.reward) is not float or type(came.done) is not bool:
        told = f"{type(came.reward).__name__} and {type(came.done).__name__}"
        yield Finding("types", f"{place}: reward and done should be float and bool, but are {told}")


def _wire(rows: list[Transition], start: Start, seed: int) -> Iterator[Finding]:
    decoder, told, starts = BatchDecoder(), list[Transition](), list[Start]()
    try:
        for batch in encode_batches(rows, [start]):
            more, begun = decoder.decode(batch)
            told += more
            starts += begun
    except WireError as error:
        yield Finding("round trip", f"seed {seed}: the server cannot be told of it: {error}")
        return
    if [row.digest() for row in told] != [row.digest() for row in rows] or starts[0].digest() != start.digest():
        yield Finding("round trip", f"seed {seed}: what reaches the server is not what was seen")


def _again(env: Environment, seed: int, start: Start, rows: list[Transition]) -> Iterator[Finding]:
    """The same seed and actions once more."""
    state, goal = env.reset(seed)
    if (state, goal) != (start.state, start.goal):
        yield Finding("determinism", f"seed {seed}: resetting twice gives two different starts")
        return
    for number, row in enumerate(rows):
        came = env.step(row.action)
        if (came.state, came.reward, came.done) != (row.next_state, row.reward, row.done):
            yield Finding("determinism", f"seed {seed}, step {number}, {row.action}: it came otherwise the second time")
            return


def _few(found: list[Finding]) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    for finding in found:
        counts[finding.kind] = counts.get(finding.kind, 0) + 1
        if counts[finding.kind] <= _MOST_TOLD:
            yield finding
