"""Episodes and steps: acting in the environment, comparing with what was predicted, and keeping count."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from agent_client.adapters.base import Environment, Offering
from agent_client.belief import Belief
from agent_client.errors import EnvironmentFailedError
from agent_client.events import EpisodeEnded, EpisodeStarted, Observer, Stepped
from agent_client.experience import Experience
from agent_client.explore import Move
from agent_client.planning import PlannedStep
from agent_client.result import EpisodeResult, PlayResult
from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action, ground
from sandbox.runtime.state import State

T = TypeVar("T")


@dataclass
class Episode:
    """The episode that is being played; ``over`` is why it ended, empty while it lasts."""

    number: int
    goal: str
    state: State
    start: Start
    steps: int = 0
    reward: float = 0.0
    surprises: int = 0
    guessed: int = 0  # guesses in a row
    over: str = ""


class Stepper:
    """Acts in one environment. What is seen goes to ``experience``, what it comes to into ``result``."""

    def __init__(self, env: Environment, experience: Experience, result: PlayResult, observer: Observer) -> None:
        self._env = env
        self._experience = experience
        self._result = result
        self._observer = observer

    def begin(self, number: int, seed: int) -> Episode:
        """Begins an episode.

        Raises:
            EnvironmentFailedError: the environment raised.
        """
        state, goal = self._guarded("reset", lambda: self._env.reset(seed))
        episode = Episode(number, goal, state, Start(state, goal))
        self._experience.begin(episode.start)
        self._observer(EpisodeStarted(number, seed, goal, state))
        return episode

    def end(self, episode: Episode) -> None:
        """Counts an episode that is over."""
        result, solved = self._result, episode.over == "solved"
        result.abandoned += episode.over == "abandoned"
        result.episodes.append(EpisodeResult(solved, episode.steps, episode.reward, episode.over, episode.surprises))
        if solved and result.first_solved is None:
            result.first_solved = result.steps
        self._observer(EpisodeEnded(episode.number, solved, episode.steps, episode.reward, episode.over))

    def act(
        self, episode: Episode, action: Action, move: Move, predicted: PlannedStep | None, belief: Belief | None
    ) -> bool:
        """Takes one step and compares it with the prediction, if there is one; True when it was a surprise.

        Raises:
            EnvironmentFailedError: the environment raised.
        """
        offered = self._offered()
        outcome = self._guarded("step", lambda: self._env.step(action))
        row = outcome.row(episode.state, action, episode.goal, episode.number, episode.steps)
        row = replace(row, available=offered)
        self._experience.add(row)
        surprise = belief.compare(predicted, row) if belief is not None and predicted is not None else None
        self._count(episode, row, surprised=surprise is not None)
        number = self._result.steps
        self._observer(Stepped(number, action, row.reward, row.done, outcome.truncated, row.next_state, move, surprise))
        return surprise is not None

    @property
    def offers(self) -> bool:
        """Whether the environment tells which actions apply."""
        return isinstance(self._env, Offering)

    def actions(self, state: State) -> list[Action]:
        """The actions that the environment offers in the state it is in, else all of the world.

        Raises:
            EnvironmentFailedError: there is none, or the environment raised.
        """
        offered = self._offered()
        actions = list(ground(self._env.world.actions, state) if offered is None else offered)
        if not actions:
            raise EnvironmentFailedError(
                f"{self._env.name} offers no action in this state; its action schemas are wrong"
            )
        return actions

    def _offered(self) -> tuple[Action, ...] | None:
        """What the environment says that applies now, if it does."""
        env = self._env
        return self._guarded("available", env.available) if isinstance(env, Offering) else None

    def _count(self, episode: Episode, row: Transition, *, surprised: bool) -> None:
        result, success = self._result, self._env.world.success
        episode.state = row.next_state
        episode.steps += 1
        episode.reward += row.reward
        episode.surprises += surprised
        result.steps += 1
        result.surprises += surprised
        if row.reward > success.reward_above and result.first_reward is None:
            result.first_reward = result.steps
        if success.holds(row.reward, row.done):
            episode.over = "solved"
        elif row.done or row.truncated:
            episode.over = "ended" if row.done else "truncated"

    def _guarded(self, what: str, call: Callable[[], T]) -> T:
        try:
            return call()
        except Exception as error:
            raise EnvironmentFailedError(
                f"the environment {self._env.name} failed in {what} after {self._result.steps} steps: "
                f"{type(error).__name__}: {error}"
            ) from error
