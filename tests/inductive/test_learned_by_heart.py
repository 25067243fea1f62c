"""What follows no rule is left unexplained in bounded work; the rest is learned all the same."""

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.objects import Object
from sandbox.runtime.state import State
from synth_server.inductive import rules
from tests.inductive.support import learn, load_model


def lamp(x: int, n: int) -> State:
    return State([Object("Walker", x=x, n=n, lit=bool((x * 7 + n * 13 ^ n * 3).bit_count() & 1))])


def row(x: int, n: int, name: str) -> Transition:
    after = min(max(x + {"west": -1, "east": 1}[name], 0), 24)
    return Transition(lamp(x, n), Action(name), 0.0, lamp(after, n + 1), "")


def test_a_lamp_that_follows_no_rule_is_not_learned_by_heart_and_the_walk_is() -> None:
    rows = [row(n * 7 % 25, n, "east" if n % 3 else "west") for n in range(100)]
    model = load_model(learn(rows).source)
    fresh = [row(n * 11 % 25, n, "west" if n % 2 else "east") for n in range(200, 260)]
    for one in fresh:
        (seen,), (true,) = model.transition(one.state.copy(), one.action), one.next_state
        assert (seen.x, seen.n) == (true.x, true.n)


def test_no_more_than_so_many_conjunctions_of_a_cover_cost_more_than_they_explain() -> None:
    rows = 64
    choices = [
        rules.Priced(rules.Literal(None, number), 1 << number, 5.0)  # type: ignore[arg-type]  # one literal a row
        for number in range(rows)
    ]
    wanted, unwanted = (1 << 32) - 1, ((1 << 64) - 1) ^ ((1 << 32) - 1)
    found, left = rules.cover(wanted, unwanted, choices)
    assert len(found) == rules.POOR
    assert left.bit_count() == 32 - rules.POOR
