"""However large a world, a prompt keeps to its budget and tells what matters."""

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.data.records import Start, Transition, World
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import State
from synth_server.domain import Candidate, Evaluation, Finding, Misprediction, Optimism, Part, RefutedStart, Status
from synth_server.prompts.render import PromptBudgetError, Prompts
from synth_server.prompts.tokens import estimate
from synth_server.providers.protocol import Defect, Request
from synth_server.verify.verifier import Verifier
from tests.data import strategies
from tests.prompts.asking import ask, told

LEAST = 2_000


def kitchen(facts: int, rng: random.Random) -> State:
    """A world of many objects, most of which have nothing to do with anything."""
    state = State()
    for i in range(facts):
        state.add(rng.choice(["Shelf", "Drawer", "Plate"]), name=f"thing {i}", room=rng.randrange(8), clean=i % 3 == 0)
    state.add("Agent", room=0, holds=None)
    state.add("Apple", name="the apple", room=3)
    return state


def cooking(facts: int, rows: int, seed: int) -> list[Transition]:
    rng = random.Random(seed)
    now, found = kitchen(facts, rng), []
    for i in range(rows):
        after = now.copy()
        after.one("Agent").room = rng.randrange(8)
        if i % 5 == 4:
            after.one("Apple").room = rng.randrange(8)
        action = Action("go", [after.one("Agent").room])
        found.append(Transition(now, action, float(i % 7 == 6), after, "bring the apple", i % 7 == 6))
        now = after
    return found


def wrong(rows: list[Transition], source: str, noise: str) -> Candidate:
    """A program with an evaluation that has much to say."""
    told = tuple(
        Misprediction(row.digest(), part, "something long " * 20, noise[:300]) for row in rows[:9] for part in Part
    )
    starts = (RefutedStart(rows[0].digest(), "bring the apple", True, noise * 3),) if rows else ()
    common = (Status.PARTIAL, 0.5, 0.5, 0.5, 0.5, None, 0, 0.1, Optimism(refuted=1), len(rows), "jail", 0.1, 0.4)
    return Candidate(
        "c1", source, evaluation=Evaluation(*common, told, starts, (Finding("x", noise),), noise, noise * 2, ("goal",))
    )


@settings(max_examples=40)
@given(
    facts=st.integers(0, 300),
    rows=st.integers(0, 40),
    budget=st.integers(LEAST, 20_000),
    noise=st.text(max_size=2_000),
    lines=st.integers(1, 2_000),
    defect=st.sampled_from([None, *Defect]),
    copies=st.integers(0, 2),
)
def test_no_prompt_is_larger_than_its_budget(
    prompts: Prompts, facts: int, rows: int, budget: int, noise: str, lines: int, defect: Defect | None, copies: int
) -> None:
    data = cooking(facts, rows, facts)
    schemas = (ActionSchema("go", (Argument(values=tuple(range(8))),)), ActionSchema("look"))
    world = World(noise[:50], description=noise, actions=schemas)
    parent = wrong(data, "x = 1\n" * lines, noise) if defect else None
    starts = [Start(row.state, row.goal) for row in data[:3]] + [Start(State(), "goal")]
    request = Request(world, data, starts, 0, 0, parent=parent, defect=defect, history=[parent] if parent else [])
    rendered = prompts.render(request, budget, copies)
    assert sum(estimate(message.text) for message in rendered.messages) < rendered.tokens <= budget


@settings(max_examples=40)
@given(
    world=strategies.worlds,
    rows=st.lists(strategies.transitions(), max_size=6),
    starts=st.lists(strategies.starts, max_size=3),
    defect=st.sampled_from([None, *Defect]),
    budget=st.integers(LEAST, 8_000),
)
def test_whatever_a_world_holds_can_be_told(
    prompts: Prompts, world: World, rows: list[Transition], starts: list[Start], defect: Defect | None, budget: int
) -> None:
    parent = wrong(rows, "x = 1\n", "noise") if defect else None
    request = Request(world, rows, starts, 0, 0, parent=parent, defect=defect, history=[parent] if parent else [])
    rendered = prompts.render(request, budget)
    assert sum(estimate(message.text) for message in rendered.messages) < rendered.tokens <= budget


def test_a_large_state_is_told_by_what_changes_what_is_near_and_what_the_goal_names(prompts: Prompts) -> None:
    data = cooking(300, 12, 1)
    text = prompts.render(Request(World("kitchen"), data, (), 0, 0), 5_000).messages[1].text
    first = text.split("## Transition 1:")[1].split("## Transition 2:")[0]
    assert "Agent(" in first
    assert text.count("'the apple'") >= 1
    assert text.count("thing 7,") <= 1
    assert "that are left out" in text


def test_a_budget_that_no_template_fits_is_an_error_that_tells_both_sizes(prompts: Prompts) -> None:
    with pytest.raises(PromptBudgetError, match="at least; 300 are allowed"):
        prompts.render(Request(World("kitchen"), cooking(5, 5, 1), (), 0, 0), 300)


def test_a_smaller_budget_shows_fewer_examples_and_still_the_failure(prompts: Prompts) -> None:
    data = cooking(10, 30, 1)
    parent = wrong(data, "def transition(state, action):\n    return state\n", "noise")
    request = Request(World("kitchen"), data, (), 0, 0, parent=parent, defect=Defect.NEXT_STATE)
    long, short = told(prompts, request, 12_000), told(prompts, request, 3_000)
    assert long.count("## ") > short.count("## ")
    assert "## Wrong 1" in short
    assert "Predicted: noise" in short


async def test_rows_that_are_held_back_are_in_no_prompt(prompts: Prompts, verifier: Verifier) -> None:
    rows = _many(260)
    identity = "def transition(state, action):\n    return state\n\n\ndef reward(s, a, n, g):\n    return 0.0, False\n"
    request = await ask(verifier, identity, Defect.NEXT_STATE, rows=rows, starts=())
    visible = {row.digest() for row in request.transitions}
    held = [row for row in rows if row.digest() not in visible]
    assert len(held) >= 20
    # The last check is on all rows; what it tells of held-back ones may not pass either.
    checker = await verifier.open(World("line"), rows, ())
    full = (await checker.evaluate_all(identity)).evaluation
    await checker.close()
    assert request.parent is not None
    evaluation = replace(full, stdout="SECRET", mispredictions=_of_all(rows, full))
    parent = replace(request.parent, evaluation=evaluation)
    for number in range(12):
        for one in (request.parent, parent):
            for defect in (None, *Defect):
                asked = replace(request, parent=one if defect else None, defect=defect, index=number, attempt=number)
                text = told(prompts, asked)
                assert "SECRET" not in text
                shown = set(re.findall(r"code \d+", text))
                assert shown
                assert shown <= {row.state.one("Agent").x for row in request.transitions}


def _many(count: int) -> list[Transition]:
    """Rows whose states are told apart by a name that stands nowhere else."""
    found = []
    for i in range(count):
        before = State()
        before.add("Agent", x=f"code {i * 7919}", moved=False)
        after = State()
        after.add("Agent", x=f"code {i * 7919}", moved=True)
        found.append(Transition(before, Action("go"), 0.0, after, "move"))
    return found


def _of_all(rows: list[Transition], full: Evaluation) -> tuple[Misprediction, ...]:
    return tuple(
        Misprediction(row.digest(), part, f"Agent.x: {row.state.one('Agent').x}", f"{row.state.one('Agent').x} stays")
        for row in rows
        for part in (Part.NEXT_STATE, Part.REWARD)
    )
