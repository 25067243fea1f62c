"""A game's facts told in objects, and kept up to date while facts come and go."""

from collections.abc import Iterable, Mapping
from typing import Any

from agent_client.adapters.alfworld_engine import NAMED, Fact
from sandbox.runtime.state import Object, State

_FLAGS = {
    "Agent": ("checked",),
    "Location": ("checked",),
    "Receptacle": ("checked", "openable", "opened"),
    "Thing": (
        *("checked", "cleanable", "coolable", "heatable", "isclean", "iscool", "ishot", "ison", "isreceptacleobject"),
        *("issliced", "istoggled", "moveable", "pickupable", "sliceable", "toggleable"),
    ),
}
_LINKS = {  # relation: the type of the first argument, and the attribute that refers to the second
    "atlocation": ("Agent", "location"),
    "holds": ("Agent", "holding"),
    "receptacleatlocation": ("Receptacle", "location"),
    "receptacletype": ("Receptacle", "kind"),
    "objectatlocation": ("Thing", "location"),
    "inreceptacle": ("Thing", "receptacle"),
    "inreceptacleobject": ("Thing", "inside"),
    "objecttype": ("Thing", "kind"),
}
_TOLD_OTHERWISE = "holdsany"  # `holding` is not null


class Scene:
    """The state that facts make. A thing in two receptacles at once refers to the one at its own location, of several
    there to the one whose name comes first; each further one is an object ``Also`` with the thing's name, the relation,
    and what it refers to. A thing in the hand is at no location.

    Raises:
        ValueError: there are facts that it cannot tell.
    """

    def __init__(self, types: Mapping[str, str], facts: Iterable[Fact]) -> None:
        names = sorted(name for name, kind in types.items() if kind in NAMED)
        self._types = {name: NAMED[types[name]] for name in names}
        self._flags: dict[str, set[str]] = {name: set() for name in names}
        self._links: dict[tuple[str, str], set[str]] = {}
        background = []
        for fact in sorted(facts):
            if fact.name == "cancontain":
                background.append(Object("CanContain", receptacle=_kind(fact.args[0]), thing=_kind(fact.args[1])))
            else:
                self._note(fact, holds=True)
        self._objects = {name: self._tell(name) for name in names}
        self.state = State([*background, *(obj for told in self._objects.values() for obj in told)])

    def change(self, set_facts: Iterable[tuple[Fact, bool]]) -> State:
        """The state after these facts were set, in this order, to hold or not."""
        touched = [fact.args[0] for fact, holds in set_facts if self._note(fact, holds=holds)]
        state = self.state.copy()
        for name in dict.fromkeys(touched):
            told = self._tell(name)
            for obj in self._objects[name]:
                state.remove(obj)
            for obj in told:
                state.add(obj)
            self._objects[name] = told
        state.release()
        self.state = state
        return state

    def _note(self, fact: Fact, *, holds: bool) -> bool:
        if fact.name == _TOLD_OTHERWISE:
            return False
        subject, *rest = fact.args
        owner = self._types.get(subject, "")
        if not rest and fact.name in _FLAGS.get(owner, ()):
            (self._flags[subject].add if holds else self._flags[subject].discard)(fact.name)
            return True
        if len(rest) == 1 and _LINKS.get(fact.name, ("", ""))[0] == owner:
            values = self._links.setdefault((subject, fact.name), set())
            (values.add if holds else values.discard)(_kind(rest[0]) if fact.name.endswith("type") else rest[0])
            return True
        raise ValueError(f"the game has a fact of an unknown kind: {fact.name}({', '.join(fact.args)})")

    def _tell(self, name: str) -> list[Object]:
        told = self._types[name]
        attributes: dict[str, Any] = {"name": name}
        attributes |= {flag: flag in self._flags[name] for flag in _FLAGS[told]}
        also = []
        for relation, (owner, attribute) in _LINKS.items():
            if owner == told:
                values = sorted(self._links.get((name, relation), ()))
                apt = values if relation != "inreceptacle" else [v for v in values if self._meet(name, v)]
                first = attributes[attribute] = apt[0] if apt else None
                also += [Object("Also", name=name, attribute=attribute, value=v) for v in values if v != first]
        return [Object(told, **attributes), *also]

    def _meet(self, thing: str, receptacle: str) -> bool:
        """Whether they are at one location."""
        there = self._links.get((receptacle, "receptacleatlocation"), set[str]())
        return not there.isdisjoint(self._links.get((thing, "objectatlocation"), ()))


def _kind(name: str) -> str:
    return name.removesuffix("type")
