"""What breaks the contract is refused with the path of the field."""

import math

import pytest
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st
from worldsmith.v1 import data_pb2 as pb
from worldsmith.v1 import service_pb2

from sandbox.data.records import Start, Success, Transition, World
from sandbox.data.wire import (
    BatchDecoder,
    WireError,
    encode_batches,
    schema_from_proto,
    value_from_proto,
    world_from_proto,
    world_to_proto,
)
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State

ONE = pb.Value(int_value=1)


def batch(**parts):
    """A batch with one object, one state that holds it and one action, and then `parts`."""
    out = pb.TransitionBatch(
        objects=[pb.Object(type="A", attributes={"x": ONE})],
        states=[pb.StateDelta(added=[1])],
        actions=[pb.Action(name="go")],
    )
    for name, items in parts.items():
        getattr(out, name).extend(items)
    return out


def row(**fields):
    return pb.Transition(**{"state": 1, "action": 1, "next_state": 1, **fields})


def deep(levels):
    value = pb.Value(int_value=1)
    for _ in range(levels):
        value = pb.Value(list_value=pb.ListValue(items=[value]))
    return value


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"transitions": [row(), row(next_state=2)]}, "batch.transitions[1].next_state"),
        ({"transitions": [row(state=0)]}, "batch.transitions[0].state"),
        ({"transitions": [row(action=7)]}, "batch.transitions[0].action"),
        ({"transitions": [row(goal=1)]}, "batch.transitions[0].goal"),
        ({"transitions": [row(reward=math.nan)]}, "batch.transitions[0].reward"),
        ({"transitions": [row(reward=math.inf)]}, "batch.transitions[0].reward"),
        ({"transitions": [row(done=True, truncated=True)]}, "batch.transitions[0].truncated"),
        ({"transitions": [row(step=-1)]}, "batch.transitions[0].step"),
        ({"transitions": [row(available=[1])]}, "batch.transitions[0].available"),
        ({"transitions": [row(available=[1, 2], has_available=True)]}, "batch.transitions[0].available[1]"),
        ({"starts": [pb.Start(state=2)]}, "batch.starts[0].state"),
        ({"starts": [pb.Start(state=1, goal=1)]}, "batch.starts[0].goal"),
        ({"states": [pb.StateDelta(base=2)]}, "batch.states[1].base"),
        ({"states": [pb.StateDelta(added=[2])]}, "batch.states[1].added[0]"),
        ({"states": [pb.StateDelta(base=1, removed=[0])]}, "batch.states[1].removed[0]"),
        ({"states": [pb.StateDelta(removed=[1])]}, "batch.states[1].removed[0]"),
        ({"states": [pb.StateDelta(base=1, removed=[1, 1])]}, "batch.states[1].removed[1]"),
        ({"states": [pb.StateDelta(base=1, removed=[1] * 30)]}, "batch.states[1].removed"),
        ({"objects": [pb.Object()]}, "batch.objects[1].type"),
        ({"objects": [pb.Object(type="A", attributes={"type": ONE})]}, "batch.objects[1].attributes"),
        ({"objects": [pb.Object(type="A", attributes={"x": pb.Value()})]}, "batch.objects[1].attributes['x']"),
        (
            {"objects": [pb.Object(type="A", attributes={"x": pb.Value(float_value=math.inf)})]},
            "batch.objects[1].attributes['x']",
        ),
        ({"actions": [pb.Action()]}, "batch.actions[1].name"),
        ({"actions": [pb.Action(name="go", args=[ONE, pb.Value()])]}, "batch.actions[1].args[1]"),
    ],
)
def test_a_broken_batch_is_refused_with_the_path(parts, field):
    with pytest.raises(WireError) as caught:
        BatchDecoder().decode(batch(**parts))
    assert caught.value.field == field
    assert caught.value.reason


def test_numbers_reach_back_to_earlier_batches_and_not_forward():
    decoder = BatchDecoder()
    decoder.decode(batch())
    transitions, _ = decoder.decode(pb.TransitionBatch(transitions=[row()]))
    assert transitions == [Transition(State([Object("A", x=1)]), Action("go"), 0.0, State([Object("A", x=1)]))]
    with pytest.raises(WireError, match="only 1 to 1"):
        decoder.decode(pb.TransitionBatch(transitions=[row(state=2)]))


def test_a_value_nested_too_deep_is_refused():
    assert value_from_proto(deep(32)) is not None
    with pytest.raises(WireError, match="deep"):
        value_from_proto(deep(33))


