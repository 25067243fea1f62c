"""Rows that the learner's own doubts ask for: the choices of the agent's explorer, without a server between.

A server would also search plans for every model; where nothing ever pays that takes a hundred times as long.
"""

import random
from collections import Counter
from collections.abc import Sequence

from agent_client.adapters.base import Environment
from agent_client.explore import ExploreSettings, pick_first
from bench.learning.scores import learn
from sandbox.data.records import Transition
from sandbox.runtime.actions import Action, ground
from sandbox.runtime.loader import load_model
from sandbox.runtime.model import Model
from sandbox.runtime.planners import Budget, Problem, explore
from sandbox.runtime.state import State

LEVEL = 10  # steps after which another start begins
REFRESH = 4  # questions after which the model is made anew
NODES = 500


class Curious:
    """One environment, explored from nothing; it knows its states and what may be done, and nothing of its rules."""

    def __init__(self, env: Environment, seed: int) -> None:
        self._env = env
        self._seed = seed
        self._rng = random.Random(f"curious {seed}")
        self._rows: dict[str, Transition] = {}
        self._tried: list[tuple[int, Action]] = []
        self._model: Model | None = None
        self._skip: set[str] = set()
        self._asked = 0

    def gather(self, rows: int) -> list[Transition]:
        """So many distinct transitions."""
        level = 0
        while len(self._rows) < rows:
            state, _ = self._env.reset(self._seed * 1000 + level)
            level += 1
            left = LEVEL
            while left > 0 and len(self._rows) < rows:
                way = self._next(state, begun=left < LEVEL)
                if not way:
                    break
                for action in way[:left]:
                    state, left = self._step(state, action), left - 1
                    if self._model is None or len(self._rows) == rows:
                        break
        return list(self._rows.values())

    def _step(self, state: State, action: Action) -> State:
        came = self._env.step(action)
        row = Transition(state, action, came.reward, came.state, "", came.done)
        self._rows.setdefault(row.digest(), row)
        self._tried.append((state.fingerprint(), action))
        if self._model is not None and self._model.transition(state.copy(), action) != came.state:
            self._model = None  # it misses this
        return came.state

    def _next(self, state: State, *, begun: bool) -> Sequence[Action]:
        """The way to what is most worth trying, or any action while there is too little to learn from.

        Once an episode has ``begun`` and leaves nothing in doubt within reach, none: another one may.
        """
        schemas = self._env.world.actions
        if len(self._rows) < ExploreSettings().first_rows:
            return [pick_first(list(ground(schemas, state)), Counter(action for _, action in self._tried), self._rng)]
        if self._model is None or self._asked >= REFRESH:
            self._model, self._asked = load_model(learn(list(self._rows.values()))), 0
        found = explore(Problem(self._model, state, "", schemas), Budget(NODES), frozenset(self._skip), (), self._tried)
        if found.kind == "doubt":
            self._skip.add(found.reason)
            self._asked += 1
        elif begun:
            return ()
        return found.actions or [self._rng.choice(list(ground(schemas, state)))]
