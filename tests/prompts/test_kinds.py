from dataclasses import replace

from sandbox.data.records import Start
from synth_server.domain import Candidate, RefutedStart
from synth_server.prompts.kinds import Kind
from synth_server.prompts.render import Prompts
from synth_server.providers.protocol import Defect
from synth_server.verify.verifier import Verifier
from tests.prompts.asking import NO_COUNT, NO_END, NO_GOAL, ONE_GOAL, OTHER_GOAL, ask, told, two_goals
from tests.verify.worlds import GOAL, STARTS, TRUE_PROGRAM, state


async def test_every_prompt_holds_the_runtime_the_skeleton_and_what_does_not_exist(
    prompts: Prompts, verifier: Verifier
) -> None:
    rendered = prompts.render(await ask(verifier), 12_000)
    system, user = rendered.messages
    assert (system.role, user.role) == ("system", "user")
    for words in (
        "class State:",
        "def where(self, **attributes",
        "class UnknownGoal",
        "def transition(state, action):",
    ):
        assert words in system.text
    assert "`state.agent` does not exist" in system.text
    assert "- take" in user.text
    assert "corridor" in user.text


async def test_a_first_prompt_shows_each_effect_once_before_any_twice(prompts: Prompts, verifier: Verifier) -> None:
    request = await ask(verifier)
    text = told(prompts, request)
    assert prompts.render(request, 12_000).kind is Kind.WRITE
    first = text.split("## Transition 8:")[0]
    for action, effect in (("right", "Agent.x"), ("left", "Agent.x"), ("take", "Agent.keys")):
        assert f": {action}\n" in first
        assert f"Effect: {effect}" in first
    assert first.count("Reward: 1.0, done: True") == 1
    assert first.count("Effect: nothing changes") == 3
    assert f"- {GOAL!r}" in text


async def test_other_numbers_draw_other_examples_and_equal_numbers_the_same(
    prompts: Prompts, verifier: Verifier
) -> None:
    request = await ask(verifier)
    texts = {told(Prompts.load(), replace(request, **change)) for change in ({}, {"seed": 1}, {"index": 2})}
    assert len(texts) == 3
    assert told(prompts, request) == told(Prompts.load(), request)


async def test_a_repair_shows_wrong_rows_with_both_effects_right_ones_and_what_was_printed(
    prompts: Prompts, verifier: Verifier
) -> None:
    request = await ask(verifier, NO_COUNT, Defect.NEXT_STATE)
    text = told(prompts, request)
    assert prompts.render(request, 12_000).kind is Kind.REPAIR_TRANSITION
    assert NO_COUNT.strip() in text
    assert "Expected: Agent.keys: 0 -> 1; removed Key(color='red', x=0)" in text
    assert "Predicted: removed Key(color='red', x=0)" in text
    assert "taking Key(" in text
    right = text.split("that it predicts right")[1]
    assert right.count("## Transition") >= 3
    assert ": take\nGoal: 'leave with the key'\nEffect: nothing changes" in right
    assert "Effect: Agent.keys" not in right


async def test_a_refusal_and_a_traceback_are_told(prompts: Prompts, verifier: Verifier) -> None:
    refusing = Verifier(verifier._sandbox, policy=lambda source: "line 1: do not import `os`")
    text = told(prompts, await ask(refusing, "import os\n" + TRUE_PROGRAM, Defect.ERROR))
    refusing.close()
    assert "It does not run:\nline 1: do not import `os`" in text
    assert "rewrite the whole program" in text
    broken = TRUE_PROGRAM.replace('state.one("Agent")', "state.agent", 1)
    text = told(prompts, await ask(verifier, broken, Defect.ERROR))
    assert "AttributeError" in text
    assert "agent = state.agent" in text


async def test_wrong_rewards_are_told_apart_from_wrong_states(prompts: Prompts, verifier: Verifier) -> None:
    both = NO_END.replace("agent.keys += 1", "pass")
    request = await ask(verifier, both, Defect.REWARD)
    text = told(prompts, request)
    assert prompts.render(request, 12_000).kind is Kind.REPAIR_REWARD
    assert "Expected: reward 1.0, done True\nPredicted: reward 1.0, done False" in text
    assert "Expected: Agent.keys" not in text
    assert "no `transition`" in text


async def test_the_first_goal_is_asked_for_by_its_transitions(prompts: Prompts, verifier: Verifier) -> None:
    request = await ask(verifier, NO_GOAL, Defect.GOAL)
    request = _unknown(request, GOAL)
    assert prompts.render(request, 12_000).kind is Kind.REWARD
    text = told(prompts, request)
    assert f"Write `reward(state, action, next_state, goal)` for the goal {GOAL!r}" in text
    assert "Reward: 1.0, done: True" in text


