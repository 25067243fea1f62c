"""The agent: explore, submit, synthesise, plan, act, compare; until enough episodes are solved.

A turn (:meth:`Agent._turn`) makes one decision, tells it, and carries it out; :func:`agent_client.explore.decide` is
the state machine that makes it. Every step is compared with what the model said; the first surprise stops the plan and
leads to another model.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent_client.adapters.base import Environment
from agent_client.belief import Belief
from agent_client.errors import EnvironmentFailedError, WorldsmithError
from agent_client.events import Decided, Observer, Planned
from agent_client.experience import Experience
from agent_client.explore import (
    Decision,
    ExploreSettings,
    Move,
    Outlook,
    Situation,
    decide,
    guesses,
    pick_action,
    pick_first,
    pick_rare,
    ready_for_first,
    wait_after,
)
from agent_client.learning import Learner
from agent_client.outlook import ModelOutlook
from agent_client.planning import LoadedModel, Plan, PlannedStep, PlanSettings
from agent_client.result import PlayResult
from agent_client.stepping import Episode, Stepper
from agent_client.types import Model
from sandbox.contract import Sandbox, Why
from sandbox.runtime.actions import Action


@dataclass(frozen=True)
class PlaySettings:
    """How long to play, and how. ``max_steps`` bounds the steps of all episodes together."""

    episodes: int = 1
    seed: int = 0
    max_steps: int = 5000
    explore: ExploreSettings = field(default_factory=ExploreSettings)
    plan: PlanSettings = field(default_factory=PlanSettings)


class Agent:
    """Plays one environment and learns it meanwhile. Closing environment, learner and sandbox is the caller's.

    ``model`` is what to begin with, ``stored`` how many transitions the server holds already.
    """

    def __init__(
        self,
        *,
        env: Environment,
        learner: Learner,
        sandbox: Sandbox,
        settings: PlaySettings,
        observer: Observer,
        model: Model | None = None,
        stored: int = 0,
    ) -> None:
        self._env = env
        self._learner = learner
        self._sandbox = sandbox
        self._settings = settings
        self._observer = observer
        self._rng = random.Random(settings.seed)  # noqa: S311 - exploration, not secrets
        self._experience = Experience(stored)
        self._starts: set[str] = set()
        self._failures = 0  # syntheses in a row whose model did not fit
        self._vain = 0  # syntheses since a model had a plan
        self._learned_at = 0  # rows at the last synthesis
        self._astray = False  # the model fits and yet misleads about what is offered: it is nothing to begin with
        self._result = PlayResult(env.name, settings.episodes)
        self._stepper = Stepper(env, self._experience, self._result, observer)
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
                self._learner.submit(self._experience)  # so that a server that dies later loses none of it
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

    def _is_over(self) -> bool:
        return len(self._result.counted) >= self._settings.episodes or self._is_spent()

    def _is_spent(self) -> bool:
        return self._result.steps >= self._settings.max_steps

    def _play_episode(self, number: int) -> None:
        episode = self._stepper.begin(number, self._settings.seed + number - 1)
        self._starts.add(episode.start.digest())
        while not episode.over:
            if self._is_spent():
                episode.over = "out of steps"
            else:
                self._turn(episode)
        self._stepper.end(episode)

    # --- a turn ----------------------------------------------------------------------------------------------

    def _turn(self, episode: Episode) -> None:
        now = self._situation(episode)
        decision = decide(now, self._outlook(episode), self._settings.explore)
        self._observer(Decided(decision))
        if self._belief is not None and decision.move in (Move.SEEK, Move.GUESS) and not now.barren:
            self._belief.barren = (episode.number, episode.steps)
        if decision.move is not Move.GUESS:
            episode.guessed = 0
        match decision.move:
            case Move.LEARN:
                self._astray = self._astray or (now.offers and not now.surprised and not now.new_start)
                self._learn(decision.reason)
            case Move.ABANDON:
                episode.over = "abandoned"
            case Move.TRY:
                action = pick_first(self._stepper.actions(episode.state), self._experience.tried, self._rng)
                self._stepper.act(episode, action, Move.TRY, None, None)
                if self._belief is not None:
                    self._belief.surprised = True  # the model knows nothing of what was never done
            case Move.GUESS:
                self._guess(episode)
            case _:
                self._follow(episode, decision)

    def _situation(self, episode: Episode) -> Situation:
        seen, belief, explore = self._experience, self._belief, self._settings.explore
        rows = seen.distinct
        may_learn = rows > 0 and rows - self._learned_at >= wait_after(self._failures, explore)
        if belief is None:
            ready = ready_for_first(rows, seen.changed, seen.steps, explore)
            return Situation(ready=ready, may_learn=may_learn, steps=episode.steps)
        return Situation(
            may_learn=may_learn,
            surprised=belief.surprised,
            new_rows=rows - belief.rows,
            new_start=not belief.knows_start(episode.start),
            answered=belief.answers,
            steps=episode.steps,
            offers=self._stepper.offers,
            news=self._stepper.offers and self._unheard(episode),
            barren=self._stepper.offers and belief.was_barren(episode.number, episode.steps - explore.look_again),
            vain=self._vain,
        )

    def _unheard(self, episode: Episode) -> bool:
        """Whether an action is offered of a name that was never taken."""
        names = {action.name for action in self._experience.tried}
        return any(action.name not in names for action in self._stepper.actions(episode.state))

    def _outlook(self, episode: Episode) -> Outlook | None:
        if self._belief is None:
            return None
        state, offered = episode.state, self._stepper.actions(episode.state) if self._stepper.offers else ()
        return ModelOutlook(self._belief, self._experience, episode.start, state, offered, self._looked)

    def _looked(self, plan: Plan) -> None:
        self._observer(Planned(plan))

    # --- acting ----------------------------------------------------------------------------------------------

    def _follow(self, episode: Episode, decision: Decision) -> None:
        """Acts along the decision's way until it is done, or the first surprise."""
        if decision.move is Move.FOLLOW:
            self._vain = 0
        steps: Sequence[PlannedStep] = decision.plan.steps if decision.plan is not None else ()
        for planned in steps:
            if self._stepper.offers and planned.action not in self._stepper.actions(episode.state):
                self._act_instead(episode, planned.action)
                break
            surprised = self._stepper.act(episode, planned.action, decision.move, planned, self._belief)
            if surprised or episode.over or self._is_spent():
                break
        if self._belief is None or decision.plan is None:
            return
        if decision.move is Move.ASK:
            self._belief.note_answer(decision.reason)
        elif decision.plan.why is Why.UNTOLD:
            self._belief.surprised = True  # what is offered is another thing than the model says

    def _act_instead(self, episode: Episode, planned: Action) -> None:
        """Another step than the planned one, which is not offered; what is offered here is learned from it."""
        seen = self._experience
        refused_in = episode.state
        action = pick_rare(self._stepper.actions(episode.state), seen.tried, seen.idle, self._rng)
        self._stepper.act(episode, action, Move.GUESS, None, None)
        self._astray = True
        if self._belief is not None:
            self._belief.note_refused(refused_in, planned)

    def _guess(self, episode: Episode) -> None:
        settings, seen = self._settings.explore, self._experience
        for _ in range(guesses(episode.guessed, settings)):
            state, belief = episode.state, self._belief
            actions = self._stepper.actions(state)
            if self._stepper.offers:
                action = pick_rare(actions, seen.tried, seen.idle, self._rng)
            else:
                action = pick_action(actions, seen.tried_in(state), seen.tried, self._rng, settings.epsilon)
            episode.guessed += 1
            predicted = belief.predict(state, episode.goal, action) if belief is not None else None
            surprised = self._stepper.act(episode, action, Move.GUESS, predicted, belief)
            if surprised or episode.over or self._is_spent():
                return

    # --- learning --------------------------------------------------------------------------------------------

    def _learn(self, why: str) -> None:
        stuck = self._is_stuck()
        before = self._belief.model if self._belief is not None and not self._astray and not stuck else None
        self._astray = False
        self._learned_at = self._experience.distinct
        self._vain += 1
        model = self._learner.synthesise(self._experience, why, before)
        fits = model is not None and model.evaluation.fit >= 1
        self._failures = 0 if fits else self._failures + 1
        if model is not None and (fits or not stuck):
            self._belief = self._believe(model)

    def _is_stuck(self) -> bool:
        """Whether the model in use is nothing to begin with: it fits, so that it would be all that comes back.

        It has had no plan since it was made, and the last whole search by it came to no end. Where actions are offered
        such searches leave out much, and say little of the model.
        """
        belief = self._belief
        if self._stepper.offers:
            return False
        fits = belief is not None and belief.model.evaluation.fit >= 1 and not belief.surprised
        return fits and belief is not None and belief.endless and self._vain > 0

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