def test_a_batch_that_unfolds_to_too_much_is_refused():
    bomb = batch(objects=[], states=[pb.StateDelta(base=1, added=[1] * 90_000), *[pb.StateDelta(base=2)] * 200])
    with pytest.raises(WireError, match="at most"):
        BatchDecoder().decode(bomb)


def test_a_state_with_too_many_objects_is_refused():
    with pytest.raises(WireError) as caught:
        BatchDecoder().decode(batch(states=[pb.StateDelta(added=[1] * 100_001)]))
    assert caught.value.field == "batch.states[1]"


@pytest.mark.parametrize(
    ("argument", "field"),
    [
        (pb.Argument(), "schema.args[0]"),
        (pb.Argument(values=[ONE], type="A", attribute="x"), "schema.args[0]"),
        (pb.Argument(type="A"), "schema.args[0].attribute"),
        (pb.Argument(attribute="x"), "schema.args[0].type"),
    ],
)
def test_a_schema_that_names_no_source_or_two_is_refused(argument, field):
    with pytest.raises(WireError) as caught:
        schema_from_proto(pb.ActionSchema(name="go", args=[argument]))
    assert caught.value.field == field


def test_a_world_needs_a_name_and_a_finite_success():
    with pytest.raises(WireError, match=r"world\.name"):
        world_from_proto(service_pb2.World())
    with pytest.raises(WireError, match=r"world\.success\.reward_above"):
        world_from_proto(service_pb2.World(name="w", success=pb.Success(reward_above=math.nan)))
    with pytest.raises(WireError, match=r"world\.success\.reward_above"):
        world_to_proto(World("w", success=Success(math.inf)))
    assert world_from_proto(service_pb2.World(name="w")) == World("w")


EMPTY = State()


@pytest.mark.parametrize(
    ("transition", "field"),
    [
        (Transition(EMPTY, Action("a"), math.nan, EMPTY), "transitions[0].reward"),
        (Transition(EMPTY, Action(""), 0.0, EMPTY), "transitions[0].action.name"),
        (Transition(EMPTY, Action("a"), 0.0, EMPTY, goal="\ud800"), "transitions[0].goal"),
        (Transition(EMPTY, Action("a"), 0.0, EMPTY, episode="\ud800"), "transitions[0].episode"),
        (Transition(EMPTY, Action("a"), 0.0, EMPTY, step=2**63), "transitions[0].step"),
        (Transition(EMPTY, Action("a"), 0.0, EMPTY, done=True, truncated=True), "transitions[0].truncated"),
        (Transition(State([Object("")]), Action("a"), 0.0, EMPTY), "transitions[0].state.type"),
    ],
)
def test_what_cannot_be_told_is_refused_before_it_is_sent(transition, field):
    with pytest.raises(WireError) as caught:
        list(encode_batches([transition]))
    assert caught.value.field == field


def test_one_item_larger_than_a_batch_is_refused():
    with pytest.raises(WireError, match="do not fit"):
        list(encode_batches([], [Start(State([Object("A", text="x" * 2000)]))], max_bytes=1000))


def test_many_items_are_spread_over_batches_of_bounded_size():
    rows = [Transition(State([Object("A", x=i)]), Action("a"), 0.0, State([Object("A", x=i + 1)])) for i in range(300)]
    batches = list(encode_batches(rows, max_bytes=2000))
    assert len(batches) > 3
    assert max(b.ByteSize() for b in batches) <= 2000
    decoder = BatchDecoder()
    assert [t for b in batches for t in decoder.decode(b)[0]] == rows


def test_nothing_makes_no_batch():
    assert list(encode_batches([], [])) == []


@given(st.data())
def test_bytes_that_were_tampered_with_are_read_or_refused_and_nothing_else(data):
    rows = [Transition(State([Object("A", x=i, y=[1])]), Action("a", [i]), 0.5, EMPTY, "g", step=i) for i in range(3)]
    (sound,) = encode_batches(rows, [Start(EMPTY, "g")])
    damaged = bytearray(sound.SerializeToString())
    for place, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(damaged) - 1), st.integers(0, 255)), max_size=6)
    ):
        damaged[place] = byte
    try:
        transitions, starts = BatchDecoder().decode(pb.TransitionBatch.FromString(bytes(damaged)))
    except (DecodeError, WireError):
        return
    again = BatchDecoder()
    told = [again.decode(batch) for batch in encode_batches(transitions, starts)]
    assert [t.digest() for part, _ in told for t in part] == [t.digest() for t in transitions]
