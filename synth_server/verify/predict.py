"""Warm sandbox sessions that hold the inputs of one set of rows, and what a program predicts in them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sandbox.contract import (
    Inputs,
    Outcome,
    OutcomeKind,
    PredictRewards,
    PredictStates,
    RewardInput,
    RewardPrediction,
    Sandbox,
    Session,
    StatePrediction,
    Task,
)
from sandbox.limits import Limits
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from synth_server.verify.parts import split
from synth_server.verify.rows import Row, StateKey
from synth_server.verify.sessions import Workers, close_all, failure, open_session, run

ANOTHER_SEED = 1  # a hash seed other than the usual 0


@dataclass(frozen=True)
class Predictions:
    """What a program predicted, one entry a row; ``load_error`` says why it could not be run at all."""

    states: Sequence[StatePrediction]
    rewards: Sequence[RewardPrediction]
    load_error: str = ""
    stdout: str = ""
    findings: tuple[str, ...] = ()
    unknown_goals: tuple[str, ...] = ()  # of the probes

    @property
    def runs(self) -> bool:
        """Whether the program predicted any next state without an error."""
        return any(prediction.error is None for prediction in self.states)


@dataclass(frozen=True)
class Probe:
    """A step to ask the reward of, only to learn whether its goal is known: nothing happens in it."""

    state: State
    action: Action
    goal: str


@dataclass
class _Batch:
    """The inputs of one session, and which rows each of them answers; ``probes`` are the goals of those that none."""

    inputs: Inputs
    task: Task
    rows: list[list[int]]
    session: Session | None = None
    probes: dict[int, str] = field(default_factory=dict)


@dataclass
class _Builder:
    """Interns states and inputs."""

    states: list[State] = field(default_factory=list)
    numbers: dict[StateKey, int] = field(default_factory=dict)
    items: dict[tuple[object, ...], int] = field(default_factory=dict)
    rows: list[list[int]] = field(default_factory=list)

    def state(self, state: State) -> int:
        number = self.numbers.setdefault(state.key(), len(self.states))
        if number == len(self.states):
            self.states.append(state)
        return number

    def answers(self, item: tuple[object, ...], row: int) -> bool:
        """Notes that this input answers the row; whether the input is new."""
        number = self.items.setdefault(item, len(self.items))
        if new := number == len(self.rows):
            self.rows.append([])
        self.rows[number].append(row)
        return new


class Predictor:
    """Holds the sessions of one set of rows: one for each part of the states, and one for the rewards.

    Sessions are opened at the first prediction, or by :meth:`open`, and stay warm until :meth:`close`. Runs block
    threads of ``workers``; closing uses others, so that it never waits for a run.
    """

    def __init__(
        self, sandbox: Sandbox, rows: Sequence[Row], workers: Workers, seed: int = 0, probes: Sequence[Probe] = ()
    ) -> None:
        self._sandbox = sandbox
        self._seed = seed
        self._workers = workers
        self._count = len(rows)
        self._batches = [_state_batch(rows, part) for part in split(rows) or [[]]] + [_reward_batch(rows, probes)]
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Opens the sessions that are not open yet.

        Raises:
            SandboxUnavailableError: none can be started.
        """
        async with self._opening:
            missing = [batch for batch in self._batches if batch.session is None]
            results = await asyncio.gather(*(self._open(batch) for batch in missing), return_exceptions=True)
            for result in results:
                if isinstance(result, BaseException):
                    raise result

    async def predict(self, source: str, seconds: float) -> Predictions:
        """Runs the program on all rows, the parts side by side, each for at most ``seconds``.

        A program that crashes, hangs or answers nonsense gives rows with errors, never an exception. Cancelling
        ends what runs; the next prediction opens new sessions.

        Raises:
            SandboxUnavailableError: the sandbox is gone.
        """
        await self.open()
        limits = replace(Limits(), wall_seconds=seconds)
        try:
            outcomes = await asyncio.gather(*(self._run(batch, source, limits) for batch in self._batches))
        except BaseException:
            await self.close()
            raise
        return self._collect(outcomes)

    async def close(self) -> None:
        """Ends the sessions and what runs in them. Closing twice does nothing."""
        sessions = [batch.session for batch in self._batches if batch.session is not None]
        for batch in self._batches:
            batch.session = None
        await close_all(sessions)

    async def _open(self, batch: _Batch) -> None:
        batch.session = await open_session(self._sandbox, batch.inputs, self._workers, self._seed)

    async def _run(self, batch: _Batch, source: str, limits: Limits) -> Outcome:
        if batch.session is None:
            return Outcome(OutcomeKind.CLOSED)
        return await run(batch.session, batch.task, source, limits, self._workers)

    def _collect(self, outcomes: Sequence[Outcome]) -> Predictions:
        states = [StatePrediction(error="no prediction")] * self._count
        rewards = [RewardPrediction(error="no prediction")] * self._count
        for batch, outcome in zip(self._batches[:-1], outcomes, strict=False):
            for answers, prediction in zip(batch.rows, _states(outcome, len(batch.rows)), strict=True):
                for row in answers:
                    states[row] = prediction
        batch, outcome = self._batches[-1], outcomes[-1]
        answered = _rewards(outcome, len(batch.rows))
        for answers, reward in zip(batch.rows, answered, strict=True):
            for row in answers:
                rewards[row] = reward
        unknown = tuple(goal for number, goal in batch.probes.items() if answered[number].unknown_goal)
        load_error = next((o.detail or "cannot be loaded" for o in outcomes if o.kind is OutcomeKind.LOAD_ERROR), "")
        return Predictions(
            states,
            rewards,
            load_error,
            next((outcome.stdout for outcome in outcomes if outcome.stdout), ""),
            tuple(dict.fromkeys(finding for outcome in outcomes for finding in outcome.findings)),
            unknown,
        )


