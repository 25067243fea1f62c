"""Reading a child's bytes: the right ones give what was meant, any others MalformedError or a sound result."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.answers import MalformedError, decode
from sandbox.contract import Explore, FindPlan, Inputs, OutcomeKind, PredictRewards, PredictStates, ReplayPlan, Task
from sandbox.inputs import encode
from sandbox.limits import Limits
from sandbox.outcomes import judge
from sandbox.runtime import Object, State
from sandbox.runtime.codec import AnswerWriter, decode_inputs
from sandbox.runtime.state import changes
from tests.sandbox.corridor import LEFT, RIGHT, inputs, state

GIVEN = encode(inputs())
ONE = encode(Inputs(states=[state(1)], transitions=[(0, RIGHT)], starts=[(0, "")]))
TASKS: list[Task] = [PredictStates(), PredictRewards(), FindPlan(0, 100), ReplayPlan(0, (RIGHT, LEFT))]
ENDED = {"ended": "exited", "code": 0, "cpu": 0.1, "seconds": 0.1, "stdout": "", "left_behind": 0}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(["found", "x"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(st.sampled_from(TASKS), st.binary(max_size=400))
def test_any_bytes_give_an_outcome(task: Task, data: bytes) -> None:
    for answer in (data, b"ok " + data + b"\nend", b'ok ""\n' + data + b"\nend"):
        outcome = judge(task, GIVEN, Limits(), ENDED, answer)
        assert (outcome.value is None) == (outcome.kind is not OutcomeKind.OK)


@given(st.sampled_from(TASKS), st.lists(JSON, max_size=4))
def test_any_json_gives_an_outcome(task: Task, rows: list[Any]) -> None:
    lines = [json.dumps(row).encode() for row in rows]
    outcome = judge(task, ONE, Limits(), ENDED, b"\n".join([b'ok ""', *lines, b"end"]))
    assert (outcome.value is None) == (outcome.kind is not OutcomeKind.OK)


@pytest.mark.parametrize(
    "line",
    [
        "true", "1", "null", "[]", "[[],[],[]]", "[[],[],null]", "[[0],[],1]", '["x",[]]', "[[0,0],[]]", "[[99],[]]",
        "[[-1],[]]", "[[true],[]]", "[[1.0],[]]", '[[["Agent",{"x":9}]],[]]', '[[],[["Box"]]]', '[[],[["Box",[]]]]',
        '[[],[[1,{}]]]', '[[],[["Box",{"type":1}]]]', '[[],[["Box",{"x":NaN}]]]', '[[],[["Box",{"x":Infinity}]]]',
        '[[],[["Box",{"x":1e999}]]]', '[[],[["Box",{"x":9223372036854775808}]]]', '[[],[["Box",{"x":"\\ud800"}]]]',
        '[[],[["\\ud800",{}]]]', '[[],[["Box",{"\\udfff":1}]]]', '"\\ud800"', "[" * 10_000, "9" * 5_000,
        '[[],[["Box",{"x":' + "[" * 40 + "]" * 40 + "}]]]", "é", "0\n0", '[[],[],"' + "x" * 5_000_000 + '"]',
    ],
)  # fmt: skip
def test_a_row_that_is_no_prediction_is_malformed(line: str) -> None:
    outcome = judge(PredictStates(), ONE, Limits(), ENDED, b'ok ""\n' + line.encode() + b"\nend")
    assert outcome.kind is OutcomeKind.MALFORMED, outcome
    assert outcome.detail


@pytest.mark.parametrize(
    "line", ["0", "[1]", "[true,true]", '["1",true]', "[1,0]", "[1e999,true]", "[1,true,1]", "[[]]"]
)
def test_a_row_that_is_no_reward_is_malformed(line: str) -> None:
    one = encode(Inputs(states=[state(1)], rewards=inputs().rewards[:0]))
    with pytest.raises(MalformedError):
        decode(PredictRewards(), one, [line.encode()])
    rows = [line.encode()] * len(GIVEN.inputs.rewards)
    with pytest.raises(MalformedError):
        decode(PredictRewards(), GIVEN, rows)


def test_a_removed_object_must_be_there_as_often() -> None:
    twins = encode(Inputs(states=[State([Object("Box"), Object("Box")])], transitions=[(0, RIGHT)]))
    (prediction,) = decode(PredictStates(), twins, [b"[[0,0],[]]"])
    assert prediction.apply(twins.inputs.states[0]) == State()
    with pytest.raises(MalformedError, match="does not hold"):
        decode(PredictStates(), twins, [b"[[0,0,0],[]]"])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
OBJECTS = st.builds(
    Object.from_mapping,
    st.sampled_from(["Box", "Wall", "é"]),
    st.dictionaries(st.text(max_size=3).filter(lambda name: name != "type"), VALUES, max_size=2),
)
STATES = st.lists(OBJECTS, max_size=6).map(State)


@given(st.lists(STATES, min_size=1, max_size=5), STATES)
def test_states_travel_there_and_back_unchanged(states: list[State], after: State) -> None:
    encoded = encode(Inputs(states=states, transitions=[(i, RIGHT) for i in range(len(states))]))
    loaded = decode_inputs(encoded.data)
    assert loaded.states == states
    assert [(s, a) for s, a in loaded.transitions] == [(i, RIGHT) for i in range(len(states))]
    writer = AnswerWriter(loaded.bodies)
    for before in loaded.states:
        writer.write(writer.change(before, after, None))
    predictions = decode(PredictStates(), encoded, [line.encode() for line in writer.lines])
    assert [p.apply(s) for p, s in zip(predictions, states, strict=True)] == [after] * len(states)


def test_a_still_background_is_told_once() -> None:
    walls = [Object("Wall", x=i, y=i % 7) for i in range(500)]
    states = [State([*walls, Object("Agent", x=i)]) for i in range(200)]
    encoded = encode(Inputs(states=states))
    assert len(encoded.data) < 40_000
    loaded = decode_inputs(encoded.data)
    assert loaded.states == states
    assert len({id(one._base) for one in loaded.states}) < 5
    assert changes(loaded.states[0], loaded.states[1])[0][0].data == {"x": 0}


def test_goals_actions_and_schemas_travel_too() -> None:
    given_inputs = inputs("une é")
    loaded = decode_inputs(encode(given_inputs).data)
    assert loaded.rewards == [(r.state, r.action, r.next_state, r.goal) for r in given_inputs.rewards]
    assert loaded.starts == list(given_inputs.starts)
    assert loaded.schemas == list(given_inputs.schemas)


@pytest.mark.parametrize(
    "line",
    [
        '["found",[],[],1,null,false,"bfs"]', '["open",[["right",[]]],[],1,null,false,"bfs"]',
        '["found",[["right",[]]],[["right",[]]],1,null,false,"bfs"]', '["open",[],[],1,null,true,"bfs"]',
        '["open",[],[],1,null,0,"bfs"]', '["open",[],[],1,null,false,"oracle"]', '["open",[],[],1,null,false]',
        '["open",[],[["right"]],1,null,false,"bfs"]', '["open",[],' + str([["right", []]] * 101).replace("'", '"')
        + ',1,null,false,"bfs"]', '["open",[],[],1,null,false,["bfs"]]',
    ],
)  # fmt: skip
def test_a_row_that_is_no_end_of_a_search_is_malformed(line: str) -> None:
    with pytest.raises(MalformedError):
        decode(FindPlan(0, 100), GIVEN, [line.encode()])


@pytest.mark.parametrize(
    "line",
    [
        '["found",[],1,"doubt","",1,null]', '["open",[["right",[]]],1,"","",0,null]',
        '["found",[["right",[]]],1,"","",1,null]', '["found",[["right",[]]],1,"whim","",1,null]',
        '["found",[["right",[]]],1,["doubt"],"",1,null]', '["open",[],1,"doubt","",0,null]',
        '["found",[["right",[]]],1,"rivals","",3,null]', '["found",[["right",[]]],-1,"rivals","",2,null]',
        '["found",[["right",[]]],1,"rivals",7,2,null]', '["lost",[],1,"","",0,null]', '["open",[],1,"","",true,null]',
    ],
)  # fmt: skip
def test_a_row_that_names_nothing_worth_trying_is_malformed(line: str) -> None:
    with pytest.raises(MalformedError):
        decode(Explore(0, 100, rivals=("",)), GIVEN, [line.encode()])


def test_the_way_to_what_looked_best_is_told_when_nothing_was_found() -> None:
    found = decode(FindPlan(0, 100), GIVEN, [b'["open",[],[["right",[]]],100,null,false,"bfs"]'])
    assert (found.actions, found.partial, found.planner, found.shortest) == ((), (RIGHT,), "bfs", False)


BLOATED = {
    "known objects": [b"[[],[" + b"0," * 200_000 + b"0]]"] * 18,
    "removed objects": [b"[[" + b"0," * 200_000 + b"0],[]]"] * 18,
    "known objects in few rows": [b"[[],[" + b"0," * 50_000 + b"0]]"] * 2 + [b"0"] * 16,
    "removed objects in few rows": [b"[[" + b"0," * 50_000 + b"0],[]]"] * 2 + [b"0"] * 16,
    "tiny objects": [b"[[],[" + b'["A",{}],' * 25_000 + b'["A",{}]]]'] * 18,
    "tiny objects in one row": [b"[[],[" + b'["A",{}],' * 25_000 + b'["A",{}]]]'] + [b"0"] * 17,
    "attributes": [b'[[],[["A",{' + b",".join(b'"%x":0' % i for i in range(100_000)) + b"}]]]"] * 18,
    "empty lists": [b"[" + b"[]," * 1_000_000 + b"[]]"] + [b"0"] * 17,
    "lists in lists": [b"[[],[" + b"[[]]," * 500_000 + b"[]]]"] + [b"0"] * 17,
}


@pytest.mark.parametrize("lines", BLOATED.values(), ids=BLOATED)
def test_few_bytes_that_stand_for_much_are_refused_before_they_cost_much(lines: list[bytes]) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(MalformedError):
            decode(PredictStates(), GIVEN, lines)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_a_replay_that_adds_too_much_is_refused() -> None:
    row = b"[[[],[" + b"0," * 9_000 + b"0]],[0.0,false]]"
    with pytest.raises(MalformedError, match="added objects"):
        decode(ReplayPlan(0, (RIGHT,) * 20), GIVEN, [row] * 20)


def test_wrong_but_honest_answers_are_read_however_much_they_change_or_tell() -> None:
    boards = [State([Object("Board", cells=[[x, y, i] for x in range(20) for y in range(5)])]) for i in range(300)]
    given = encode(Inputs(states=boards, transitions=[(i, RIGHT) for i in range(300)]))
    cells = [[x, y, "anything"] for x in range(20) for y in range(5)]
    writer = AnswerWriter(decode_inputs(given.data).bodies)
    for i, board in enumerate(boards):
        after = State([Object("Board", cells=cells, number=i), *(Object("Mark", row=i, n=n) for n in range(5))])
        writer.write(writer.change(board, after, ", ".join("but it is not sure" for _ in range(25))))
    assert len(decode(PredictStates(), given, [line.encode() for line in writer.lines])) == 300  # type: ignore[arg-type]
    errors = [json.dumps("ValueError: " + "[1,2]," * 650).encode()] * 300
    assert len(decode(PredictStates(), given, errors)) == 300  # type: ignore[arg-type]
