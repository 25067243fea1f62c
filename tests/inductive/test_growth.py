"""Learning as data grow: the same whatever was learned before, cheap where rows fit, repaired where they do not."""

import itertools
import random
from typing import Any

import pytest

from sandbox.data.records import Success, Transition, World
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import Object, State
from synth_server.inductive import growth, rules, theory
from synth_server.inductive.growth import FIRST_MILESTONE, Memory, dynamics, milestone, payments
from synth_server.inductive.learn import propose
from synth_server.providers.protocol import Request

WAYS = {"n": (0, -1), "s": (0, 1), "w": (-1, 0), "e": (1, 0)}
SIZE = 9
MANY = FIRST_MILESTONE + 24


def room(rng: random.Random) -> State:
    walls = [Object("Wall", x=x, y=y) for x in range(SIZE) for y in range(SIZE) if {x, y} & {0, SIZE - 1}]
    spots = rng.sample([(x, y) for x in range(1, SIZE - 1) for y in range(1, SIZE - 1)], 4)
    (x, y), *others = spots
    return State(
        [
            *walls,
            Object("Mouse", x=x, y=y, full=0),
            *(Object(kind, x=a, y=b) for kind, (a, b) in zip(("Seed", "Seed", "Mud"), others, strict=True)),
        ]
    )


def step(before: State, name: str, *, sticky: bool) -> Transition:
    """The mouse walks, and eats seeds; mud, if ``sticky``, holds it unless it jumps."""
    state = before.copy()
    mouse = state.one("Mouse")
    assert mouse is not None
    dx, dy = WAYS.get(name, (0, 0))
    stuck = sticky and bool(state.where(type="Mud", x=mouse.x, y=mouse.y))
    if name in WAYS and not stuck and not state.where(type="Wall", x=mouse.x + dx, y=mouse.y + dy):
        mouse.x, mouse.y = mouse.x + dx, mouse.y + dy
    elif name == "eat":
        for seed in state.where(type="Seed", x=mouse.x, y=mouse.y):
            state.remove(seed)
            mouse.full += 1
    done = not state.of("Seed")
    return Transition(before, Action(name), float(done), state, "eat", done)


def rows(count: int, *, sticky: bool = False, seed: int = 0) -> list[Transition]:
    rng, found = random.Random(seed), dict[str, Transition]()
    state = room(rng)
    while len(found) < count:
        mouse = state.one("Mouse")
        assert mouse is not None
        hungry = state.where(type="Seed", x=mouse.x, y=mouse.y)
        row = step(state, "eat" if hungry and rng.random() < 0.7 else rng.choice([*WAYS, "eat"]), sticky=sticky)
        found[row.digest()] = row
        state = room(rng) if row.done or rng.random() < 0.05 else row.next_state
    return list(found.values())


def asked(data: list[Transition]) -> Request:
    return Request(World("mouse"), data, (), 0, 0)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each learning from scratch was given."""
    sizes: list[int] = []
    whole = theory.learn

    def learn(shape: object, steps: list[object], *known: object) -> object:
        sizes.append(len(steps))
        return whole(shape, steps, *known)  # type: ignore[arg-type]

    monkeypatch.setattr(growth.theory, "learn", learn)
    return sizes


def misses(source: str, data: list[Transition]) -> int:
    model = load_model(source)
    return sum(model.transition(row.state.copy(), row.action) != row.next_state for row in data)


def test_milestones_are_all_rows_at_first_and_then_further_and_further_apart() -> None:
    assert [milestone(n) for n in (1, 100, FIRST_MILESTONE - 1)] == [1, 100, FIRST_MILESTONE - 1]
    marks = sorted({milestone(n) for n in range(FIRST_MILESTONE, 2000)})
    assert marks[0] == FIRST_MILESTONE
    assert all(1.05 < b / a <= 1.1 for a, b in itertools.pairwise(marks))


def test_what_is_learned_depends_on_the_rows_and_not_on_what_was_learned_before() -> None:
    data = rows(MANY)
    grown = Memory()
    for count in (50, FIRST_MILESTONE - 1, FIRST_MILESTONE + 3, FIRST_MILESTONE + 17, FIRST_MILESTONE + 18):
        propose(asked(data[:count]), grown)
    for count in (100, MANY - 1, MANY, FIRST_MILESTONE + 17):
        assert propose(asked(data[:count]), grown) == propose(asked(data[:count]), Memory())


def test_rows_that_fit_keep_the_rules_and_cost_a_fraction(monkeypatch: pytest.MonkeyPatch) -> None:
    data, memory = rows(MANY), Memory()
    first = dynamics(data[:FIRST_MILESTONE], memory)
    sizes = counted(monkeypatch)
    later = dynamics(data, memory)
    assert later.theory is first.theory
    assert len(later.steps) == MANY
    assert payments(later, (), Success(), 0, memory) is payments(first, (), Success(), 0, memory)
    assert sizes == []


def test_a_row_that_does_not_fit_has_the_rule_learned_anew_that_it_contradicts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calm = [row for row in rows(FIRST_MILESTONE * 2, sticky=True) if not on_mud(row)][:FIRST_MILESTONE]
    muddy = [row for row in rows(900, sticky=True, seed=5) if on_mud(row)][:12]
    memory = Memory()
    first = dynamics(calm, memory)
    sizes = counted(monkeypatch)
    data = [*calm, *muddy]
    later = dynamics(data, memory)
    assert sizes == []
    changed = {rule.slot for rule in (*first.theory.rules, *later.theory.rules)}
    kept = {rule.slot for rule in first.theory.rules if rule in later.theory.rules}
    assert {(slot.kind, slot.part) for slot in changed - kept} == {("Mouse", "place")}
    source = propose(asked(data), memory).source
    assert misses(source, data) == 0
    assert misses(source, rows(400, sticky=True, seed=9)) == 0


def on_mud(row: Transition) -> bool:
    mouse = row.state.one("Mouse")
    assert mouse is not None
    return bool(row.state.where(type="Mud", x=mouse.x, y=mouse.y))


@pytest.mark.parametrize("change", ["attribute", "type"])
def test_what_is_new_in_kind_is_learned_from_scratch(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data, memory = rows(FIRST_MILESTONE), Memory()
    dynamics(data, memory)
    strange = step(room(random.Random(77)), "n", sticky=False)
    more = Object("Seed", x=1, y=1, ripe=True) if change == "attribute" else Object("Owl", x=1, y=1)
    both = [State([*state, more]) for state in (strange.state, strange.next_state)]
    data.append(Transition(both[0], strange.action, strange.reward, both[1], strange.goal, strange.done))
    sizes = counted(monkeypatch)
    assert misses(propose(asked(data), memory).source, data) == 0
    assert sizes == [len(data)]


def test_one_more_row_that_fits_makes_nothing_be_searched_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = 0
    search = rules.conjunction

    def counting(*args: Any) -> Any:
        nonlocal searched
        searched += 1
        return search(*args)

    monkeypatch.setattr(rules, "conjunction", counting)
    data, memory = rows(FIRST_MILESTONE + 60), Memory()
    propose(asked(data[:FIRST_MILESTONE]), memory)
    scratch, more = searched, []
    for number in range(FIRST_MILESTONE + 1, len(data)):
        before = searched
        propose(asked(data[:number]), memory)
        more.append(searched - before)
    assert scratch > 0
    assert sorted(more)[len(more) // 2] < scratch / 3
