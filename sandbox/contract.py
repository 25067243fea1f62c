"""What every sandbox backend offers, and what it answers.

A :class:`Sandbox` hands out sessions. A :class:`Session` is one warm parent process that was given inputs and
nothing else; each task forks a fresh child from it, in which the untrusted program runs, and which is thrown
away. Calls block; an asynchronous caller uses a thread. Closing a session from another thread ends a running
task at once, with outcome ``closed``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from sandbox.limits import Limits
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.planners import check_names
from sandbox.runtime.sights import Sights
from sandbox.runtime.state import Object, State


class SandboxUnavailableError(RuntimeError):
    """No sandbox can be had (no Docker daemon, no image, gone in the middle); the text says what to do."""


@dataclass(frozen=True)
class Isolation:
    """How strong a backend is: its level, and one honest sentence on what it does not stop."""

    level: str
    note: str


# --- what a session is given ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class RewardInput:
    """One row to predict the reward of: indices into ``Inputs.states``."""

    state: int
    action: Action
    next_state: int
    goal: str


@dataclass(frozen=True)
class Inputs:
    """All that a session's processes will ever see of the data. Expected answers are never among it.

    ``transitions`` are (state index, action); ``starts`` are (state index, goal).
    """

    states: Sequence[State] = ()
    transitions: Sequence[tuple[int, Action]] = ()
    rewards: Sequence[RewardInput] = ()
    starts: Sequence[tuple[int, str]] = ()
    schemas: Sequence[ActionSchema] = ()


# --- what a session can be asked -----------------------------------------------------------------------------


@dataclass(frozen=True)
class PredictStates:
    """Run ``transition`` on every row of ``Inputs.transitions``: list of :class:`StatePrediction`."""


@dataclass(frozen=True)
class PredictRewards:
    """Run ``reward`` on every row of ``Inputs.rewards``: list of :class:`RewardPrediction`."""


@dataclass(frozen=True)
class FindPlan:
    """Search a plan from start number ``start`` to success (docs/planning.md): a :class:`PlanFound`.

    ``planner`` is one of :data:`sandbox.runtime.planners.PLANNERS`. ``unsure`` says whether what the model calls
    uncertain is followed (``hopeful``) or not (``walls``); ``seed`` fixes what the planner draws at random.

    Raises:
        ValueError: no planner, or no way to treat the uncertain, has this name.
    """

    start: int
    nodes: int
    reward_above: float = 0.0
    needs_done: bool = True
    planner: str = "auto"
    unsure: str = "hopeful"
    seed: int = 0

    def __post_init__(self) -> None:
        check_names(self.planner, self.unsure)


@dataclass(frozen=True)
class Explore:
    """Search from start number ``start`` for what is worth trying (docs/planning.md): an :class:`Explored`.

    That is the action of which the program and its ``rivals``, programs of others, predict the most different things;
    or the nearest of which ``uncertain`` gives a reason that is not in ``skip``; or, where ``tried`` tells fingerprints
    of states and the actions taken in them so far, the one that was taken least. Where there are ``sights``, it is
    instead the way to a state of a sight that was not met.
    """

    start: int
    nodes: int
    skip: frozenset[str] = frozenset()
    rivals: tuple[str, ...] = ()
    tried: tuple[tuple[int, Action], ...] | None = None
    sights: Sights | None = None


@dataclass(frozen=True)
class ReplayPlan:
    """Run the actions from start number ``start``: list of :class:`ReplayStep`."""

    start: int
    actions: tuple[Action, ...]


Task = PredictStates | PredictRewards | FindPlan | Explore | ReplayPlan


# --- what comes back -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StatePrediction:
    """The predicted next state as a difference from the row's state, or the error that the program raised."""

    removed: tuple[Object, ...] = ()
    added: tuple[Object, ...] = ()
    uncertain: str | None = None
    error: str | None = None

    def apply(self, state: State) -> State:
        """The predicted next state."""
        result = state.copy()
        for obj in self.removed:
            result.remove(obj)
        for obj in self.added:
            result.add(obj)
        return result


