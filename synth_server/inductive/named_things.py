"""The things that goals name: which of a scene they are."""

from dataclasses import dataclass, field

from sandbox.runtime.values import FrozenMap, Value
from synth_server.inductive.forms import Hearing, Mention
from synth_server.inductive.scene import Scene, Shape, Thing
from synth_server.inductive.vocabulary import symbols
from synth_server.inductive.wording import fold


def fits(thing: Thing, mention: Mention) -> bool:
    """Whether a thing is all that a goal says of it."""
    told = set(symbols(thing))
    return bool(mention) and all(any((attr, value) in told for attr in attrs) for attrs, value in mention)


class Memory:
    """Which things fit what goals say, each looked at once."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._fitting: dict[tuple[int, Mention], bool] = {}
        self._things: dict[tuple[Scene, Mention], list[Thing]] = {}

    def fits(self, thing: Thing, mention: Mention) -> bool:
        """Whether a thing is all that a goal says of it."""
        key = (thing.digest, mention)
        known = self._fitting.get(key)
        if known is None:
            known = self._fitting[key] = fits(thing, mention)
        return known

    def things(self, scene: Scene, mention: Mention) -> list[Thing]:
        """The things of a scene that fit."""
        known = self._things.get((scene, mention))
        if known is None:
            known = [t for kind, things in scene.of.items() if self._shape.may_mean(kind) for t in things]
            known = self._things[scene, mention] = [t for t in known if mention and self.fits(t, mention)]
        return known


def record_fits(value: Value, mention: Mention) -> bool:
    """Whether a record tells of such a thing."""
    if not isinstance(value, FrozenMap) or not mention:
        return False
    told = {fold(entry) for entry in value.values() if isinstance(entry, str)}
    return all(name in told for _, name in mention)


@dataclass(frozen=True)
class Target:
    """The things that goals name at a place of their text: those of one mention, or of several in one."""

    hearing: Hearing
    which: tuple[int, ...]
    memory: Memory = field(default_factory=lambda: Memory(Shape(None, (), None)), compare=False, repr=False)
    _said: dict[str, Mention] = field(default_factory=dict, compare=False, repr=False)

    def mention(self, goal: str) -> Mention:
        """What the goal says of them."""
        known = self._said.get(goal)
        if known is None:
            parts = [self.hearing.mention(goal, number) for number in self.which]
            known = self._said[goal] = tuple(name for part in parts for name in part) if all(parts) else ()
        return known

    def things(self, scene: Scene, goal: str) -> list[Thing]:
        """The things in a scene."""
        mention = self.mention(goal)
        return self.memory.things(scene, mention) if mention else []
