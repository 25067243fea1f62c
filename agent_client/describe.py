"""Events of a play in words, for logs and for the live view."""

from collections.abc import Iterable

from agent_client import types
from agent_client.events import (
    Decided,
    EpisodeEnded,
    EpisodeStarted,
    Event,
    ModelMissing,
    ModelReceived,
    Planned,
    Stepped,
    Surprise,
    SynthesisBegan,
    SynthesisProgress,
    WentOn,
)
from agent_client.explore import Decision, Move
from agent_client.output import share
from agent_client.trace.safe import one_line
from sandbox.contract import Verdict
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, difference

_MOST_ACTIONS = 12
_MOST_OBJECTS = 3
_ENDINGS = {
    "verified": "a model is verified",
    "budget": "the budget is spent",
    "exhausted": "the provider has nothing further to propose; more data may help",
    "cancelled": "it was cancelled",
}


def describe(event: Event) -> str | None:
    """One line about an event, or None when it is not worth one."""
    if isinstance(event, WentOn):
        model = f"model {event.model.id}" if event.model is not None else "no model"
        refused = f"; the newest is not used: {event.refused}" if event.refused else ""
        return one_line(f"going on with world {event.world}: {event.transitions} transitions, {model}{refused}")
    if isinstance(event, EpisodeStarted):
        goal = f": {event.goal}" if event.goal else ""
        return f"episode {event.number} (seed {event.seed}){goal}"
    if isinstance(event, Planned):
        if event.plan.verdict is not Verdict.FOUND:
            return None
        return f"plan of {len(event.plan.steps)}: {actions(step.action for step in event.plan.steps)}"
    if isinstance(event, Decided):
        return decision(event.decision)
    if isinstance(event, Stepped):
        return f"step {event.number}: {surprise(event.action, event.surprise)}" if event.surprise else None
    if isinstance(event, SynthesisBegan):
        return f"synthesis {event.number} on {event.transitions} transitions: {event.why}"
    if isinstance(event, SynthesisProgress):
        return progress(event.event)
    if isinstance(event, ModelReceived):
        evaluation = event.model.evaluation
        return (
            f"model {event.model.id}, {event.model.lines} lines, {evaluation.status.value}: fits "
            f"{share(evaluation.fit)} of {evaluation.transitions}; {event.totals.seconds:.1f} s"
        )
    if isinstance(event, ModelMissing):
        return f"no model: {ending(event.reason)}"
    if isinstance(event, EpisodeEnded):
        return f"episode {event.number} {event.why} after {event.steps} steps, reward {event.reward:g}"
    return None


def decision(made: Decision) -> str | None:
    """One line about a decision, where it leads elsewhere than the plan or a synthesis, which tell of themselves."""
    if made.move in {Move.ASK, Move.SEEK} and made.plan is not None:
        return f"{made.move.value}: {made.reason} ({actions(step.action for step in made.plan.steps)})"
    return f"{made.move.value}: {made.reason}" if made.move in {Move.GUESS, Move.ABANDON} else None


def progress(event: types.SynthesisEvent) -> str | None:
    """One line about a synthesis while it runs: its start, what is better than before, and what went wrong."""
    match event.body:
        case types.Started() as body:
            trouble = f"; {body.problems[0].kind}: {body.problems[0].text}" if body.problems else ""
            return one_line(f"search {event.synthesis} by {body.provider}{trouble}")
        case types.Evaluated() as body if body.best_so_far and not body.evaluation.error:
            return f"{one_line(body.candidate)} fits {share(body.evaluation.fit)}, the best so far"
        case types.Resumed() as body:
            return f"the search goes on: {one_line(body.reason)}"
        case types.ProviderFailed() as body:
            return f"no new program: {one_line(body.reason)}"
    return None


def ending(reason: str) -> str:
    """Why a synthesis ended, in words; what is no known reason is told as it is."""
    return _ENDINGS.get(reason, reason)


def surprise(action: Action, what: Surprise) -> str:
    """What was mispredicted, in one line."""
    predicted = what.predicted
    if predicted.error:
        return f"surprise at {action}: the model raised {predicted.error}"
    parts = []
    if predicted.next_state != what.next_state:
        got, expected = difference(what.next_state, predicted.next_state)
        parts.append(f"expected {_objects(expected)}, got {_objects(got)}")
    if abs(predicted.reward - what.reward) > 1e-6:
        parts.append(f"expected reward {predicted.reward:g}, got {what.reward:g}")
    if predicted.done != what.done:
        parts.append("expected the end" if predicted.done else "did not expect the end")
    return f"surprise at {action}: " + "; ".join(parts)


def actions(items: Iterable[Action]) -> str:
    """Actions, shortened when there are many."""
    names = [str(item) for item in items]
    more = f" ... {len(names) - _MOST_ACTIONS} more" if len(names) > _MOST_ACTIONS else ""
    return " ".join(names[:_MOST_ACTIONS]) + more


def _objects(items: list[Object]) -> str:
    more = f" and {len(items) - _MOST_OBJECTS} more" if len(items) > _MOST_OBJECTS else ""
    return ", ".join(map(repr, items[:_MOST_OBJECTS])) + more if items else "nothing"
