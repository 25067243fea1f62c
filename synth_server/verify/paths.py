"""A way through a program's world in words, for somebody who repairs the program."""

from collections.abc import Sequence

from sandbox.contract import ReplayStep
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from synth_server.verify.words import describe_effects, shorten

MAX_PATH = 4_000  # characters
_MAX_STEP = 300


def tell_path(start: State, actions: Sequence[Action], steps: Sequence[ReplayStep], length: int) -> str:
    """A step a line, ``1. right: Agent.x: 0 -> 1``, with what it pays; ``length`` is that of the whole way."""
    lines = []
    state = start
    for number, (action, step) in enumerate(zip(actions, steps, strict=False), 1):
        change = step.prediction.error
        if change is None:
            change = describe_effects(state, step.prediction.removed, step.prediction.added)
            state = _after(step, state)
        else:
            change = f"raises {change}"
        lines.append(
            f"{number}. {shorten(str(action), 100)}: {shorten(' '.join(change.split()), _MAX_STEP)}{_pay(step)}"
        )
    if len(lines) < length:
        lines.append(f"and {length - len(lines)} more steps")
    return shorten("\n".join(lines), MAX_PATH)


def _after(step: ReplayStep, state: State) -> State:
    try:
        return step.prediction.apply(state)
    except KeyError:  # what the program removed was not there; its answer was checked for form only
        return state


def _pay(step: ReplayStep) -> str:
    told = []
    if step.reward.unknown_goal:
        told.append("the goal is unknown to `reward`")
    elif step.reward.error is not None:
        told.append(f"reward raises {shorten(' '.join(step.reward.error.split()), _MAX_STEP)}")
    elif step.reward.reward:
        told.append(f"pays {step.reward.reward:g}")
    if step.reward.done:
        told.append("the episode ends")
    return f"; {', '.join(told)}" if told else ""
