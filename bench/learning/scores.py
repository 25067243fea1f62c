"""How well a program predicts rows, by kind of event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.data.records import Transition, World
from sandbox.runtime.loader import load_model
from sandbox.runtime.model import Model
from synth_server.inductive.learn import propose
from synth_server.providers.protocol import Request

KindOf = Callable[[Transition], str]


@dataclass(frozen=True)
class Score:
    """Shares of rows predicted: next states over all rows, their mean over kinds of event, rewards and ends.

    ``known_rewards`` is the share of rewards and ends over the rows that pay as some row of training did.
    """

    exact: float
    macro: float
    rewards: float
    kinds: dict[str, tuple[int, int]]  # by kind: right, all
    known_rewards: float = 1.0


def learn(rows: Sequence[Transition]) -> str:
    """The program that the learner proposes."""
    return propose(Request(World("bench"), rows, [], 0, 0)).source


def score(
    source: str, rows: Sequence[Transition], kind_of: KindOf, least: int = 1, known: Sequence[Transition] = ()
) -> Score:
    """The score on these rows; kinds with fewer than ``least`` rows do not count in the mean over kinds.

    ``known`` are the rows of training.
    """
    model, kinds, paid = load_model(source), dict[str, tuple[int, int]](), 0
    payments, ordinary = {(row.reward, row.done) for row in known}, list[bool]()
    for row in rows:
        kind = kind_of(row)
        right, all_ = kinds.get(kind, (0, 0))
        kinds[kind] = (right + _right(model, row), all_ + 1)
        pays = _pays(model, row)
        paid += pays
        ordinary += [pays] if (row.reward, row.done) in payments else []
    shares = [right / all_ for right, all_ in kinds.values() if all_ >= least]
    exact = sum(right for right, _ in kinds.values()) / len(rows)
    return Score(
        exact, sum(shares) / len(shares), paid / len(rows), kinds, sum(ordinary) / len(ordinary) if ordinary else 1.0
    )


def _right(model: Model, row: Transition) -> bool:
    try:
        return bool(model.transition(row.state.copy(), row.action) == row.next_state)
    except Exception:  # noqa: BLE001 - a program that raises is wrong
        return False


def _pays(model: Model, row: Transition) -> bool:
    try:
        return bool(model.reward(row.state, row.action, row.next_state, row.goal) == (row.reward, row.done))
    except Exception:  # noqa: BLE001 - a program that raises is wrong
        return False


def pays_on_unseen_goals(source: str, rows: Sequence[Transition], known: Sequence[Transition]) -> float:
    """The share of rows under goals that no known row has whose reward and end are right.

    The mean of that over rows that pay and over rows that do not, so that "nothing ever pays" comes to a half.
    """
    goals, model = {row.goal for row in known}, load_model(source)
    shares = []
    for paid in (True, False):
        right = [_pays(model, row) for row in rows if row.goal not in goals and (row.reward > 0) is paid]
        shares += [sum(right) / len(right)] if right else []
    return sum(shares) / len(shares) if shares else 1.0