@dataclass(frozen=True)
class RewardPrediction:
    """Reward and done, or the error; ``unknown_goal`` when the program raised UnknownGoal."""

    reward: float = 0.0
    done: bool = False
    error: str | None = None
    unknown_goal: bool = False


class Verdict(StrEnum):
    """How a plan search ended (section "Verdicts" of docs/planning.md)."""

    FOUND = "found"
    REFUTED = "refuted"  # the reachable space is exhausted
    OPEN = "open"  # the node budget, or the time, is spent


@dataclass(frozen=True)
class PlanFound:
    """The answer to :class:`FindPlan`. ``actions`` is empty unless found.

    ``partial`` is empty when found, else the way to what looked best, for somebody who repairs the model.
    ``shortest``: the planner claims that no plan has fewer actions. ``planner`` is the one that answered.
    """

    verdict: Verdict
    actions: tuple[Action, ...] = ()
    nodes: int = 0
    error: str | None = None  # the first error that the program raised during the search
    partial: tuple[Action, ...] = ()
    shortest: bool = False
    planner: str = ""


class Why(StrEnum):
    """Why something is worth trying."""

    RIVALS = "rivals"  # programs that fit predict different outcomes
    DOUBT = "doubt"  # the model says that its prediction is a guess
    UNSEEN = "unseen"  # it was hardly ever taken
    UNMET = "unmet"  # it leads to a sight that was never met
    UNTOLD = "untold"  # it is offered, though the model does not say so


@dataclass(frozen=True)
class Explored:
    """The answer to :class:`Explore`. ``actions`` is empty unless found; the last one is what is worth trying.

    ``reason`` says why, in words. ``apart`` counts the outcomes that programs predict of it, 1 if they agree.
    """

    verdict: Verdict
    actions: tuple[Action, ...] = ()
    nodes: int = 0
    why: Why | None = None
    reason: str = ""
    apart: int = 0
    error: str | None = None  # the first error that the program raised during the search


@dataclass(frozen=True)
class ReplayStep:
    """One step of a replay: the change of the state, reward and done; or the error that ended it."""

    prediction: StatePrediction
    reward: RewardPrediction
    uncertain: str | None = None


class OutcomeKind(StrEnum):
    """How a child ended."""

    OK = "ok"
    LOAD_ERROR = "load_error"  # the program does not compile, or raised while it was loaded, or lacks a function
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"  # ended early, by a signal or by itself
    OUTPUT = "output"  # returned more than it may
    MALFORMED = "malformed"  # returned what is no answer to the task
    CLOSED = "closed"  # the session was closed meanwhile


Result = list[StatePrediction] | list[RewardPrediction] | PlanFound | Explored | list[ReplayStep] | None


@dataclass(frozen=True)
class Outcome:
    """What a task gave. ``value`` is None unless ``kind`` is OK; its type follows the task."""

    kind: OutcomeKind
    value: Result = None
    detail: str = ""
    stdout: str = ""
    seconds: float = 0.0
    findings: tuple[str, ...] = field(default=())


class Session(Protocol):
    """One warm parent with its inputs."""

    def run(self, task: Task, source: str, limits: Limits | None = None) -> Outcome:
        """Runs one task on one program in a fresh child.

        Raises:
            SandboxUnavailableError: the backend is gone. A program, however hostile, never causes this.
        """
        ...

    def load(self, inputs: Inputs) -> None:
        """Replaces the inputs by others of the same tenant, in a new warm parent; nothing of the former stays.

        Raises:
            SandboxUnavailableError: the backend is gone.
        """
        ...

    def close(self) -> None:
        """Ends the session and whatever runs in it. Closing twice does nothing."""
        ...


class Sandbox(Protocol):
    """A backend."""

    isolation: Isolation

    def open(self, inputs: Inputs, seed: int = 0) -> Session:
        """A session of its own for these inputs, in processes with this hash seed (``PYTHONHASHSEED``).

        Another seed than 0 shows what of a program depends on the order of sets; its processes start when asked for.

        Raises:
            SandboxUnavailableError: none can be started.
        """
        ...

    def close(self) -> None:
        """Ends every session and removes what the backend started."""
        ...
