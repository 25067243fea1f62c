"""What the model in use foresees from where the agent stands, looked up when it is asked for."""

from collections.abc import Callable, Sequence
from functools import cached_property

from agent_client.belief import Belief
from agent_client.experience import Experience
from agent_client.explore import rarest_first
from agent_client.planning import Plan
from sandbox.contract import Verdict, Why
from sandbox.data.records import Start
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State


class ModelOutlook:
    """The searches of one decision. ``looked`` is told of each search for a plan to success.

    ``offered`` is what the environment offers in ``state``; it matters to :meth:`unmet` alone.
    """

    def __init__(
        self,
        belief: Belief,
        experience: Experience,
        start: Start,
        state: State,
        offered: Sequence[Action],
        looked: Callable[[Plan], None],
    ) -> None:
        self._belief = belief
        self._experience = experience
        self._start = start
        self._state = state
        self._offered = offered
        self._goal = start.goal
        self._looked = looked

    def plan(self) -> Plan:
        """A plan to success. A model of which no plan is known, or whose states are too many, may spread without end;
        then it is a quick look only.
        """
        return self._plan[0]

    def thorough_plan(self) -> Plan:
        """A plan to success, within the whole budget, unless such searches came to no end just before."""
        return self.whole_plan() if self._may_look_further and self._belief.searching.is_over() else self.plan()

    def whole_plan(self) -> Plan:
        """A plan to success, within the whole budget, whatever came of the searches before."""
        return self._search(quick=False) if self._may_look_further else self.plan()

    def plan_from_start(self) -> Plan:
        """A plan to success from where this episode began; a quick look."""
        return self._belief.plan_from_start(self._start)

    def experiment(self) -> Plan:
        """A way to what the model asks, else to an action that was never taken where it leads."""
        if self._belief.asking.is_over():
            found = self._belief.experiment(self._state, self._goal)
            if found.verdict is Verdict.FOUND:
                return found  # a question; which one does not depend on what was tried
        found = self._belief.experiment(self._state, self._goal, self._experience.pairs())
        if found.why is Why.UNSEEN and found.steps:
            at = found.steps[-2].next_state if len(found.steps) > 1 else self._state
            if self._experience.tried_in(at)[found.steps[-1].action]:
                return Plan(Verdict.REFUTED, nodes=found.nodes)
        return found

    def unmet(self) -> Plan:
        """What is offered though the model does not say so, of that what was done least; failing that a way to a sight
        that was never met, such as something in the hand at a place of some kind.
        """
        offered = tuple(rarest_first(self._offered, self._experience.tried))
        sights = self._experience.sights(self._state, self._goal)._replace(offered=offered)
        return self._belief.unmet(self._state, self._goal, sights)

    @property
    def _may_look_further(self) -> bool:
        """Whether the search so far was a quick one, to which there is more."""
        plan, was_quick = self._plan
        return was_quick and plan.verdict is Verdict.OPEN and self._belief.looks_further

    @cached_property
    def _plan(self) -> tuple[Plan, bool]:
        quick = self._belief.spreads or not self._belief.hopeful
        return self._search(quick=quick), quick

    def _search(self, *, quick: bool) -> Plan:
        plan = self._belief.plan(self._state, self._goal, quick=quick)
        self._looked(plan)
        return plan