async def test_a_new_goal_is_asked_for_beside_the_most_similar_known_one(prompts: Prompts, verifier: Verifier) -> None:
    far = [Start(state(1), f"sing {word}") for word in ("loudly", "softly", "well", "badly")]
    request = _unknown(await ask(verifier, ONE_GOAL, Defect.GOAL, rows=two_goals(), starts=[*far, *STARTS]), OTHER_GOAL)
    assert prompts.render(request, 12_000).kind is Kind.GOAL
    text = told(prompts, request)
    assert f"# A new goal: {OTHER_GOAL!r}" in text
    similar = text.split("# The most similar goals that it knows")[1]
    assert similar.lstrip().startswith(f"Goal {GOAL!r}:")
    assert "reward 1.0, done True" in similar
    assert "no transition was observed" in similar


async def test_a_missing_plan_shows_start_goal_and_the_nearest_way(prompts: Prompts, verifier: Verifier) -> None:
    request = await ask(verifier, TRUE_PROGRAM, Defect.PLAN)
    start = RefutedStart(STARTS[1].digest(), GOAL, True, "1. right: Agent.x: 0 -> 1")
    assert request.parent is not None
    assert request.parent.evaluation is not None
    evaluation = replace(request.parent.evaluation, refuted=(start,))
    request = replace(request, parent=replace(request.parent, evaluation=evaluation))
    text = told(prompts, request)
    assert prompts.render(request, 12_000).kind is Kind.PLAN
    where = text.split("# Where it fails")[1]
    assert "Agent(keys=0, x=0)" in where.split("# Observed")[0]
    assert "1. right: Agent.x: 0 -> 1" in where
    assert TRUE_PROGRAM.strip() in text


async def test_a_verbatim_copy_changes_the_prompt_and_a_second_one_again(prompts: Prompts, verifier: Verifier) -> None:
    request = await ask(verifier, NO_COUNT, Defect.NEXT_STATE)
    first, second, third = (told(prompts, request, copies=n) for n in range(3))
    assert "This is wrong." in first
    assert "handed in again without a change" in second
    assert "This is wrong." not in second
    assert "follow the program by hand" in second
    assert NO_COUNT.strip() in second
    assert NO_COUNT.strip() not in third
    assert "from the transitions alone" in third


async def test_a_copy_in_the_history_counts_comments_aside(prompts: Prompts, verifier: Verifier) -> None:
    request = await ask(verifier, NO_COUNT, Defect.NEXT_STATE)
    copy = Candidate("c2", "# my repair\n" + NO_COUNT, parent="c1")
    again = replace(request, history=[*request.history, copy])
    assert "handed in again without a change" in told(prompts, again)
    other = replace(again, history=[*request.history, replace(copy, source=TRUE_PROGRAM)])
    assert "handed in again without a change" not in told(prompts, other)


async def test_each_attempt_comes_in_other_words_and_with_another_failure_first(
    prompts: Prompts, verifier: Verifier
) -> None:
    texts = [told(prompts, await ask(verifier, NO_COUNT, Defect.NEXT_STATE, attempt=n)) for n in range(4)]
    marks = ["This is wrong. Name the rule", "follow the program by hand", "The program itself is not shown"]
    assert [[mark in text for mark in marks].index(True) for text in texts] == [0, 1, 2, 0]
    assert len({text.split("## Wrong 1")[1].split("## Wrong 2")[0] for text in texts[:3]}) > 1
    assert not any("handed in again" in text for text in texts)


async def test_repairs_that_did_not_help_are_shown_as_differences(prompts: Prompts, verifier: Verifier) -> None:
    request = await ask(verifier, NO_COUNT, Defect.NEXT_STATE)
    worse = NO_COUNT.replace("agent.x += 1", "agent.x += 2")
    tried = (await ask(verifier, worse, Defect.NEXT_STATE)).parent
    assert tried is not None
    history = [*request.history, replace(tried, id="c2", parent="c1")]
    text = told(prompts, replace(request, history=history, attempt=1))
    assert "# Repairs that were tried and are wrong too" in text
    assert "+        agent.x += 2" in text


def _unknown(request, goal):
    evaluation = replace(request.parent.evaluation, unknown_goals=(goal,))
    return replace(request, parent=replace(request.parent, evaluation=evaluation))
