"""Fit (phi_1): predictions compared with what was observed, outside the sandbox, on plain data, type-strict."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.contract import RewardPrediction, StatePrediction
from sandbox.runtime.state import Object, attributes, digest
from sandbox.runtime.values import FrozenMap, Value, same
from synth_server.domain import Misprediction, Part
from synth_server.verify.options import REWARD_TOLERANCE
from synth_server.verify.predict import Predictions
from synth_server.verify.rows import Row
from synth_server.verify.words import describe_change, describe_effects, shorten


@dataclass(frozen=True)
class RowFit:
    """What of one row was predicted right."""

    next_state: bool
    reward: bool
    done: bool

    @property
    def all(self) -> bool:
        """Whether the row fits."""
        return self.next_state and self.reward and self.done


@dataclass(frozen=True)
class Shares:
    """Shares of rows, each in 0..1; 1 when there are none."""

    fit: float
    next_state: float
    reward: float
    done: float


def compare(rows: Sequence[Row], predictions: Predictions, float_tolerance: float) -> list[RowFit]:
    """Row by row, what was predicted right."""
    return [
        RowFit(
            same_change(row, state, float_tolerance),
            same_reward(row, reward),
            reward.error is None and not reward.unknown_goal and reward.done is row.transition.done,
        )
        for row, state, reward in zip(rows, predictions.states, predictions.rewards, strict=True)
    ]


def shares(fits: Sequence[RowFit]) -> Shares:
    """The rows that fit, as shares of all."""
    count = len(fits)
    if not count:
        return Shares(1.0, 1.0, 1.0, 1.0)
    return Shares(
        sum(fit.all for fit in fits) / count,
        sum(fit.next_state for fit in fits) / count,
        sum(fit.reward for fit in fits) / count,
        sum(fit.done for fit in fits) / count,
    )


def identity_baseline(rows: Sequence[Row]) -> float:
    """The share of rows in which nothing changes: what `nothing ever changes` would score on next states."""
    return sum(not row.change for row in rows) / len(rows) if rows else 0.0


def same_change(row: Row, prediction: StatePrediction, float_tolerance: float) -> bool:
    """Whether the predicted next state is the observed one, as multisets of objects, value types included."""
    if prediction.error is not None:
        return False
    surplus = Counter({key: -n for key, n in row.change.items()})
    surplus.update(digest(obj) for obj in prediction.added)
    surplus.subtract(digest(obj) for obj in prediction.removed)
    if not any(surplus.values()):
        return True
    return float_tolerance > 0 and _near(row, prediction, surplus, float_tolerance)


def same_reward(row: Row, prediction: RewardPrediction) -> bool:
    """Whether the predicted reward is the observed one."""
    if prediction.error is not None or prediction.unknown_goal:
        return False
    return math.isfinite(prediction.reward) and abs(prediction.reward - row.transition.reward) <= REWARD_TOLERANCE


def tell(rows: Sequence[Row], fits: Sequence[RowFit], predictions: Predictions, most: int) -> list[Misprediction]:
    """At most so many mispredictions in words: next states, rewards and ends by turns, in the order of the rows."""
    wrong: dict[Part, list[int]] = {Part.NEXT_STATE: [], Part.REWARD: [], Part.DONE: []}
    for i, fit in enumerate(fits):
        if not fit.next_state:
            wrong[Part.NEXT_STATE].append(i)
        if not fit.reward:
            wrong[Part.REWARD].append(i)
        elif not fit.done:
            wrong[Part.DONE].append(i)
    turns = sorted((turn, order, part, i) for order, part in enumerate(wrong) for turn, i in enumerate(wrong[part]))
    return [
        _tell_state(rows[i], predictions.states[i])
        if part is Part.NEXT_STATE
        else _tell_reward(rows[i], part, predictions.rewards[i])
        for _, _, part, i in turns[:most]
    ]


def _tell_state(row: Row, prediction: StatePrediction) -> Misprediction:
    step = row.transition
    predicted = (
        describe_effects(step.state, prediction.removed, prediction.added)
        if prediction.error is None
        else f"error: {shorten(prediction.error)}"
    )
    return Misprediction(row.digest, Part.NEXT_STATE, describe_change(step.state, step.next_state), predicted)


def _tell_reward(row: Row, part: Part, prediction: RewardPrediction) -> Misprediction:
    step = row.transition
    if prediction.unknown_goal:
        predicted = f"UnknownGoal for {step.goal!r}"
    elif prediction.error is not None:
        predicted = f"error: {shorten(prediction.error)}"
    else:
        predicted = f"reward {prediction.reward!r}, done {prediction.done}"
    return Misprediction(row.digest, part, f"reward {step.reward!r}, done {step.done}", predicted)


def _near(row: Row, prediction: StatePrediction, surplus: Counter[int], tolerance: float) -> bool:
    """Whether each object too many is within the tolerance of one too few, each used once."""
    known = {digest(obj): obj for obj in [*row.transition.state, *row.transition.next_state, *prediction.added]}
    if surplus.keys() - known.keys():
        return False
    too_few = [known[key] for key, n in surplus.items() for _ in range(-n)]
    for obj in (known[key] for key, n in surplus.items() for _ in range(n)):
        twin = next((i for i, other in enumerate(too_few) if _near_objects(obj, other, tolerance)), None)
        if twin is None:
            return False
        del too_few[twin]
    return not too_few


def _near_objects(a: Object, b: Object, tolerance: float) -> bool:
    return a.type == b.type and _near_values(FrozenMap(attributes(a)), FrozenMap(attributes(b)), tolerance)


def _near_values(a: Value, b: Value, tolerance: float) -> bool:
    if type(a) is float and type(b) is float:
        return abs(a - b) <= tolerance
    if type(a) is tuple and type(b) is tuple:
        return len(a) == len(b) and all(_near_values(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if type(a) is FrozenMap and type(b) is FrozenMap:
        return a.keys() == b.keys() and all(_near_values(a[key], b[key], tolerance) for key in a)
    return same(a, b)
