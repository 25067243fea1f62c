import random

import pytest

from sandbox.data.diagnosis import report_from_proto, report_to_proto
from sandbox.data.doctor import Severity, examine, explainable
from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.state import Object, State


def at(x: int, **more: object) -> State:
    return State([Object("Cart", x=x, **more)])


def walk(n: int = 6) -> list[Transition]:
    """A cart that goes right, one row a place."""
    return [Transition(at(x), Action("go"), 0.0, at(x + 1), "be far", step=x) for x in range(n)]


def kinds(rows: list[Transition], **more: object) -> list[str]:
    return [remark.kind for remark in examine(rows, **more).remarks]  # type: ignore[arg-type]


def test_sound_rows_have_no_problem_and_their_events_are_counted() -> None:
    report = examine(walk())
    assert report.healthy
    assert report.deterministic
    assert report.events == {"go: Cart.x": 6}
    assert (report.rows, report.distinct, report.goals, report.unchanged) == (6, 6, 1, 0.0)


def test_the_same_state_and_action_with_another_next_state_is_a_contradiction_that_names_both_rows() -> None:
    report = examine([*walk(40), *walk(40), Transition(at(2), Action("go"), 0.0, at(9), "be far")])
    clash = next(remark for remark in report.remarks if remark.kind == "contradiction")
    assert clash.severity is Severity.PROBLEM
    assert clash.rows == (2, 80)
    assert "`go`" in clash.text
    assert report.contradictory == 2
    assert not report.healthy
    assert "stochastic" not in [remark.kind for remark in report.remarks]


def test_another_reward_for_the_same_step_under_one_goal_is_a_contradiction_and_under_another_goal_is_none() -> None:
    row = walk(1)[0]
    other_goal = Transition(row.state, row.action, 1.0, row.next_state, "be near")
    assert "contradiction" not in kinds([row, other_goal])
    assert "contradiction" in kinds([row, Transition(row.state, row.action, 1.0, row.next_state, row.goal)])


def test_a_world_of_chance_is_called_stochastic_and_the_sure_actions_are_named() -> None:
    rng = random.Random(1)
    rows = [Transition(at(x % 5), Action("roll"), 0.0, at(rng.randrange(5))) for x in range(60)]
    rows += [Transition(at(x), Action("stay"), 0.0, at(x)) for x in range(5)]
    remark = next(remark for remark in examine(rows).remarks if remark.kind == "stochastic")
    assert "`roll`" in remark.text
    assert "never with `stay`" in remark.text


def test_ends_at_the_greatest_step_with_the_usual_reward_look_like_a_limit_on_steps() -> None:
    rows = [Transition(at(x), Action("go"), 0.0, at(x + 1), done=x % 10 == 9, step=x % 10) for x in range(40)]
    assert "truncation" in kinds(rows)
    paid = [Transition(r.state, r.action, float(r.done), r.next_state, done=r.done, step=r.step) for r in rows]
    assert "truncation" not in kinds(paid)


def test_duplicates_constants_and_missing_attributes_are_noted() -> None:
    rows = [Transition(at(x, wheels=4), Action("go"), 0.0, at(x + 1, wheels=4)) for x in range(5)]
    found = examine([*rows, rows[0], Transition(at(9), Action("go"), 0.0, at(10))])
    texts = {remark.kind: remark.text for remark in found.remarks}
    assert found.distinct == 6
    assert "1 rows" in texts["duplicates"]
    assert "Cart.wheels is 4 everywhere" in texts["constant"]
    assert "Cart.wheels is missing" in texts["missing"]


def test_actions_never_taken_without_effect_and_rare_events_are_told() -> None:
    rows = [*walk(), *(Transition(at(x), Action("wave"), 0.0, at(x)) for x in range(4))]
    rows.append(Transition(at(3), Action("jump"), 0.0, at(6)))
    found = examine(rows, schemas=[ActionSchema(name) for name in ("go", "wave", "jump", "dig")])
    texts = {remark.kind: remark.text for remark in found.remarks}
    assert "`dig`" in texts["untried"]
    assert "`wave`" in texts["no-effect"]
    assert "jump: Cart.x" in texts["rare"]


def test_no_program_explains_more_rows_than_one_outcome_for_each_state_action_and_goal() -> None:
    row = walk(1)[0]
    other_goal = Transition(row.state, row.action, 1.0, row.next_state, "be near")
    assert explainable([row, other_goal]) == 2
    elsewhere = Transition(row.state, row.action, 0.0, at(9), row.goal)
    assert explainable([*walk(), other_goal, elsewhere]) == 7
    assert examine([*walk(), elsewhere]).explainable == 6


def test_where_each_row_is_kept_once_a_single_contradiction_is_no_chance_and_several_are() -> None:
    strange = [Transition(at(x), Action("go"), 0.0, at(9), "be far") for x in range(3)]
    one, several = (examine([*walk(40), *strange[:n]], repeats=False) for n in (1, 3))
    assert [remark.kind for remark in one.problems] == ["contradiction"]
    assert next(remark.kind for remark in several.problems) == "stochastic"


def test_the_rows_that_show_a_contradiction_are_named_by_digest_too() -> None:
    rows = [*walk(), Transition(at(2), Action("go"), 0.0, at(9), "be far")]
    clash = examine(rows).problems[-1]
    assert clash.digests == (rows[2].digest(), rows[6].digest())


def test_a_report_travels_as_a_message() -> None:
    rows = [*walk(), Transition(at(2), Action("go"), 0.0, at(9), "be far")]
    report = examine(rows, repeats=False)
    back = report_from_proto(report_to_proto(report))
    assert (back.distinct, back.explainable, back.deterministic, back.events) == (7, 6, False, report.events)
    assert [(one.kind, one.severity, one.text, one.digests) for one in back.problems] == [
        (one.kind, one.severity, one.text, one.digests) for one in report.problems
    ]
    assert len(back.remarks) == len(report.remarks)
    assert not back.healthy


def test_goals_under_which_nothing_paid_are_named() -> None:
    found = examine(walk(), [Start(at(0), "be near")])
    assert "be near" in next(remark.text for remark in found.remarks if remark.kind == "unpaid")


@pytest.mark.parametrize("rows", [[], walk(1)])
def test_hardly_any_rows_are_no_trouble(rows: list[Transition]) -> None:
    assert examine(rows).healthy


def test_a_report_as_plain_data_tells_the_same() -> None:
    body = examine([*walk(), *walk()]).to_json()
    assert body["rows"] == 12
    assert body["healthy"] is True
    assert body["remarks"][0]["kind"] == "duplicates"
