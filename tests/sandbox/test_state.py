"""States behave like a plain list of dictionaries that is copied in full each time."""

import copy
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from sandbox.runtime.state import Object, State, changes, difference, objects_of, to_json, typed_bodies
from sandbox.runtime.values import FrozenMap, canonical, thaw

TYPES = st.sampled_from(["Box", "Wall", "Agent"])
VALUES = st.one_of(
    st.integers(-2, 3), st.booleans(), st.none(), st.sampled_from([0.0, 1.0, 2.5]), st.sampled_from(["a", "b", "é"]),
    st.lists(st.integers(0, 1), max_size=2), st.dictionaries(st.just("k"), st.integers(0, 1)),
)  # fmt: skip
ATTRIBUTES = st.dictionaries(st.sampled_from(["x", "y", "held", "a b"]), VALUES, max_size=3)

Naive = list[dict[str, Any]]  # what a state is, without any cleverness


def naive_key(naive: Naive) -> list[str]:
    return sorted(canonical(obj) for obj in naive)


class Programs(RuleBasedStateMachine):
    """Random programs of add, remove, set and copy, on the real state and on the naive one."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[State, Naive]] = []

    @initialize(objects=st.lists(st.tuples(TYPES, ATTRIBUTES), max_size=12))
    def begin(self, objects: list[tuple[str, dict[str, Any]]]) -> None:
        real = State([Object.from_mapping(kind, attrs) for kind, attrs in objects])
        self.pairs.append((real, [{"type": kind, **attrs} for kind, attrs in objects]))

    def pick(self, data: st.DataObject) -> tuple[State, Naive]:
        return data.draw(st.sampled_from(self.pairs[-6:]))

    @rule(data=st.data())
    def copy(self, data: st.DataObject) -> None:
        real, naive = self.pick(data)
        self.pairs.append((real.copy(), copy.deepcopy(naive)))

    @rule(data=st.data(), kind=TYPES, attrs=ATTRIBUTES, later=VALUES)
    def add(self, data: st.DataObject, kind: str, attrs: dict[str, Any], later: Any) -> None:
        real, naive = self.pick(data)
        held = real.add(Object.from_mapping(kind, attrs))
        held["x"] = later
        naive.append({"type": kind, **attrs, "x": later})

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        real, naive = self.pick(data)
        if naive:
            place = data.draw(st.integers(0, len(naive) - 1))
            gone = list(real)[place]
            real.remove(gone)
            del naive[place]
            gone["x"] = "detached"

    @rule(data=st.data(), name=st.sampled_from(["x", "y", "held"]), value=VALUES)
    def change(self, data: st.DataObject, name: str, value: Any) -> None:
        real, naive = self.pick(data)
        if naive:
            place = data.draw(st.integers(0, len(naive) - 1))
            setattr(list(real)[place], name, value)
            naive[place][name] = value

    @rule(data=st.data(), kind=TYPES, x=VALUES, y=VALUES)
    def ask(self, data: st.DataObject, kind: str, x: Any, y: Any) -> None:
        real, naive = self.pick(data)

        def check(found: list[Object], test: Callable[[dict[str, Any]], bool]) -> None:
            assert [{"type": o.type, **{n: thaw(o[n]) for n in o}} for o in found] == [o for o in naive if test(o)]

        nothing = object()
        check(real.of(kind), lambda o: o["type"] == kind)
        check(real.where(x=x), lambda o: o.get("x", nothing) == x)
        check(real.where(y=y, x=x), lambda o: o.get("x", nothing) == x and o.get("y", nothing) == y)
        check(real.where(type=kind, x=x), lambda o: o["type"] == kind and o.get("x", nothing) == x)
        assert [{"type": b.type, **thaw(FrozenMap(b.data))} for b in typed_bodies(real, kind)] == [
            o for o in naive if o["type"] == kind
        ]
        assert len(real) == len(naive)

    @rule(data=st.data())
    def compare(self, data: st.DataObject) -> None:
        (real, naive), (other, naive_other) = self.pick(data), self.pick(data)
        fresh = State([Object.from_mapping(o["type"], {k: v for k, v in o.items() if k != "type"}) for o in naive])
        assert real.key() == fresh.key()
        assert hash(real) == hash(fresh)
        assert real == fresh
        assert (real == other) == (naive_key(naive) == naive_key(naive_other))
        assert sorted(map(canonical, to_json(real))) == naive_key(naive)
        removed, added = difference(real, other)
        patched = real.copy()
        for obj in removed:
            patched.remove(obj)
        for obj in added:
            patched.add(obj)
        assert patched == other
        assert not {canonical(repr(o)) for o in removed} & {canonical(repr(o)) for o in added}


Programs.TestCase.settings = settings(max_examples=120, stateful_step_count=25)
TestPrograms = Programs.TestCase


def test_a_change_after_copying_stays_out_of_the_copy() -> None:
    state = State([Object("Box", x=1)])
    box = state.one("Box")
    assert box is not None
    twin = state.copy()
    box.x = 9
    assert [obj.x for obj in twin] == [1]
    assert [obj.x for obj in state] == [9]


def test_an_object_is_the_same_however_it_is_reached() -> None:
    state = State([Object("Box", x=1)])
    first = state.one("Box")
    assert first is state.where(x=1)[0]
    assert first is next(iter(state))


def test_indexes_of_a_still_background_are_shared_with_descendants() -> None:
    state = State([Object("Wall", x=i, y=0) for i in range(50)] + [Object("Agent", x=0, y=1)])
    step = state.copy()
    for i in range(5):
        agent = step.one("Agent")
        assert agent is not None
        agent.x = i + 1
        assert len(step.where(x=i + 1, y=0)) == 1
        step = step.copy()
    assert step._base is state._base


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, float("nan"), float("inf"), "\ud800", {1: 2}, object()])
def test_values_that_no_state_may_hold_are_refused_on_assignment(value: object) -> None:
    box = Object("Box", x=1)
    with pytest.raises(ValueError, match="x"):
        box.x = value
    assert box.x == 1


def test_the_type_and_the_set_of_attributes_are_protected() -> None:
    box = Object("Box", x=1)
    for name in ("type", "x"):
        with pytest.raises(AttributeError, match="an object keeps"):
            delattr(box, name)
    with pytest.raises(AttributeError, match="keeps its type"):
        box.type = "Wall"
    with pytest.raises(TypeError, match="one type"):
        Object.from_mapping("Box", {"type": 1})
    with pytest.raises(AttributeError, match=r"Box has no attribute 'y'; it has \['x'\]"):
        _ = box.y


def test_values_of_different_types_make_different_states() -> None:
    plain = (1, 1.0, True, "1", (1,), (True,))
    nested = tuple({"k": value} for value in plain)
    keys = {State([Object("Box", x=value)]).key() for value in (*plain, *nested)}
    assert len(keys) == 12


def test_a_nested_value_is_a_mapping_like_any_other() -> None:
    nested = Object("Agent", held={"type": "Key", "color": "red"}).held
    assert isinstance(nested, Mapping)
    assert not isinstance({}, FrozenMap)
    assert dict(nested) == {**nested} == dict(nested.items()) == nested == {"color": "red", "type": "Key"}
    assert (list(nested.keys()), list(nested.values())) == (["color", "type"], ["red", "Key"])
    assert ("color" in nested, "size" in nested, nested.get("size", 2), nested.get("color")) == (True, False, 2, "red")
    match nested:
        case {"color": color}:
            assert color == "red"
        case _:
            raise AssertionError("it has no pattern's form")


@given(st.lists(st.tuples(TYPES, ATTRIBUTES), max_size=6))
def test_states_and_objects_survive_pickling_and_deepcopy(objects: list[tuple[str, dict[str, Any]]]) -> None:
    state = State([Object.from_mapping(kind, attrs) for kind, attrs in objects])
    assert pickle.loads(pickle.dumps(state)) == state
    assert copy.deepcopy(state) == state


def test_an_object_added_twice_counts_twice() -> None:
    box = Object("Box", x=1)
    one, two = State([box]), State([box, box])
    assert one != two
    assert [len(side) for side in changes(one, two)] == [0, 1]
    assert [len(side) for side in changes(two, one)] == [1, 0]
    assert len(objects_of(two)) == 2


def test_a_state_holds_only_objects() -> None:
    with pytest.raises(TypeError, match="a state holds objects, not dict"):
        State([{"type": "Box"}])  # type: ignore[list-item]
