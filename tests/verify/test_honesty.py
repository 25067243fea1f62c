import random
from collections import Counter
from dataclasses import replace

from sandbox.runtime.actions import Action
from synth_server.verify.honesty import HoldOut, find
from synth_server.verify.options import VerifyOptions
from tests.verify.worlds import many

OPTIONS = VerifyOptions()


def digests(rows: object) -> set[str]:
    return {row.digest for row in rows}  # type: ignore[attr-defined]


def test_below_two_hundred_rows_nothing_is_held_back() -> None:
    assert HoldOut(many(199), OPTIONS).held == []


def test_a_tenth_is_held_back_and_at_most_two_hundred() -> None:
    assert len(HoldOut(many(200), OPTIONS).held) == 20
    assert len(HoldOut(many(2500, length=3000), OPTIONS).held) == 200


def test_every_action_gives_its_share_and_one_seldom_taken_none() -> None:
    often = many(300)
    seldom = [replace(row, action=Action("seldom")) for row in often[:9]]
    twice = [replace(row, action=Action("now and then")) for row in often[:40]]
    held = Counter(row.transition.action.name for row in HoldOut([*often, *seldom, *twice], OPTIONS).held)
    every = Counter(row.action.name for row in [*often, *twice])
    assert held.total() == 34
    assert set(held) == set(every)
    assert all(abs(held[name] - every[name] / 10) <= 1 for name in every)


def test_what_paid_under_a_goal_is_held_back_only_where_it_often_did() -> None:
    plain = many(300)
    once = [replace(row, goal=f"goal {n}", reward=1.0, done=True) for n, row in enumerate(plain[:9])]
    often = [replace(row, goal="often", reward=1.0, done=True) for row in plain[:40]]
    held = Counter(row.transition.goal for row in HoldOut([*plain, *once, *often], OPTIONS).held)
    assert held.total() == 34
    assert not set(held) & {row.goal for row in once}
    assert held["often"] > 0


def test_duplicates_do_not_count_as_rows() -> None:
    rows = many(150)
    assert HoldOut(rows + rows, OPTIONS).held == []


def test_what_is_held_back_does_not_depend_on_the_order() -> None:
    rows = many(300)
    first = digests(HoldOut(rows, OPTIONS).held)
    random.Random(1).shuffle(rows)
    assert digests(HoldOut(rows, OPTIONS).held) == first


def test_seen_and_unseen_rows_are_all_rows() -> None:
    rows = HoldOut(many(300), OPTIONS)
    assert digests(rows.visible).isdisjoint(digests(rows.held))
    assert digests(rows.visible) | digests(rows.held) == digests(rows.all)


def test_a_missed_row_is_shown_for_good_and_another_takes_its_place() -> None:
    rows = HoldOut(many(300), OPTIONS)
    missed = rows.held[0]
    rows.release([missed])
    assert missed.digest in digests(rows.visible)
    assert len(rows.held) == 30
    for row in list(rows.held):
        rows.release([row])
    assert missed.digest in digests(rows.visible)


def test_newly_arrived_rows_take_the_place_first() -> None:
    data = many(301)
    rows = HoldOut(data[:300], OPTIONS)
    seen = digests(rows.visible)
    rows.take(data[300:])
    assert digests(rows.visible) == seen
    rows.release(rows.held[:1])
    assert len(digests(rows.held) - seen) == len(rows.held)


def test_arrived_rows_are_shown_where_nothing_is_held_back() -> None:
    data = many(20)
    rows = HoldOut(data[:19], OPTIONS)
    rows.take(data)
    assert len(rows.visible) == 19
    rows.release([])
    assert len(rows.visible) == 20


def test_a_gap_between_seen_and_unseen_rows_is_a_finding() -> None:
    assert [finding.kind for finding in find(1.0, 0.2, 1.0, 0.5)] == ["held_back_gap"]
    assert find(1.0, 0.2, 1.0, 1.0) == []


def test_less_than_the_identity_baseline_is_a_finding() -> None:
    assert [finding.kind for finding in find(0.1, 0.2, 0.0, None)] == ["below_identity_baseline"]
