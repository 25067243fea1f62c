"""What to do next: the agent's rules of decision, free of environment, model and clock.

:func:`decide` is the whole state machine. It is given what is known (:class:`Situation`) and what can be looked up at
the price of a search (:class:`Outlook`), and answers with a move and a reason in words.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from agent_client.planning import Plan
from sandbox.contract import Verdict, Why
from sandbox.runtime.actions import Action


@dataclass(frozen=True)
class ExploreSettings:
    """How the agent weighs its choices. Counts are of steps, rows and questions; ``epsilon`` is a share."""

    epsilon: float = 0.05  # random actions among those that no plan dictates (WorldCoder, section 4)
    first_rows: int = 10  # distinct transitions before the first synthesis
    first_tries: int = 60  # steps after which it is asked for even though nothing has moved yet
    refresh: int = 10  # questions answered as predicted, after which the model is made anew
    rows_without_questions: int = 10  # new rows that justify a synthesis when nothing is left to ask
    most_doublings: int = 3  # of these, while no model has a plan
    patience: int = 20  # steps in an episode that looks hopeless
    most_wait: int = 10  # new rows, at most, before the next synthesis after ones that did not fit
    burst: int = 8  # guessed steps, at most, between two plan searches
    look_again: int = 10  # steps after a search in vain before the next one, where actions are offered
    experiments: bool = True  # else no question is asked and nothing unseen is sought


class Move(StrEnum):
    """What to do next, and why a step is taken."""

    TRY = "try"  # there is no model: see what actions do
    LEARN = "learn"  # ask for a model
    FOLLOW = "follow"  # act along a plan to success
    ASK = "ask"  # an experiment: where programs that fit disagree, or the model is unsure
    SEEK = "seek"  # what was never done, or met, near at hand
    GUESS = "guess"  # any action, rather one that was rarely tried
    ABANDON = "abandon"  # start another episode


@dataclass(frozen=True)
class Decision:
    """A move, why it is made, and the way that it takes, for those that have one."""

    move: Move
    reason: str
    plan: Plan | None = None


@dataclass(frozen=True)
class Situation:
    """What is known without a search.

    ``ready`` tells that there is enough to learn a first model from, ``may_learn`` that there are rows enough for
    another. ``new_rows`` and ``answered`` count since the model was made; ``new_start`` tells that it was made before
    this episode's start was known, ``surprised`` that it mispredicted since. ``offers`` says that the environment tells
    which actions apply, ``news`` that one of them is of a name that was never taken, ``barren`` that a search from
    nearby found no plan. ``vain`` counts syntheses since a model had a plan.
    """

    ready: bool = True
    may_learn: bool = True
    surprised: bool = False
    new_rows: int = 0
    new_start: bool = False
    answered: int = 0
    steps: int = 0  # in this episode
    offers: bool = False
    news: bool = False
    barren: bool = False
    vain: int = 0

    def wants_model(self, settings: "ExploreSettings") -> bool:
        """Whether what is new justifies a synthesis where there is no plan; the more of them were in vain the more."""
        factor = 1 << min(self.vain, settings.most_doublings)
        if self.new_start or self.answered:
            return self.new_rows >= factor - 1
        return self.new_rows >= settings.rows_without_questions * factor


class Outlook(Protocol):
    """What a model foresees from the present state; each answer costs a search."""

    def plan(self) -> Plan:
        """A plan to success; where the model may spread without end, of a quick look only."""
        ...

    def thorough_plan(self) -> Plan:
        """A plan to success, within the whole budget."""
        ...

    def whole_plan(self) -> Plan:
        """The same, even where such searches came to no end just before."""
        ...

    def plan_from_start(self) -> Plan:
        """A plan to success from where this episode began."""
        ...

    def experiment(self) -> Plan:
        """A way to the best experiment; ``why`` tells its kind. Without open questions it is what was never done."""
        ...

    def unmet(self) -> Plan:
        """A way to a sight that was never met."""
        ...


def decide(  # noqa: C901, PLR0912 - one table of rules
    now: Situation, ahead: Outlook | None, settings: ExploreSettings
) -> Decision:
    """The next move: a plan first, then experiments, then another model, then what was not seen, then a guess.

    A goal that the model has no rule for asks for another model before any experiment, as does a start from which it
    sees no way. ``ahead`` is None while there is no model.
    """
    if ahead is None:
        if now.ready and now.may_learn:
            return Decision(Move.LEARN, "enough was seen for a first model")
        return Decision(Move.TRY, "there is no model yet")
    if now.surprised and now.may_learn:
        return Decision(Move.LEARN, "the model was surprised")
    if now.news:
        return Decision(Move.TRY, "something is offered that was never done")
    plan = Plan(Verdict.OPEN) if now.barren else ahead.plan()
    if plan.verdict is Verdict.FOUND:
        return Decision(Move.FOLLOW, "the model has a plan to success", plan)
    if now.may_learn and now.new_start and not plan.knows_goal:
        return Decision(Move.LEARN, "the model knows no such goal")
    if (
        now.may_learn
        and now.new_start
        and not now.steps
        and plan.verdict is Verdict.REFUTED
        and now.wants_model(settings)
    ):
        return Decision(Move.LEARN, "the model sees no way from a start that it was not made for")
    if now.may_learn and now.answered >= settings.refresh:
        return Decision(Move.LEARN, "there are answers to the model's questions")
    lost = plan.verdict is Verdict.REFUTED or not now.offers  # where actions are offered a search may miss much
    if lost and now.steps and ahead.plan_from_start().verdict is Verdict.FOUND:
        plan = ahead.whole_plan()
        if plan.verdict is Verdict.FOUND:
            return Decision(Move.FOLLOW, "the model has a plan to success", plan)
        return Decision(Move.ABANDON, "there was a way to success from the start, but none is found from here")
    asks = settings.experiments and not now.offers  # what is offered works; what was never done is tried at once
    experiment = ahead.experiment() if asks else Plan(Verdict.OPEN)
    leads = experiment.verdict is Verdict.FOUND and bool(experiment.steps)
    if leads and experiment.why is not Why.UNSEEN:
        return Decision(Move.ASK, experiment.reason, experiment)
    plan = plan if now.barren else ahead.thorough_plan()
    if plan.verdict is Verdict.FOUND:
        return Decision(Move.FOLLOW, "the model has a plan to success", plan)
    if now.may_learn and now.wants_model(settings):
        return Decision(
            Move.LEARN, "there are answers to the model's questions" if now.answered else "there is no plan"
        )
    if plan.verdict is Verdict.REFUTED and now.steps >= settings.patience:
        return Decision(Move.ABANDON, "the model sees no way to success from here")
    if now.offers and settings.experiments:
        experiment = ahead.unmet()
        leads = experiment.verdict is Verdict.FOUND and bool(experiment.steps)
    if leads:
        return Decision(Move.SEEK, experiment.reason, experiment)
    return Decision(Move.GUESS, f"there is nothing left to find out; the search for a plan is {plan.verdict.value}")


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


def pick_rare(
    actions: Sequence[Action], tried: Mapping[Action, int], idle: Mapping[str, int], rng: random.Random
) -> Action:
    """Of the actions offered one whose name was rarely taken, less so in vain; of that name one least tried."""
    names: dict[str, list[Action]] = {}
    for action in actions:
        names.setdefault(action.name, []).append(action)
    taken = _taken_by_name(tried)
    name = min(names, key=lambda name: (taken[name] + idle.get(name, 0) ** 2) * rng.random())
    fewest = min(tried.get(action, 0) for action in names[name])
    return rng.choice([action for action in names[name] if tried.get(action, 0) == fewest])


def rarest_first(actions: Sequence[Action], tried: Mapping[Action, int]) -> list[Action]:
    """These actions, first those of a name that was taken seldom, then those taken seldom themselves."""
    taken = _taken_by_name(tried)
    return sorted(actions, key=lambda action: (taken[action.name], tried.get(action, 0), str(action)))


def _taken_by_name(tried: Mapping[Action, int]) -> Counter[str]:
    taken = Counter[str]()
    for action, count in tried.items():
        taken[action.name] += count
    return taken


def pick_first(actions: Sequence[Action], tried: Mapping[Action, int], rng: random.Random) -> Action:
    """The action to try while there is no model: one of a name never tried, else one never tried, else any."""
    names = {action.name for action in tried}
    unheard = [action for action in actions if action.name not in names]
    untried = [action for action in actions if not tried.get(action)]
    return rng.choice(unheard or untried or list(actions))
