"""The offline form, to the letter."""

import json

import pytest

from sandbox.data.jsonl import DataError, Dataset, read, write
from sandbox.data.records import Start, Success, World
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import Object, State

ROW = {"state": [], "action": "go", "next_state": [], "reward": 0, "done": False}


def line(**changes):
    return json.dumps({key: value for key, value in {**ROW, **changes}.items() if value is not ...})


def only(text):
    return read([text], "data.jsonl").transitions[0]


def test_a_full_line_is_read():
    row = only(
        '{"episode": "e1", "step": 0, "goal": "open the box", "state": [{"type": "Agent", "x": 1, "y": 2,'
        ' "carrying": null}, {"type": "Box", "x": 3, "y": 2, "color": "red"}], "action": {"name": "move", "args":'
        ' ["up"]}, "next_state": [{"type": "Box", "x": 3, "y": 2, "color": "red"}, {"type": "Agent", "x": 1, "y": 1,'
        ' "carrying": null}], "reward": 0.0, "done": false, "available": ["wait", {"name": "move", "args": ["up"]}]}'
    )
    box = Object("Box", x=3, y=2, color="red")
    assert row.state == State([box, Object("Agent", x=1, y=2, carrying=None)])
    assert row.next_state == State([Object("Agent", x=1, y=1, carrying=None), box])
    assert row.action == Action("move", ["up"])
    assert row.available == (Action("wait"), Action("move", ["up"]))
    assert (row.episode, row.step, row.goal, row.reward, row.done, row.truncated) == (
        *("e1", 0, "open the box", 0.0, False, False),
    )


def test_optional_keys_have_defaults():
    row = only(line())
    assert (row.goal, row.episode, row.step, row.available, row.truncated) == ("", "", None, None, False)
    assert type(row.reward) is float


def test_a_plain_string_equals_the_same_action_without_arguments():
    rows = [only(line(action=a)) for a in ("go", {"name": "go"}, {"name": "go", "args": []})]
    assert len({row.digest() for row in rows}) == 1


def test_value_types_are_kept():
    boxes = only(line(state=[{"type": "A", "x": x} for x in (1, 1.0, True, "1")])).state.of("A")
    assert [type(box.x) for box in boxes] == [int, float, bool, str]
    assert len(set(boxes)) == 4


def test_starts_come_from_their_own_lines_and_from_step_0_each_once():
    start = '{"state": [{"type": "A"}], "goal": "g"}'
    state = [{"type": "A"}]
    got = read([start, start, line(state=state, step=0, goal="g"), line(step=0), line(state=state, step=1)], "d")
    assert got.starts == (Start(State([Object("A")]), "g"), Start(State(), ""))
    assert len(got.transitions) == 3


def test_a_first_line_describes_the_world():
    header = {
        "world": "w",
        "description": "A box.",
        "actions": [
            "wait",
            {"name": "open", "args": [{"type": "Box", "attribute": "color"}]},
            {"name": "go", "args": [{"values": ["up", 1]}]},
        ],
        "success": {"reward_above": 0.5, "needs_done": False},
    }
    got = read([json.dumps(header), line()], "d")
    assert got.world == World(
        "w",
        "A box.",
        (
            ActionSchema("wait"),
            ActionSchema("open", (Argument(type="Box", attribute="color"),)),
            ActionSchema("go", (Argument(values=("up", 1)),)),
        ),
        Success(0.5, needs_done=False),
    )
    assert read(write(got), "d") == got
    assert read(['{"world": "w"}'], "d") == Dataset(World("w"))


