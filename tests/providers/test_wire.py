import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.data.records import Start, Success, Transition, World
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import Object, State
from synth_server.domain import (
    Candidate,
    Evaluation,
    Misprediction,
    Optimism,
    Part,
    RefutedStart,
    Status,
)
from synth_server.inductive.wire import decode_request, encode_request
from synth_server.providers.protocol import Request
from tests.verify.worlds import STARTS, WORLD, good_data, many

EVALUATION = Evaluation(
    status=Status.PARTIAL,
    fit=0.5,
    next_state_fit=0.75,
    reward_fit=1.0,
    done_fit=1.0,
    held_back_fit=None,
    uncertain=3,
    identity_baseline=0.1,
    optimism=Optimism(1, 2, 3, 4),
    transitions=32,
    sandbox="",
    seconds=0.0,
    score=0.6,
    mispredictions=(Misprediction("d", Part.REWARD, "reward 1.0", "reward 0.0"),),
    refuted=(RefutedStart("s", "goal", True),),
    error="boom",
)


def request(**changes: object) -> Request:
    return replace(Request(WORLD, good_data(), STARTS, index=3, seed=7), **changes)  # type: ignore[arg-type]


def assert_same(a: Request, b: Request) -> None:
    assert [t.digest() for t in a.transitions] == [t.digest() for t in b.transitions]
    assert list(a.transitions) == list(b.transitions)
    assert list(a.starts) == list(b.starts)
    assert replace(a, transitions=(), starts=(), history=()) == replace(b, transitions=(), starts=(), history=())
    assert list(a.history) == list(b.history)


def test_a_request_comes_back_as_it_was() -> None:
    first = Candidate("c1", "one", None, "note", evaluation=EVALUATION)
    second = Candidate("c2", "two", "c1")
    sent = request(parent=first, history=[first, second], warm_start="three")
    assert_same(decode_request(encode_request(sent)), sent)


def test_a_parent_that_the_history_lacks_comes_back_too() -> None:
    parent = Candidate("c1", "one", evaluation=EVALUATION)
    assert decode_request(encode_request(request(parent=parent))).parent == parent


def test_schemas_success_and_optional_fields_come_back() -> None:
    schema = ActionSchema("put", (Argument(type="Box", attribute="id"), Argument(values=(1, 1.0, True, None))))
    world = World("w", "words", (schema,), Success(0.5, needs_done=False))
    row = replace(good_data()[0], available=(Action("put", ["a", 1]),), episode="e", step=4, truncated=True)
    sent = request(world=world, transitions=[row], starts=[])
    assert_same(decode_request(encode_request(sent)), sent)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.text(min_size=1, max_size=3).filter(lambda name: name != "type")
OBJECTS = st.builds(Object.from_mapping, st.text(max_size=3), st.dictionaries(NAMES, VALUES, max_size=3))
STATES = st.lists(OBJECTS, max_size=4).map(lambda objects: State(objects + objects[:1]))


@settings(max_examples=60)
@given(st.lists(st.tuples(STATES, STATES, VALUES), min_size=1, max_size=4))
def test_any_states_come_back_type_by_type(rows: list[tuple[State, State, object]]) -> None:
    sent = request(
        transitions=[Transition(a, Action("x", [v]), 0.0, b) for a, b, v in rows], starts=[Start(rows[0][1])]
    )
    assert_same(decode_request(encode_request(sent)), sent)


def test_what_does_not_change_is_told_once() -> None:
    rows = many(200, length=300)
    walls = [Object("Brick", n=n) for n in range(200)]
    rows = [replace(t, state=State([*t.state, *walls]), next_state=State([*t.next_state, *walls])) for t in rows]
    assert len(encode_request(request(transitions=rows, starts=[]))) < 40_000


def test_numbers_that_json_cannot_carry_are_refused() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        encode_request(request(transitions=[replace(good_data()[0], reward=float("nan"))]))


def test_the_request_is_plain_json() -> None:
    assert json.loads(encode_request(request()))["seed"] == 7
