"""Random relational worlds, played by a guide who knows the rules; and what rows leave open of the rules."""

import random
from collections import Counter
from collections.abc import Collection, Sequence

from bench.learning.games import RulesGame
from bench.learning.relational import World
from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State

Lesson = tuple[str, str]  # an action's name, and what a row shows of it
AHEAD = 8  # actions after which the guide looks at what comes next
LATER = 0.8  # what a lesson in the next step is worth
LOOK = 0.1  # what it is worth to see an action work with something that it never worked with


class TaughtGame(RulesGame):
    """Plays a relational world; the guide seeks what rows showed least of each action.

    That an action works, that it fails where one thing lacks and all else is there, that what it does besides comes
    and does not come, and that it does so whatever the rest is like.
    """

    def __init__(self, world: World, ahead: int = AHEAD) -> None:
        super().__init__(world.rules())
        self._world = world
        self._ahead = ahead
        self._seen: Counter[Lesson] = Counter()
        self._all = [(schema.name, lesson) for schema in world.schemas for lesson in schema.lessons()]

    def guided(self, rng: random.Random, seen: dict[str, int]) -> Action:
        """The action that shows most, now and in the next step."""
        options = list(self.actions())
        rng.shuffle(options)
        gains = [self._gain(self._state, action) for action in options]
        order = sorted(range(len(options)), key=lambda i: -gains[i])
        chosen, most = order[0], gains[order[0]]
        for i in order[: self._ahead]:
            after = self._world.step(self._state.copy(), options[i])[0]
            taught = set(lessons(self._world, self._state, options[i]))
            more = max(self._gain(after, then, taught) for then in self._world.actions(after))
            if gains[i] + LATER * more > most:
                chosen, most = i, gains[i] + LATER * more
        if most < max(map(self._worth, self._all)):
            self._left = 1  # what is rarest is not to be seen here: another start may show it
        return options[chosen]

    def step(self, action: Action) -> tuple[Transition, bool]:
        """The transition, and whether the episode is over."""
        self._seen.update(lessons(self._world, self._state, action))
        return super().step(action)

    def _gain(self, state: State, action: Action, without: Collection[Lesson] = ()) -> float:
        """What a step is worth."""
        return sum(self._worth(lesson) for lesson in lessons(self._world, state, action) if lesson not in without)

    def _worth(self, lesson: Lesson) -> float:
        """What it is worth to be shown it once more."""
        seen = self._seen[lesson]
        if " with " in lesson[1]:
            return 0.0 if seen else LOOK
        return float(2.0 ** -(seen if "needs" in lesson[1] else seen / 2))


def lessons(world: World, state: State, action: Action) -> list[Lesson]:
    """What a step shows of the rules."""
    schema, things, agent = world.named(state, action)
    return [(schema.name, lesson) for lesson in schema.lesson(things, agent)]


def unshown_share(world: World, rows: Sequence[Transition], others: Sequence[Transition]) -> float:
    """Of what other rows show of the rules, the share that these do not: what no learner can read off them."""
    shown, known = (
        {lesson for row in some for lesson in lessons(world, row.state, row.action)} for some in (rows, others)
    )
    return len(known - shown) / len(known)
