"""A loaded model: what it predicts and plans. Its code runs where it was loaded to, never in the agent's process."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent_client.errors import ModelError
from agent_client.trust import Statement
from sandbox.contract import (
    Explore,
    Explored,
    FindPlan,
    Inputs,
    Outcome,
    OutcomeKind,
    PlanFound,
    PredictStates,
    ReplayPlan,
    ReplayStep,
    Sandbox,
    SandboxUnavailableError,
    Session,
    Task,
    Verdict,
    Why,
)
from sandbox.data.records import Success
from sandbox.limits import Limits
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.sights import Sights
from sandbox.runtime.state import State

_LOAD_SECONDS = 10.0


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
    """How a plan search ended, and the steps when it is ``found``.

    ``partial`` leads to what looked best where nothing was found. ``shortest``: the planner claims that no plan has
    fewer actions. ``planner`` is the one that answered. ``error`` is what the model did wrong, the first of it.
    ``why`` and ``reason`` tell why its last step is worth trying, when that was sought.
    """

    verdict: Verdict
    steps: tuple[PlannedStep, ...] = ()
    nodes: int = 0
    reason: str = ""
    error: str = ""
    partial: tuple[Action, ...] = ()
    shortest: bool = False
    planner: str = ""
    why: Why | None = None

    @property
    def knows_goal(self) -> bool:
        """Whether the model has a reward rule for the goal."""
        return not self.error.startswith("UnknownGoal")


@dataclass(frozen=True)
class PlanSettings:
    """Budgets of plan searches. Nodes, which are distinct states, decide; seconds are a cap."""

    nodes: int = 20_000
    quick_nodes: int = 2_000  # for a first look
    explore_nodes: int = 5_000
    near_nodes: int = 300  # in which it is looked for what was done least
    seconds: float = 60.0
    planner: str = "auto"  # see docs/planning.md

    def limits(self) -> Limits:
        """The limits of the process that plans."""
        return Limits(wall_seconds=self.seconds, cpu_seconds=math.ceil(self.seconds))


class LoadedModel:
    """A model that answers; made by :func:`agent_client.loading.load`, and a context manager. For one thread at a time.

    Its process (a jail) is started by the first call and stays; each call runs in a child that is forked in there
    with nothing but the model and that call's state, so no call spoils the next. What the model does wrong in a call,
    such as to raise, to end its process or never to end, is told by the ``error`` of what is returned.

    ``statement`` is what its certificate says, None without one. ``owned`` is a sandbox that is closed along.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        source: str,
        schemas: Sequence[ActionSchema],
        success: Success,
        settings: PlanSettings | None = None,
        *,
        statement: Statement | None = None,
        owned: Sandbox | None = None,
    ) -> None:
        self.source = source
        self.schemas = tuple(schemas)
        self.success = success
        self.statement = statement
        self.isolation = sandbox.isolation
        self._sandbox = sandbox
        self._settings = settings or PlanSettings()
        self._owned = owned
        self._session: Session | None = None
        self._at: tuple[State, str] | None = None
        self._closed = False

    def warm_up(self) -> None:
        """Starts the model's process and loads the model in it once, to see that it loads.

        Raises:
            ModelError: it does not load, or its process cannot be had.
        """
        quickly = min(_LOAD_SECONDS, self._settings.seconds)
        outcome = self._asked(None, PredictStates(), replace(self._settings.limits(), wall_seconds=quickly))
        if outcome.kind is not OutcomeKind.OK:
            raise ModelError(f"the model does not load: {_why(outcome)}")

    def __enter__(self) -> "LoadedModel":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def plan(
        self,
        state: State,
        goal: str,
        *,
        quick: bool = False,
        planner: str = "",
        unsure: str = "hopeful",
        seed: int = 0,
    ) -> Plan:
        """A plan from ``state`` to success, with what the model predicts along it; ``quick`` is a first look only.

        ``planner`` (empty: that of the settings), ``unsure`` and ``seed`` are told at
        :class:`sandbox.contract.FindPlan` and in docs/planning.md.

        Raises:
            ModelError: the model does not load or is closed, or its process cannot be had.
            ValueError: no planner, or no way to treat the uncertain, has this name.
        """
        nodes = min(self._settings.quick_nodes, self._settings.nodes) if quick else self._settings.nodes
        planner = planner or self._settings.planner
        return self._search(state, goal, FindPlan(0, nodes, *self._test, planner=planner, unsure=unsure, seed=seed))

    def explore(
        self,
        state: State,
        goal: str,
        skip: frozenset[str] = frozenset(),
        *,
        rivals: Sequence[str] = (),
        tried: Sequence[tuple[State, Action]] | None = None,
        sights: Sights | None = None,
        near: bool = False,
    ) -> Plan:
        """A plan to what is worth trying most, its last step; ``why`` and ``reason`` tell why.

        That is what tells the model and its ``rivals`` (programs that fit as well) apart, else the nearest state and
        action that the model calls uncertain for a reason not in ``skip``, else, where ``tried`` tells what was done so
        far, what was done least. Where ``sights`` tell what was met, it is instead a plan to what was not. ``near``:
        within a few steps.

        Raises:
            ModelError: the model does not load or is closed, or its process cannot be had.
        """
        marks = None if tried is None else tuple((seen.fingerprint(), action) for seen, action in tried)
        nodes = self._settings.near_nodes if near else self._settings.explore_nodes
        outcome = self._run(state, goal, Explore(0, nodes, skip, tuple(rivals), marks, sights))
        found = outcome.value
        if not isinstance(found, Explored):
            return Plan(Verdict.OPEN, error=_why(outcome))
        steps = self.replay(state, goal, found.actions)
        error = found.error or ""
        return Plan(found.verdict, steps, found.nodes, found.reason, error, planner="bfs", why=found.why)

    def predict(self, state: State, goal: str, action: Action) -> PlannedStep:
        """What the model says that one action does.

        Raises:
            ModelError: the model does not load or is closed, or its process cannot be had.
        """
        steps = self.replay(state, goal, (action,))
        return steps[0] if steps else PlannedStep(action, state, error="the model predicted nothing")

    def replay(self, state: State, goal: str, actions: Sequence[Action]) -> tuple[PlannedStep, ...]:
        """What the model says that these actions do, one after the other; up to the one on which it fails.

        Raises:
            ModelError: the model does not load or is closed, or its process cannot be had.
        """
        outcome = self._run(state, goal, ReplayPlan(0, tuple(actions)))
        if not isinstance(outcome.value, list):
            return (PlannedStep(actions[0], state, error=_why(outcome)),) if actions else ()
        return _steps(state, actions, [step for step in outcome.value if isinstance(step, ReplayStep)])

    def close(self) -> None:
        """Ends the model's process, for good. Closing twice does nothing."""
        self._closed = True
        self._end_session()
        owned, self._owned = self._owned, None
        if owned is not None:
            owned.close()

    @property
    def looks_further(self) -> bool:
        """Whether a search that is not quick visits more than one that is."""
        return self._settings.nodes > self._settings.quick_nodes

    @property
    def _test(self) -> tuple[float, bool]:
        return self.success.reward_above, self.success.needs_done

    def _search(self, state: State, goal: str, task: FindPlan) -> Plan:
        outcome = self._run(state, goal, task)
        found = outcome.value
        if not isinstance(found, PlanFound):
            return Plan(Verdict.OPEN, error=_why(outcome))
        ended = Plan(
            found.verdict,
            nodes=found.nodes,
            error=found.error or "",
            partial=found.partial,
            shortest=found.shortest,
            planner=found.planner,
        )
        if found.verdict is not Verdict.FOUND:
            return ended
        steps = self.replay(state, goal, found.actions)
        if self._succeeds(steps, len(found.actions)):
            return replace(ended, steps=steps)
        error = next((step.error for step in steps if step.error), "it does not end in success")
        return Plan(Verdict.OPEN, nodes=found.nodes, error=f"the plan that was found does not hold: {error}")

    def _succeeds(self, steps: Sequence[PlannedStep], wanted: int) -> bool:
        whole = len(steps) == wanted and not any(step.error for step in steps)
        return whole and self.success.holds(steps[-1].reward, steps[-1].done)

    def _run(self, state: State, goal: str, task: Task) -> Outcome:
        if self._closed:
            raise ModelError("the model was closed; load it again")
        start, limits, began = (state, goal), self._settings.limits(), time.monotonic()
        outcome = self._asked(start, task, limits)
        left = limits.wall_seconds - (time.monotonic() - began)
        if outcome.kind is OutcomeKind.CRASH and left > 0:  # another's doing, perhaps: memory was short, or a kill
            outcome = self._asked(start, task, replace(limits, wall_seconds=left))
            if outcome.kind is OutcomeKind.CRASH:
                detail = f"the model's process died, and again when it was restarted: {_why(outcome)}"
                outcome = replace(outcome, detail=detail)
        if outcome.kind is OutcomeKind.LOAD_ERROR:
            raise ModelError(f"the model does not load: {outcome.detail}")
        return outcome

    def _asked(self, start: tuple[State, str] | None, task: Task, limits: Limits) -> Outcome:
        try:
            return self._at_start(start).run(task, self.source, limits)
        except SandboxUnavailableError as error:
            self._end_session()
            raise ModelError(f"the model's process cannot be had: {error}") from error

    def _at_start(self, start: tuple[State, str] | None) -> Session:
        """The session, given this start and nothing else."""
        if self._session is not None and self._at == start:
            return self._session
        inputs = Inputs()
        if start is not None:
            state, goal = start
            inputs = Inputs(states=(state.copy(),), starts=((0, goal),), schemas=self.schemas)
            start = (state.copy(), goal)
        if self._session is None:
            self._session = self._sandbox.open(inputs)
        else:
            self._session.load(inputs)
        self._at = start
        return self._session

    def _end_session(self) -> None:
        session, self._session, self._at = self._session, None, None
        if session is not None:
            session.close()


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