def test_bytes_are_read_as_utf_8():
    assert read([line(goal="é").encode()], "d").transitions[0].goal == "é"


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("", "line", "empty"),
        ("{", "line", "not JSON"),
        ("[]", "line", "must be an object"),
        ("3", "line", "must be an object"),
        (b"\xff", "line", "UTF-8"),
        ("[" * 100_000, "line", "too deep"),
        ('{"state": ' + "[" * 800 + "]" * 800 + ', "goal": ""}', "state[0]", "must be an object"),
        (line()[:-1] + ', "done": true}', "done", "more than once"),
        (line(state=[{"type": "A", "x": {"k": 1}}]).replace('"k": 1', '"k": 1, "k": 1'), "k", "more than once"),
        (line(reward=...), "reward", "missing"),
        (line(done=...), "done", "missing"),
        (line(state=...), "state", "missing"),
        (line(action=...), "action", "missing"),
        (line(next_state=...), "next_state", "missing"),
        (line(colour="red"), "colour", "not known"),
        (line(action={"name": "go", "arguments": []}), "action.arguments", "not known"),
        (line(action={"args": []}), "action.name", "missing"),
        (line(action=""), "action", "empty"),
        (line(action={"name": "go", "args": "up"}), "action.args", "array"),
        (line(action=3), "action", "an integer"),
        (line(done=1), "done", "an integer"),
        (line(done=None), "done", "null"),
        (line(reward=True), "reward", "a boolean"),
        (line(reward="1"), "reward", "a string"),
        (line(reward=float("nan")), "line", "NaN"),
        (line(reward=12345).replace("12345", "1e999"), "reward", "finite"),
        (line(reward=10**30), "line", "64 bits"),
        (line(done=True, truncated=True), "truncated", "not truncated"),
        (line(step=True), "step", "a boolean"),
        (line(step=1.0), "step", "a number"),
        (line(step=-1), "step", "between"),
        (line(episode=7), "episode", "an integer"),
        (line(goal=None), "goal", "null"),
        (line(goal="\ud800"), "goal", "surrogate"),
        (line(available=None), "available", "null"),
        (line(available=["go", 1]), "available[1]", "an integer"),
        (line(state={}), "state", "an object"),
        (line(next_state=[{"type": "A"}, 1]), "next_state[1]", "an integer"),
        (line(state=[{"x": 1}]), "state[0].type", "missing"),
        (line(state=[{"type": 1}]), "state[0].type", "an integer"),
        (line(state=[{"type": ""}]), "state[0].type", "empty"),
        (line(state=[{"type": "A", "x": 2**63}]), "state[0].x", "64 bits"),
        (line(state=[{"type": "A", "x": "\ud800"}]), "state[0].x", "surrogate"),
        (line(state=[{"type": "A", "x": [[1], [2**63]]}]), "state[0].x", "[1][0]: integer outside 64 bits"),
        (line(state=[{"type": "A", "x": eval("[" * 33 + "]" * 33)}]), "state[0].x", "32 deep"),
        (line(world="w"), "state", "not known"),
        ('{"world": ""}', "world", "empty"),
        ('{"world": "w", "size": 3}', "size", "not known"),
        ('{"world": "w", "success": {"reward": 3}}', "success.reward", "not known"),
        ('{"world": "w", "success": {"needs_done": 1}}', "success.needs_done", "an integer"),
        ('{"world": "w", "actions": [{"name": "go", "args": [{}]}]}', "actions[0].args[0].type", "missing"),
        ('{"world": "w", "actions": [{"name": "go", "args": [{"values": []}]}]}', "actions[0].args[0].values", "empty"),
        (
            '{"world": "w", "actions": [{"name": "go", "args": [{"values": [1], "type": "A"}]}]}',
            *("actions[0].args[0].type", "not known"),
        ),
    ],
)
def test_a_malformed_line_is_refused_with_file_line_field_and_reason(text, field, reason):
    with pytest.raises(DataError) as caught:
        read([text], "data.jsonl")
    error = caught.value
    assert (error.file, error.line, error.field) == ("data.jsonl", 1, field)
    assert reason in error.reason
    assert str(error).startswith(f"data.jsonl:1: {field}: ")


def test_the_line_of_an_error_is_counted_from_1():
    with pytest.raises(DataError) as caught:
        read([line(), line(), line(done="no")], "d")
    assert caught.value.line == 3


def test_only_the_first_line_may_describe_the_world():
    with pytest.raises(DataError, match="first line"):
        read([line(), '{"world": "w"}'], "d")
