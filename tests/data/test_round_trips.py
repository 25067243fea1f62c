"""JSON Lines, records and protobuf say exactly the same."""

from hypothesis import given
from hypothesis import strategies as st
from worldsmith.v1 import data_pb2, service_pb2

from sandbox.data.jsonl import Dataset, read, transition_to_json, write
from sandbox.data.records import Start, World, action_to_plain
from sandbox.data.wire import (
    BatchDecoder,
    action_from_proto,
    action_to_proto,
    encode_batches,
    object_from_proto,
    object_to_proto,
    value_from_proto,
    value_to_proto,
    world_from_proto,
    world_to_proto,
)
from sandbox.runtime.actions import schema_to_json
from sandbox.runtime.state import Object, State
from sandbox.runtime.values import MAX_DEPTH, canonical, freeze, same
from tests.data import strategies as draw


def told(transition):
    """All that a transition says, types included."""
    return canonical(transition_to_json(transition))


def over_the_wire(transitions, starts, max_bytes=1000_000):
    decoder = BatchDecoder()
    got = ([], [])
    for batch in encode_batches(transitions, starts, max_bytes):
        sent = service_pb2.SubmitTransitionsRequest(batch=batch).SerializeToString()
        assert batch.ByteSize() <= max_bytes
        decoded = decoder.decode(service_pb2.SubmitTransitionsRequest.FromString(sent).batch)
        got[0].extend(decoded[0])
        got[1].extend(decoded[1])
    return got


def schemas_told(world):
    return canonical([schema_to_json(schema) for schema in world.actions])


@given(draw.values)
def test_a_value_survives_the_wire_with_its_type(value):
    frozen = freeze(value)
    sent = value_to_proto(frozen).SerializeToString()
    assert same(value_from_proto(data_pb2.Value.FromString(sent)), frozen)


@given(draw.objects, draw.actions)
def test_an_object_and_an_action_survive_the_wire(obj, action):
    assert object_from_proto(data_pb2.Object.FromString(object_to_proto(obj).SerializeToString())) == obj
    back = action_from_proto(data_pb2.Action.FromString(action_to_proto(action).SerializeToString()))
    assert canonical(action_to_plain(back)) == canonical(action_to_plain(action))


@given(st.lists(draw.transitions(), max_size=5), st.lists(draw.starts, max_size=3), st.sampled_from([400, 1000_000]))
def test_transitions_and_starts_survive_the_wire_in_batches_of_any_size(transitions, starts, max_bytes):
    got_transitions, got_starts = over_the_wire(transitions, starts, max_bytes)
    assert [told(t) for t in got_transitions] == [told(t) for t in transitions]
    assert [t.digest() for t in got_transitions] == [t.digest() for t in transitions]
    assert got_starts == starts


@given(st.none() | draw.worlds, st.lists(draw.transitions(), max_size=4), st.lists(draw.starts, max_size=3))
def test_a_file_reads_as_what_was_written(world, transitions, starts):
    written = list(write(Dataset(world, tuple(transitions), tuple(starts))))
    got = read(written, "data")
    assert [told(t) for t in got.transitions] == [told(t) for t in transitions]
    expected = {s.digest() for s in starts} | {Start(t.state, t.goal).digest() for t in transitions if t.step == 0}
    assert sorted(s.digest() for s in got.starts) == sorted(expected)
    assert (got.world is None) == (world is None)
    if world is not None and got.world is not None:
        assert got.world == world
        assert schemas_told(got.world) == schemas_told(world)


@given(st.lists(draw.transitions(), max_size=4))
def test_the_wire_and_the_file_agree(transitions):
    from_file = read(write(Dataset(transitions=tuple(transitions))), "data")
    from_wire, _ = over_the_wire(from_file.transitions, [])
    assert list(write(Dataset(transitions=tuple(from_wire)))) == list(write(Dataset(transitions=tuple(transitions))))


@given(draw.worlds)
def test_a_world_survives_the_wire(world: World):
    back = world_from_proto(service_pb2.World.FromString(world_to_proto(world).SerializeToString()))
    assert back == world
    assert schemas_told(back) == schemas_told(world)


def test_the_deepest_value_survives_the_wire_inside_a_request():
    value = None
    for _ in range(MAX_DEPTH):
        value = {"k": value}
    start = Start(State([Object("Deep", value=value)]))
    assert over_the_wire([], [start])[1] == [start]


def test_negative_zero_is_zero_everywhere():
    line = '{"state":[{"type":"A","x":-0.0}],"action":"a","next_state":[],"reward":-0.0,"done":false}'
    row = read([line], "data").transitions[0]
    assert canonical(row.state.of("A")[0].x) == canonical(row.reward) == "0.0"
    message = data_pb2.Value(float_value=-0.0)
    assert canonical(value_from_proto(message)) == "0.0"


def test_an_unchanged_background_is_told_once():
    walls = [Object("Wall", x=x, y=y) for x in range(30) for y in range(30)]
    states = [State([*walls, Object("Agent", x=x, y=0)]) for x in range(20)]
    one = sum(b.ByteSize() for b in encode_batches([], [Start(states[0])]))
    all_of_them = sum(b.ByteSize() for b in encode_batches([], map(Start, states)))
    assert all_of_them - one < 20 * 60
