"""Planning with a model, in a process of its own: the model's code never runs in the agent's."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agent_client.errors import ModelError
from sandbox.contract import (
    FindPlan,
    Inputs,
    Outcome,
    OutcomeKind,
    PlanFound,
    ReplayPlan,
    ReplayStep,
    Sandbox,
    SandboxUnavailableError,
    Session,
    Task,
    Verdict,
)
from sandbox.data.records import Success
from sandbox.limits import Limits
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.state import State


@dataclass(frozen=True)
class PlannedStep:
    """An action and what the model says of it. ``error`` tells that the model raised; then nothing is predicted.

    ``uncertain`` is why the model calls the prediction a guess, or None.
    """

    action: Action
    next_state: State
    reward: float = 0.0
    done: bool = False
    uncertain: str | None = None
    error: str = ""


@dataclass(frozen=True)
class Plan:
    """How a plan search ended, and the steps when it is ``found``. ``reason`` is the uncertainty that was sought."""

    verdict: Verdict
    steps: tuple[PlannedStep, ...] = ()
    nodes: int = 0
    reason: str = ""
    error: str = ""


@dataclass(frozen=True)
class PlanSettings:
    """Budgets of plan searches. Nodes, which are distinct states, decide; seconds are a cap."""

    nodes: int = 20_000
    quick_nodes: int = 2_000  # for a first look
    explore_nodes: int = 5_000
    seconds: float = 60.0

    def limits(self) -> Limits:
        """The limits of the process that plans."""
        return Limits(wall_seconds=self.seconds, cpu_seconds=math.ceil(self.seconds))


class ModelRunner:
    """One model, loaded in a sandboxed process. Close it when the model is replaced."""

    def __init__(
        self,
        sandbox: Sandbox,
        source: str,
        schemas: Sequence[ActionSchema],
        success: Success,
        settings: PlanSettings | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._source = source
        self._schemas = tuple(schemas)
        self._success = success
        self._settings = settings or PlanSettings()
        self._session: Session | None = None
        self._at: tuple[State, str] | None = None

    def plan(self, state: State, goal: str, *, quick: bool = False) -> Plan:
        """A plan from ``state`` to success, with what the model predicts along it; ``quick`` is a first look only.

        Raises:
            ModelError: the model does not load, or its process cannot be had.
        """
        nodes = min(self._settings.quick_nodes, self._settings.nodes) if quick else self._settings.nodes
        return self._search(state, goal, FindPlan(0, nodes, *self._test))

    def explore(self, state: State, goal: str, skip: frozenset[str] = frozenset()) -> Plan:
        """A plan to the nearest state and action that the model calls uncertain for a reason not in ``skip``.

        Its last step is the uncertain one.

        Raises:
            ModelError: the model does not load, or its process cannot be had.
        """
        task = FindPlan(0, self._settings.explore_nodes, *self._test, explore=True, skip=skip)
        return self._search(state, goal, task)

    def predict(self, state: State, goal: str, actions: Sequence[Action]) -> tuple[PlannedStep, ...]:
        """What the model says that these actions do; shorter than ``actions`` when it raises or ends earlier.

        Raises:
            ModelError: the model does not load, or its process cannot be had.
        """
        outcome = self._run(state, goal, ReplayPlan(0, tuple(actions)))
        if not isinstance(outcome.value, list):
            return (PlannedStep(actions[0], state, error=_why(outcome)),) if actions else ()
        return _steps(state, actions, [step for step in outcome.value if isinstance(step, ReplayStep)])

    def close(self) -> None:
        """Ends the model's process. Closing twice does nothing."""
        session, self._session, self._at = self._session, None, None
        if session is not None:
            session.close()

    @property
    def _test(self) -> tuple[float, bool]:
        return self._success.reward_above, self._success.needs_done

    def _search(self, state: State, goal: str, task: FindPlan) -> Plan:
        outcome = self._run(state, goal, task)
        found = outcome.value
        if not isinstance(found, PlanFound):
            return Plan(Verdict.OPEN, error=_why(outcome))
        steps: tuple[PlannedStep, ...] = ()
        if found.verdict is Verdict.FOUND:
            steps = self.predict(state, goal, found.actions)
        return Plan(found.verdict, steps, found.nodes, found.reason, found.error or "")

    def _run(self, state: State, goal: str, task: Task) -> Outcome:
        try:
            outcome = self._at_start(state, goal).run(task, self._source, self._settings.limits())
        except SandboxUnavailableError as error:
            self.close()
            raise ModelError(f"the process that plans cannot be had: {error}") from error
        if outcome.kind is OutcomeKind.LOAD_ERROR:
            raise ModelError(f"the model does not load: {outcome.detail}")
        return outcome

    def _at_start(self, state: State, goal: str) -> Session:
        """The session, given this start and nothing else."""
        if self._session is not None and self._at == (state, goal):
            return self._session
        inputs = Inputs(states=(state.copy(),), starts=((0, goal),), schemas=self._schemas)
        if self._session is None:
            self._session = self._sandbox.open(inputs)
        else:
            self._session.load(inputs)
        self._at = (state.copy(), goal)
        return self._session


def _steps(state: State, actions: Sequence[Action], replay: Sequence[ReplayStep]) -> tuple[PlannedStep, ...]:
    steps = []
    for action, step in zip(actions, replay, strict=False):
        error = step.prediction.error or step.reward.error or ""
        if step.prediction.error is None:
            state = step.prediction.apply(state)
        steps.append(PlannedStep(action, state, step.reward.reward, step.reward.done, step.uncertain, error))
        if error:
            break
    return tuple(steps)


def _why(outcome: Outcome) -> str:
    return outcome.detail or outcome.kind.value
