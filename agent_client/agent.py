"""The agent: explore, submit, synthesise, plan, act, compare; until enough episodes are solved.

A turn (:meth:`Agent._turn`) makes one decision and carries it out. Without a model it tries actions until there is
enough to learn from. With one it plans to success and acts along the plan; where there is no plan it goes where the
model is unsure. Every step is compared with what the model said; the first surprise stops the plan and leads to another
model. The rules of decision are pure functions in :mod:`agent_client.explore`.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from agent_client.adapters.base import Environment
from agent_client.belief import Belief
from agent_client.errors import EnvironmentFailedError, WorldsmithError
from agent_client.events import (
    EpisodeEnded,
    EpisodeStarted,
    Exploring,
    Guessing,
    Observer,
    Planned,
    Purpose,
    Stepped,
)
from agent_client.experience import Experience
from agent_client.explore import (
    ExploreSettings,
    Move,
    Situation,
    decide,
    guesses,
    pick_action,
    pick_first,
    ready_for_first,
    wait_after,
)
from agent_client.learning import Learner
from agent_client.planning import LoadedModel, Plan, PlannedStep, PlanSettings
from agent_client.result import EpisodeResult, PlayResult
from agent_client.types import Model
from sandbox.contract import Sandbox, Verdict
from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action, ground
from sandbox.runtime.state import State

T = TypeVar("T")


@dataclass(frozen=True)
class PlaySettings:
    """How long to play, and how. ``max_steps`` bounds the steps of all episodes together."""

    episodes: int = 1
    seed: int = 0
    max_steps: int = 5000
    explore: ExploreSettings = field(default_factory=ExploreSettings)
    plan: PlanSettings = field(default_factory=PlanSettings)


@dataclass
class _Episode:
    """The episode that is being played."""

    number: int
    goal: str
    state: State
    start: Start
    steps: int = 0
    reward: float = 0.0
    guessed: int = 0  # guesses in a row
    over: str = ""  # why it ended


class Agent:
    """Plays one environment and learns it meanwhile. Closing environment, learner and sandbox is the caller's."""

    def __init__(
        self,
        *,
        env: Environment,
        learner: Learner,
        sandbox: Sandbox,
        settings: PlaySettings,
        observer: Observer,
        model: Model | None = None,
    ) -> None:
        self._env = env
        self._learner = learner
        self._sandbox = sandbox
        self._settings = settings
        self._observer = observer
        self._rng = random.Random(settings.seed)  # noqa: S311 - exploration, not secrets
        self._experience = Experience()
        self._starts: set[str] = set()
        self._failures = 0  # syntheses in a row whose model did not fit
        self._learned_at = 0  # rows at the last synthesis
        self._result = PlayResult(env.name, settings.episodes)
        self._episode: _Episode
        self._belief: Belief | None = None
        if model is not None:
            self._belief = self._believe(model)

    def run(self) -> PlayResult:
        """Plays until enough episodes are solved, or the steps are spent, or Ctrl-C.

        Raises:
            EnvironmentFailedError: the environment raised. What was seen before it is submitted.
            WorldsmithError: the server refused or is gone, or a model cannot be trusted or used.
        """
        began = time.monotonic()
        try:
            while not self._is_over():
                self._play_episode(len(self._result.episodes) + 1)
            self._learner.submit(self._experience)
        except KeyboardInterrupt:
            self._result.interrupted = True
            self._save()
        except EnvironmentFailedError:
            self._save()
            raise
        finally:
            if self._belief is not None:
                self._belief.close()
        self._result.seconds = time.monotonic() - began
        return self._totalled()

    # --- episodes --------------------------------------------------------------------------------------------

    def _is_over(self) -> bool:
        return len(self._result.counted) >= self._settings.episodes or self._is_spent()

    def _is_spent(self) -> bool:
        return self._result.steps >= self._settings.max_steps

    def _play_episode(self, number: int) -> None:
        seed = self._settings.seed + number - 1
        state, goal = self._guarded("reset", lambda: self._env.reset(seed))
        episode = self._episode = _Episode(number, goal, state, Start(state, goal))
        self._experience.begin(episode.start)
        self._starts.add(episode.start.digest())
        self._observer(EpisodeStarted(number, seed, goal, state))
        while not episode.over:
            if self._is_spent():
                episode.over = "out of steps"
            else:
                self._turn()
        solved = episode.over == "solved"
        self._result.abandoned += episode.over == "abandoned"
        self._result.episodes.append(EpisodeResult(solved, episode.steps, episode.reward, episode.over))
        if solved and self._result.first_solved is None:
            self._result.first_solved = self._result.steps
        self._observer(EpisodeEnded(number, solved, episode.steps, episode.reward, episode.over))

    # --- decisions -------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        belief, seen = self._belief, self._experience
        if belief is None:
            ready = ready_for_first(seen.distinct, seen.changed, seen.steps, self._settings.explore)
            if ready and self._may_learn():
                self._learn("enough was seen for a first model")
            else:
                self._act(pick_first(self._actions(), seen.tried, self._rng), None, Purpose.TRY)
        elif belief.surprised and self._may_learn():
            self._learn("the model was surprised")
        else:
            self._turn_with(belief)

    def _turn_with(self, belief: Belief) -> None:
        episode = self._episode
        plan, question = self._look_ahead(belief)
        self._observer(Planned(plan))
        move = decide(self._situation(belief, plan, question), self._settings.explore)
        if move is not Move.GUESS:
            episode.guessed = 0
        if move is Move.FOLLOW:
            self._follow(plan.steps, Purpose.PLAN)
        elif move is Move.ASK:
            self._observer(Exploring(question))
            self._follow(question.steps, Purpose.EXPLORE)
            belief.note_answer(question.reason)
        elif move is Move.LEARN:
            self._learn(_why(belief, plan))
        elif move is Move.ABANDON:
            episode.over = "abandoned"
        else:
            self._guess(belief, plan)

    def _look_ahead(self, belief: Belief) -> tuple[Plan, Plan]:
        """A plan to success, and one to the nearest open question.

        A model of which no plan is known, or whose states are too many, may spread without end; while it has questions
        left, a quick look for a plan is enough.
        """
        state, goal = self._episode.state, self._episode.goal
        quick = belief.spreads or not belief.hopeful
        plan = belief.plan(state, goal, quick=quick)
        if plan.verdict is Verdict.FOUND:
            return plan, plan
        question = belief.question(state, goal)
        if plan.verdict is Verdict.OPEN and question.verdict is not Verdict.FOUND and quick:
            plan = belief.plan(state, goal)
        return plan, question

    def _situation(self, belief: Belief, plan: Plan, question: Plan) -> Situation:
        episode = self._episode
        return Situation(
            verdict=plan.verdict,
            has_question=question.verdict is Verdict.FOUND and bool(question.steps),
            new_rows=self._experience.distinct - belief.rows,
            new_start=not belief.knows_start(episode.start),
            answered=belief.answers,
            may_learn=self._may_learn(),
            steps=episode.steps,
            knows_goal=plan.knows_goal,
        )

    def _may_learn(self) -> bool:
        rows, wait = self._experience.distinct, wait_after(self._failures, self._settings.explore)
        return rows > 0 and rows - self._learned_at >= wait

    # --- acting ----------------------------------------------------------------------------------------------

    def _follow(self, steps: Sequence[PlannedStep], purpose: Purpose) -> None:
        """Acts along a plan until it is done, or the first surprise."""
        for planned in steps:
            if self._act(planned.action, planned, purpose) or self._episode.over or self._is_spent():
                return

    def _guess(self, belief: Belief, plan: Plan) -> None:
        episode, settings = self._episode, self._settings.explore
        for _ in range(guesses(episode.guessed, settings)):
            state = episode.state
            tried = self._experience.tried_in(state)
            action = pick_action(self._actions(), tried, self._experience.tried, self._rng, settings.epsilon)
            episode.guessed += 1
            self._observer(Guessing(plan.verdict, action))
            predicted = belief.predict(state, episode.goal, action)
            if self._act(action, predicted, Purpose.TRY) or episode.over or self._is_spent():
                return

    def _act(self, action: Action, predicted: PlannedStep | None, purpose: Purpose) -> bool:
        """Takes one step and compares it with the prediction, if there is one; True when it was a surprise."""
        episode, result = self._episode, self._result
        before = episode.state
        outcome = self._guarded("step", lambda: self._env.step(action))
        row = Transition(
            state=before,
            action=action,
            reward=outcome.reward,
            next_state=outcome.state,
            goal=episode.goal,
            done=outcome.done,
            truncated=outcome.truncated and not outcome.done,
            episode=str(episode.number),
            step=episode.steps,
        )
        self._experience.add(row)
        surprise = self._belief.compare(predicted, row) if self._belief and predicted else None
        episode.state = outcome.state
        episode.steps += 1
        episode.reward += outcome.reward
        result.steps += 1
        result.surprises += surprise is not None
        success = self._env.world.success
        if outcome.reward > success.reward_above and result.first_reward is None:
            result.first_reward = result.steps
        if success.holds(outcome.reward, outcome.done):
            episode.over = "solved"
        elif outcome.done or outcome.truncated:
            episode.over = "ended" if outcome.done else "truncated"
        self._observer(
            Stepped(
                result.steps,
                action,
                outcome.reward,
                outcome.done,
                outcome.truncated,
                outcome.state,
                purpose,
                surprise,
            )
        )
        return surprise is not None

    def _actions(self) -> list[Action]:
        actions = list(ground(self._env.world.actions, self._episode.state))
        if not actions:
            raise EnvironmentFailedError(
                f"{self._env.name} offers no action in this state; its action schemas are wrong"
            )
        return actions

    def _guarded(self, what: str, call: Callable[[], T]) -> T:
        try:
            return call()
        except Exception as error:
            raise EnvironmentFailedError(
                f"the environment {self._env.name} failed in {what} after {self._result.steps} steps: "
                f"{type(error).__name__}: {error}"
            ) from error

    # --- learning --------------------------------------------------------------------------------------------

    def _learn(self, why: str) -> None:
        before = self._belief.model if self._belief is not None else None
        self._learned_at = self._experience.distinct
        model = self._learner.synthesise(self._experience, why, before)
        fits = model is not None and model.evaluation.fit >= 1
        self._failures = 0 if fits else self._failures + 1
        if model is not None:
            self._belief = self._believe(model)

    def _believe(self, model: Model) -> Belief:
        """The belief in a new model; the old one's process is ended, unless the text is the same."""
        rows, starts, old = self._experience.distinct, frozenset(self._starts), self._belief
        if old is not None and old.model.source == model.source:
            old.renew(model, rows, starts)
            return old
        if old is not None:
            old.close()
        schemas = model.actions or self._env.world.actions
        loaded = LoadedModel(self._sandbox, model.source, schemas, model.success, self._settings.plan)
        return Belief(model, loaded, rows, starts)

    # --- the end ---------------------------------------------------------------------------------------------

    def _save(self) -> None:
        """Submits what is left, as far as the server still answers."""
        try:
            self._learner.submit(self._experience)
        except WorldsmithError:
            return  # the reason for stopping is the one to tell

    def _totalled(self) -> PlayResult:
        result, totals = self._result, self._learner.totals
        result.syntheses = self._learner.syntheses
        result.provider_calls = totals.provider_calls
        result.tokens = totals.tokens
        result.model_lines = self._belief.model.lines if self._belief is not None else 0
        return result

    @property
    def model(self) -> Model | None:
        """The model in use at the end."""
        return self._belief.model if self._belief is not None else None


def _why(belief: Belief, plan: Plan) -> str:
    """Why another model is asked for."""
    if not plan.knows_goal:
        return "the model knows no such goal"
    return "there are answers to the model's questions" if belief.answers else "there is no plan"
