"""What to do next, as pure functions of what is known: no environment, no model, no clock."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from sandbox.contract import Verdict
from sandbox.runtime.actions import Action


@dataclass(frozen=True)
class ExploreSettings:
    """How the agent weighs its choices. Counts are of steps, rows and questions; ``epsilon`` is a share."""

    epsilon: float = 0.05  # random actions among those that no plan dictates (WorldCoder, section 4)
    first_rows: int = 10  # distinct transitions before the first synthesis
    first_tries: int = 60  # steps after which it is asked for even though nothing has moved yet
    refresh: int = 10  # questions answered as predicted, after which the model is made anew
    rows_without_questions: int = 10  # new rows that justify a synthesis when nothing is left to ask
    patience: int = 20  # steps in an episode that looks hopeless
    most_wait: int = 10  # new rows, at most, before the next synthesis after ones that did not fit
    burst: int = 8  # guessed steps, at most, between two plan searches


@dataclass(frozen=True)
class Situation:
    """What a decision rests on, once the model has been asked for a plan.

    ``new_rows`` and ``answered`` count since the model was made; ``new_start`` tells that the model was made before
    this episode's start was known; ``knows_goal`` that it has a rule for this episode's goal; ``may_learn`` that there
    are rows enough for another synthesis.
    """

    verdict: Verdict
    has_question: bool
    new_rows: int
    new_start: bool
    answered: int
    may_learn: bool
    steps: int  # in this episode
    knows_goal: bool = True


class Move(Enum):
    """What to do next."""

    FOLLOW = auto()  # act along the plan
    ASK = auto()  # go where the model is unsure
    LEARN = auto()  # synthesise again
    ABANDON = auto()  # start another episode
    GUESS = auto()  # try what was rarely tried


def decide(now: Situation, settings: ExploreSettings) -> Move:
    """The next move: a plan first, then open questions, then another model, then another start, then a guess.

    A goal that the model has no rule for asks for another model before any question.
    """
    if now.verdict is Verdict.FOUND:
        return Move.FOLLOW
    if now.may_learn and now.new_start and not now.knows_goal:
        return Move.LEARN
    if now.may_learn and now.answered >= settings.refresh:
        return Move.LEARN
    if now.has_question:
        return Move.ASK
    if now.may_learn and (now.new_start or now.answered or now.new_rows >= settings.rows_without_questions):
        return Move.LEARN
    if now.verdict is Verdict.REFUTED and now.steps >= settings.patience:
        return Move.ABANDON
    return Move.GUESS


def ready_for_first(distinct: int, changed: int, steps: int, settings: ExploreSettings) -> bool:
    """Whether there is enough to learn a first model from: enough rows, and not all of them "nothing happens"."""
    return distinct >= settings.first_rows and (changed > 0 or steps >= settings.first_tries)


def wait_after(failures: int, settings: ExploreSettings) -> int:
    """New rows to gather after so many syntheses in a row whose model did not fit: 0, 2, 4, 8, ..."""
    return min(2**failures, settings.most_wait) if failures else 0


def guesses(in_a_row: int, settings: ExploreSettings) -> int:
    """How many guessed steps to take before the next plan search, which costs more than a step."""
    return min(1 + in_a_row, settings.burst)


def pick_action(
    actions: Sequence[Action],
    tried_here: Mapping[Action, int],
    tried: Mapping[Action, int],
    rng: random.Random,
    epsilon: float,
) -> Action:
    """The action least tried in this very state, then least tried at all; now and then any action."""
    if rng.random() < epsilon:
        return rng.choice(actions)
    count = {action: (tried_here.get(action, 0), tried.get(action, 0)) for action in actions}
    fewest = min(count.values())
    return rng.choice([action for action in actions if count[action] == fewest])


def pick_first(actions: Sequence[Action], tried: Mapping[Action, int], rng: random.Random) -> Action:
    """The action to try while there is no model: one never tried, else any."""
    untried = [action for action in actions if not tried.get(action)]
    return rng.choice(untried or list(actions))
