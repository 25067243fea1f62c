"""The model in use, and what became of its predictions since it was made."""

from collections.abc import Sequence

from agent_client.events import Surprise
from agent_client.planning import LoadedModel, Plan, PlannedStep
from agent_client.types import Model, Status
from sandbox.contract import Verdict
from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.sights import Sights
from sandbox.runtime.state import State

REWARD_TOLERANCE = 1e-6
MOST_REST = 16


class Rest:
    """How many looks to leave out before a search is made again that came to nothing: none, 1, 3, 7, at most 15."""

    def __init__(self) -> None:
        self._vain = 0  # in a row
        self._left = 0

    def is_over(self) -> bool:
        """Whether it is time for another search; asked once a look."""
        self._left = max(0, self._left - 1)
        return not self._left

    @property
    def in_vain(self) -> bool:
        """Whether the last search was."""
        return self._vain > 0

    def note(self, *, vain: bool) -> None:
        """A search was made, in vain or not."""
        self._vain = self._vain + 1 if vain else 0
        self._left = min(1 << (self._vain - 1), MOST_REST) if vain else 0


class Belief:
    """A model, loaded. ``rows`` and ``starts`` is what was known when it was made."""

    def __init__(self, model: Model, loaded: LoadedModel, rows: int, starts: frozenset[str]) -> None:
        self.model = model
        self.rows = rows
        self.surprised = False
        self.led = False  # a plan was found
        self.spreads = False  # a whole search did not reach the end of what the model allows
        self.answers = 0  # since it was made
        self.barren: tuple[int, int] | None = None  # the episode and its step in which a search for a plan was in vain
        self.searching = Rest()  # for a plan, wholly
        self.asking = Rest()  # for an open question
        self._answered: set[str] = set()
        self._from_start: dict[str, Plan] = {}  # by the start's digest
        self._loaded = loaded
        self._starts = starts
        self._wrong: set[tuple[State, Action]] = set()

    def knows_start(self, start: Start) -> bool:
        """Whether the model was made with this start among its data."""
        return start.digest() in self._starts

    def was_barren(self, episode: int, since: int) -> bool:
        """Whether a search for a plan was in vain in this episode, after a step."""
        return self.barren is not None and self.barren[0] == episode and self.barren[1] > since

    @property
    def hopeful(self) -> bool:
        """Whether the model was found to have plans, from starts or here."""
        told = self.model.evaluation
        return self.led or (told.status is Status.VERIFIED and told.optimism.found > 0)

    @property
    def looks_further(self) -> bool:
        """Whether a search that is not quick visits more than one that is."""
        return self._loaded.looks_further

    @property
    def endless(self) -> bool:
        """Whether the last whole search neither found a plan nor excluded one."""
        return self.searching.in_vain

    def renew(self, model: Model, rows: int, starts: frozenset[str]) -> None:
        """Another synthesis gave the same text: what was asked of it stays asked."""
        self.model, self.rows, self._starts, self.surprised, self.answers = model, rows, starts, False, 0
        self.barren = None

    def note_answer(self, reason: str) -> None:
        """A question was tried; it is not asked again of this model."""
        self._answered.add(reason)
        self.answers += 1

    def note_refused(self, state: State, action: Action) -> None:
        """An action is not offered in a state: another model is due, and no plan leads through it till then."""
        self.surprised = True
        self._wrong.add((state, action))

    def plan(self, state: State, goal: str, *, quick: bool = False) -> Plan:
        """A plan to success. One that leads through a known misprediction counts as none."""
        found = self._loaded.plan(state, goal, quick=quick)
        self.led = self.led or found.verdict is Verdict.FOUND
        if not quick:
            self.spreads = self.spreads or found.verdict is Verdict.OPEN
            self.searching.note(vain=found.verdict is Verdict.OPEN)
        return self._unless_doubtful(state, found)

    def plan_from_start(self, start: Start) -> Plan:
        """A plan to success from where an episode began, by a quick look; one look for each start."""
        key = start.digest()
        if key not in self._from_start:
            self._from_start[key] = self._loaded.plan(start.state, start.goal, quick=True)
        return self._unless_doubtful(start.state, self._from_start[key])

    def experiment(self, state: State, goal: str, tried: Sequence[tuple[State, Action]] | None = None) -> Plan:
        """A plan to the nearest open question; or, where ``tried`` tells what was done, to what was least nearby."""
        found = self._loaded.explore(state, goal, frozenset(self._answered), tried=tried, near=tried is not None)
        if tried is None:
            self.asking.note(vain=found.verdict is not Verdict.FOUND)
        return self._unless_doubtful(state, found)

    def unmet(self, state: State, goal: str, sights: Sights) -> Plan:
        """What is offered and not told by the model, else a plan to a sight that was never met."""
        found = self._loaded.explore(state, goal, sights=sights)
        return self._unless_doubtful(state, found)

    def predict(self, state: State, goal: str, action: Action) -> PlannedStep:
        """What the model says that one action does."""
        return self._loaded.predict(state, goal, action)

    def compare(self, predicted: PlannedStep, seen: Transition) -> Surprise | None:
        """The surprise that ``seen`` is, if any; it is remembered until the next model."""
        if is_as_predicted(predicted, seen):
            return None
        self.surprised = True
        self._wrong.add((seen.state, seen.action))
        return Surprise(predicted, seen.next_state, seen.reward, seen.done)

    def close(self) -> None:
        """Ends the model's process."""
        self._loaded.close()

    def _unless_doubtful(self, state: State, plan: Plan) -> Plan:
        """The plan, or none where it leads through a known misprediction."""
        return Plan(Verdict.OPEN, nodes=plan.nodes) if self._is_doubtful(state, plan) else plan

    def _is_doubtful(self, state: State, plan: Plan) -> bool:
        for step in plan.steps:
            if (state, step.action) in self._wrong:
                return True
            state = step.next_state
        return False


def is_as_predicted(predicted: PlannedStep, seen: Transition) -> bool:
    """Whether next state and end are equal and the reward is within 1e-6."""
    return (
        not predicted.error
        and predicted.next_state == seen.next_state
        and abs(predicted.reward - seen.reward) <= REWARD_TOLERANCE
        and predicted.done == seen.done
    )
