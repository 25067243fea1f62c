"""What surveys of growing data have in common: scenes, matches and middles, each made once."""

from sandbox.runtime.state import State
from synth_server.inductive.facts import Lasting
from synth_server.inductive.matching import Match, match
from synth_server.inductive.scene import Point, Scene, Scenes, scene_of

MOST_STEPS = 20_000  # after which it begins anew


class Album:
    """Keeps what was made for rows that come again. What it gives is what would be made anew."""

    def __init__(self) -> None:
        self._names: dict[str, str] | None = None
        self._begin(None, None)

    def open(self, place: tuple[str, str] | None) -> None:
        """Gets ready for scenes with these places."""
        if self._place != place or len(self._matches) > MOST_STEPS:
            self._begin(place, None)

    def renamed(self, names: dict[str, str]) -> bool:
        """Takes note of the identifiers that scenes are given; True when it began anew, since there were others."""
        if self._names is None or self._names == names:
            self._names = names
            return False
        self._begin(self._place, names)
        return True

    def scene(self, state: State) -> Scene:
        """The scene of a state."""
        return self._scenes.of(state)

    def match(self, before: Scene, after: Scene, unit: Point, fixed: frozenset[str], lasting: Lasting) -> Match:
        """What became what."""
        key = id(before), id(after), unit, fixed, tuple(lasting.items())
        found = self._matches.get(key)
        if found is None:
            found = self._matches[key] = match(before, after, unit, fixed, lasting)
        return found

    def middle(self, before: Scene, after: Scene, actor: str | None) -> Scene:
        """The scene after, but for the actor, who is where it was before."""
        old = before.single(actor) if actor else None
        if old is None or after.single(old.type) is old:
            return after
        key = id(before), id(after), actor
        found = self._middles.get(key)
        if found is None:
            found = scene_of([old, *(thing for thing in after.things if thing.type != actor)])
            self._middles[key] = found
        return found

    def _begin(self, place: tuple[str, str] | None, names: dict[str, str] | None) -> None:
        self._place = place
        self._names = names
        self._scenes = Scenes(place)
        self._matches: dict[tuple[object, ...], Match] = {}
        self._middles: dict[tuple[int, int, str | None], Scene] = {}
