"""What always ended the episode is taken to end it, until a step or a start without a plan says otherwise."""

from dataclasses import replace

import pytest

from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import Object, State
from sandbox.runtime.values import FrozenMap
from synth_server.domain import Candidate
from tests.inductive.support import fits, learn

LIFT = Action("lift")


def shelf(x: int, holds: str | None = None, **things: int) -> State:
    hand = Object("Hand", x=x, y=0, holds=FrozenMap({"type": holds}) if holds else None)
    return State([hand, *(Object(kind, x=at, y=0) for kind, at in things.items())])


def lifted(wish: str, kind: str, x: int, done: bool) -> Transition:
    others = {other: x + 3 + i for i, other in enumerate(("Cup", "Bowl", "Jug")) if other != kind}
    before, after = shelf(x, **{kind: x}, **others), shelf(x, kind, **others)
    return Transition(before, LIFT, float(done and kind == wish), after, f"lift the {wish.lower()}", done)


def rows() -> list[Transition]:
    """Twice what was wished for was lifted, and the hand went here and there."""
    things = {"Cup": 9, "Bowl": 8, "Jug": 7}
    walks = [
        Transition(shelf(x, **things), Action(name), 0.0, shelf(x + dx, **things), "lift the cup")
        for x in range(1, 6)
        for name, dx in (("east", 1), ("west", -1))
    ]
    idle = [Transition(shelf(x, **things), LIFT, 0.0, shelf(x, **things), "lift the cup") for x in (1, 2)]
    return [*walks, *idle, lifted("Cup", "Cup", 2, True), lifted("Bowl", "Bowl", 4, True)]


def outcome(source: str, wish: str, kind: str) -> tuple[float, bool]:
    row = lifted(wish, kind, 3, False)
    return load_model(source).reward(row.state, LIFT, row.next_state, row.goal)


def test_what_always_ended_the_episode_is_taken_to_end_it_without_pay() -> None:
    source = learn(rows()).source
    assert fits(source, rows()) == (1.0, 1.0)
    assert outcome(source, "Cup", "Cup") == (1.0, True)
    assert outcome(source, "Cup", "Bowl") == (0.0, True)
    idle = shelf(3, Cup=9)
    assert load_model(source).reward(idle, LIFT, idle, "lift the cup") == (0.0, False)
    assert load_model(source).reward(idle, Action("east"), shelf(4, Cup=9), "lift the cup") == (0.0, False)


def test_it_is_no_more_said_where_no_plan_is_left_with_it() -> None:
    starts = [Start(rows()[0].state, "lift the cup")]
    first = learn(rows(), starts).source
    second = learn(rows(), starts, [Candidate("c0", first)]).source
    assert outcome(first, "Cup", "Bowl") == (0.0, True)
    assert outcome(second, "Cup", "Bowl") == (0.0, False)


def test_a_step_after_which_the_episode_went_on_ends_it() -> None:
    seen = [*rows(), lifted("Cup", "Jug", 1, False)]
    source = learn(seen).source
    assert fits(source, seen) == (1.0, 1.0)
    assert outcome(source, "Cup", "Bowl") == (0.0, False)


@pytest.mark.parametrize(("times", "ends"), [(1, False), (3, True)])
def test_what_ended_episodes_in_vain_seldom_is_about_goals_of_the_form(times: int, ends: bool) -> None:
    wrong = [lifted("Cup", "Bowl", 2 + i, True) for i in range(times)]
    warm = [replace(row, goal=f"see that a {kind} is warm") for row in rows()[:4] for kind in ("cup", "jug")]
    model = load_model(learn([*rows(), *wrong, *warm]).source)
    row = lifted("Jug", "Bowl", 6, False)
    assert model.reward(row.state, LIFT, row.next_state, "lift the jug") == (0.0, True)
    assert model.reward(row.state, LIFT, row.next_state, "see that a jug is warm")[1] is ends