def _states(outcome: Outcome, count: int) -> list[StatePrediction]:
    value = outcome.value
    if outcome.kind is OutcomeKind.OK and isinstance(value, list) and len(value) == count:
        return [item if isinstance(item, StatePrediction) else StatePrediction(error="malformed") for item in value]
    return [StatePrediction(error=failure(outcome))] * count


def _rewards(outcome: Outcome, count: int) -> list[RewardPrediction]:
    value = outcome.value
    if outcome.kind is OutcomeKind.OK and isinstance(value, list) and len(value) == count:
        return [item if isinstance(item, RewardPrediction) else RewardPrediction(error="malformed") for item in value]
    return [RewardPrediction(error=failure(outcome))] * count


def _state_batch(rows: Sequence[Row], part: Sequence[int]) -> _Batch:
    builder = _Builder()
    transitions: list[tuple[int, Action]] = []
    for position in part:
        row = rows[position]
        state = builder.state(row.transition.state)
        if builder.answers((state, row.action), position):
            transitions.append((state, row.transition.action))
    return _Batch(Inputs(states=builder.states, transitions=transitions), PredictStates(), builder.rows)


def _reward_batch(rows: Sequence[Row], probes: Sequence[Probe]) -> _Batch:
    builder = _Builder()
    rewards: list[RewardInput] = []
    for position, row in enumerate(rows):
        step = row.transition
        state, next_state = builder.state(step.state), builder.state(step.next_state)
        if builder.answers((state, row.action, next_state, step.goal), position):
            rewards.append(RewardInput(state, step.action, next_state, step.goal))
    goals: dict[int, str] = {}
    for probe in probes:
        goals[len(rewards)] = probe.goal
        builder.rows.append([])
        state = builder.state(probe.state)
        rewards.append(RewardInput(state, probe.action, state, probe.goal))
    inputs = Inputs(states=builder.states, rewards=rewards)
    return _Batch(inputs, PredictRewards(), builder.rows, probes=goals)
