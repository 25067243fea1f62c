from agent_client.experience import Experience
from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action
from tests.agent_client.corridor import situation


def row(x: int, to: int) -> Transition:
    return Transition(situation(x), Action("right"), 0.0, situation(to))


def test_a_row_seen_before_is_counted_but_not_sent_again() -> None:
    seen = Experience()
    assert [seen.add(row(0, 1)), seen.add(row(0, 1)), seen.add(row(5, 5))] == [True, False, True]
    assert (seen.steps, seen.distinct, seen.changed) == (3, 2, 1)
    assert seen.tried[Action("right")] == 3
    assert seen.tried_in(situation(0))[Action("right")] == 2
    assert seen.tried_in(situation(3))[Action("right")] == 0
    assert seen.unsent() == ([row(0, 1), row(5, 5)], [])


def test_what_was_sent_is_not_sent_again() -> None:
    seen = Experience()
    seen.begin(Start(situation(0), "go"))
    seen.add(row(0, 1))
    transitions, starts = seen.unsent()
    seen.add(row(1, 2))
    seen.sent(len(transitions), len(starts))
    seen.begin(Start(situation(0), "go"))
    assert seen.unsent() == ([row(1, 2)], [])
    seen.begin(Start(situation(0), "go elsewhere"))
    assert seen.unsent()[1] == [Start(situation(0), "go elsewhere")]
