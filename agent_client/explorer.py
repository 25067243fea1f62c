"""A client that holds no model: it does the experiments that the server names, and submits what came of them.

It runs no program and searches no plan. It gathers rows that teach; whoever wants to reach goals takes the agent.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from agent_client import types
from agent_client.adapters.base import Environment
from agent_client.client import Client
from agent_client.experience import Experience
from agent_client.explore import ExploreSettings, pick_first, ready_for_first
from agent_client.learning import Learner
from sandbox.contract import Why
from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action, ground
from sandbox.runtime.state import State


@dataclass
class Gathered:
    """What came of exploring: steps and episodes, experiments by kind, and the last model."""

    steps: int = 0
    episodes: int = 0
    experiments: Counter[Why] = field(default_factory=Counter)
    model: types.Model | None = None


class Explorer:
    """Explores one environment. Closing it, and the client, is the caller's; ``learner`` speaks for its world.

    The model is made anew where it misses something, and after ``settings.refresh`` questions.
    """

    def __init__(
        self, env: Environment, client: Client, learner: Learner, settings: ExploreSettings | None = None, seed: int = 0
    ) -> None:
        self.experience = Experience()
        self._env = env
        self._client = client
        self._learner = learner
        self._settings = settings or ExploreSettings()
        self._seed = seed
        self._rng = random.Random(seed)  # noqa: S311 - exploration, not secrets
        self._answered: set[str] = set()
        self._since = 0  # questions asked since the model was made
        self._result = Gathered()

    def run(self, steps: int) -> Gathered:
        """Takes ``steps`` steps, in as many episodes as that is, and submits all that was seen.

        The ways are walked to their end, whatever happens on them: there is no model here to compare with.

        Raises:
            WorldsmithError: the server refused or is gone, or a model's certificate is not genuine.
        """
        result = self._result
        last = result.steps + steps
        while result.steps < last:
            state, goal = self._env.reset(self._seed + result.episodes)
            result.episodes += 1
            self.experience.begin(Start(state, goal))
            self._play(state, goal, last)
        self._learner.submit(self.experience)
        return result

    def _play(self, state: State, goal: str, last: int) -> None:
        step = 0
        while True:
            for row in self._walk(state, goal, self._next(state, goal), step):
                self._result.steps += 1
                step, state = step + 1, row.next_state
                if row.done or row.truncated or self._result.steps >= last:
                    return

    def _walk(self, state: State, goal: str, actions: Iterable[Action], step: int) -> Iterator[Transition]:
        for number, action in enumerate(actions, step):
            came = self._env.step(action)
            row = came.row(state, action, goal, self._result.episodes, number)
            self.experience.add(row)
            yield row
            state = came.state

    def _next(self, state: State, goal: str) -> tuple[Action, ...]:
        """The way to the next experiment, or any action while there is no model."""
        result, seen = self._result, self.experience
        if result.model is None:
            if not ready_for_first(seen.distinct, seen.changed, seen.steps, self._settings):
                return self._any(state)
            self._learn("enough was seen for a first model")
        self._learner.submit(seen)
        found = self._ask(state, goal)
        if not found.model_fits:
            self._learn("the model misses what was seen since")
            found = self._ask(state, goal)
        elif self._since >= self._settings.refresh:
            self._learn("questions were answered")
            found = self._ask(state, goal)
        if found.kind is not None:
            result.experiments[found.kind] += 1
        if found.kind is Why.DOUBT:
            self._answered.add(found.reason)
            self._since += 1
        return found.actions or self._any(state)

    def _any(self, state: State) -> tuple[Action, ...]:
        return (pick_first(list(ground(self._env.world.actions, state)), self.experience.tried, self._rng),)

    def _ask(self, state: State, goal: str) -> types.Experiment:
        return self._client.next_experiment(self._learner.world.name, state, goal, skip=self._answered)

    def _learn(self, why: str) -> None:
        self._since = 0
        model = self._learner.synthesise(self.experience, why, self._result.model)
        if model is not None:
            self._result.model = model
