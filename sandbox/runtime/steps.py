"""One call of each of a model's functions, with what it may answer checked."""

from math import isfinite

from .actions import Action
from .loader import clean
from .model import Model
from .state import State

MAX_REASON = 500  # characters of an uncertainty


class BadAnswer(Exception):  # noqa: N818 - reads as part of the error's text
    """A function of the model returned what it may not."""


def next_state(model: Model, state: State, action: Action) -> State:
    """What ``transition`` predicts, from a copy of ``state``.

    Raises:
        BadAnswer: it returned no State.
        Exception: whatever the program raises.
    """
    return checked_state(model.transition(state.copy(), action))


def checked_state(after: object) -> State:
    """What ``transition`` returned, if it may.

    Raises:
        BadAnswer: it is no State.
    """
    if isinstance(after, State):
        return after
    what = "None" if after is None else f"a {type(after).__name__}, not a State"
    raise BadAnswer(f"transition returned {what}; return the state")


def reward(model: Model, state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
    """What ``reward`` predicts, from copies of the states.

    Raises:
        BadAnswer: it returned no finite number and bool.
        Exception: whatever the program raises.
    """
    return checked_reward(model.reward(state.copy(), action, after.copy(), goal))


def checked_reward(got: object) -> tuple[float, bool]:
    """What ``reward`` returned, if it may.

    Raises:
        BadAnswer: it is no pair of finite number and bool.
    """
    if type(got) is not tuple or len(got) != 2:
        raise BadAnswer(f"reward returned {_kind(got)}; return a pair of number and bool")
    value, done = got
    if type(value) not in (int, float):
        raise BadAnswer(f"the reward is {_kind(value)}, not a number")
    if type(done) is not bool:
        raise BadAnswer(f"done is {_kind(done)}, not True or False")
    try:
        value = float(value)
    except OverflowError:
        raise BadAnswer("the reward is too large") from None
    if not isfinite(value):
        raise BadAnswer("the reward is not a finite number")
    return value, done


def uncertain(model: Model, state: State, action: Action) -> str | None:
    """Why the prediction is not yet supported, or None.

    Raises:
        BadAnswer: it returned neither a string nor None.
        Exception: whatever the program raises.
    """
    if model.uncertain is None:
        return None
    reason = model.uncertain(state.copy(), action)
    if reason is None or type(reason) is str:
        return reason if reason is None else clean(reason[:MAX_REASON])
    raise BadAnswer(f"uncertain returned {_kind(reason)}; return a string or None")


def _kind(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
