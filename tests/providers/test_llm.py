from dataclasses import replace

import pytest

from sandbox.data.records import World
from synth_server.domain import Candidate, Evaluation, Misprediction, Optimism, Part, Status, Usage
from synth_server.prompts.render import Prompts
from synth_server.providers.completer import (
    CallerError,
    Completion,
    ContentRefusedError,
    EmptyReplyError,
    OverloadedError,
    PromptTooLongError,
    UnreachableError,
)
from synth_server.providers.llm import LLMOptions, LLMProvider
from synth_server.providers.protocol import Allowance, Defect, ProviderError, ProviderUnusableError, Request
from synth_server.providers.splice import defined, equivalent
from tests.providers.replies import Replies, fenced
from tests.verify.worlds import GOAL, STARTS, TRUE_PROGRAM, WORLD, good_data

NO_COUNT = TRUE_PROGRAM.replace("agent.keys += 1", "pass")
TRANSITION = TRUE_PROGRAM.split("def reward")[0]
REWARD = 'from worldsmith_runtime import UnknownGoal\n\n\ndef reward(s, a, n, goal):\n    return 2.0, "x" in goal\n'
PROMPTS = Prompts.load()


def asked(source: str | None = None, defect: Defect | None = None, **more: object) -> Request:
    rows = good_data()
    first = next(row for row in rows if row.action == "take" and row.state != row.next_state)
    wrong = (Misprediction(first.digest(), Part.NEXT_STATE, "Agent.keys: 0 -> 1", "nothing changes"),)
    fit = 1 - 1 / len(rows)
    common = (Status.PARTIAL, fit, fit, 1.0, 1.0, None, 0, 0.1, Optimism(), len(rows), "jail", 0.1, 0.9, wrong)
    parent = Candidate("c1", source, evaluation=Evaluation(*common)) if source is not None else None
    history = [parent] if parent else []
    request = Request(WORLD, rows, STARTS, index=3, seed=0, parent=parent, defect=defect, history=history)
    return replace(request, **more)


def provider(replies: Replies, **sizes: int) -> LLMProvider:
    return LLMProvider("test", replies, PROMPTS, LLMOptions(**sizes))


async def test_a_reply_becomes_a_program_with_what_it_cost_and_what_was_said() -> None:
    replies = Replies(fenced(TRUE_PROGRAM))
    made = await provider(replies).propose(asked())
    assert made.source == TRUE_PROGRAM
    assert made.usage == Usage(1, 1_100, pytest.approx(0.0011))
    (exchange,) = made.exchanges
    assert exchange.messages == replies.asked[0].messages
    assert (exchange.reply, exchange.model, exchange.usage) == (fenced(TRUE_PROGRAM), "model-1", made.usage)
    assert (made.note, made.provider) == ("write", "test")
    assert replies.asked[0].sample == 3


async def test_comments_of_the_model_stay() -> None:
    made = await provider(Replies(fenced("# what I found\n" + TRUE_PROGRAM))).propose(asked())
    assert made.source == "# what I found\n" + TRUE_PROGRAM


async def test_a_program_without_a_reward_gets_one_that_knows_no_goal() -> None:
    made = await provider(Replies(fenced(TRANSITION))).propose(asked())
    assert TRANSITION.strip() in made.source
    assert "raise UnknownGoal(goal)" in made.source
    assert defined(made.source) >= {"transition", "reward", "UnknownGoal"}


async def test_a_repaired_transition_is_put_into_the_parent_and_its_reward_stays() -> None:
    reply = fenced(f"{TRANSITION}\n\ndef reward(s, a, n, g):\n    return 7.0, True\n")
    made = await provider(Replies(reply)).propose(asked(NO_COUNT, Defect.NEXT_STATE))
    assert equivalent(made.source, TRUE_PROGRAM)
    assert "7.0" not in made.source


@pytest.mark.parametrize("defect", [Defect.REWARD, Defect.GOAL])
async def test_a_reward_is_put_into_the_parent_and_its_transition_stays(defect: Defect) -> None:
    reply = fenced(f"{REWARD}\n\ndef transition(s, a):\n    return None\n")
    made = await provider(Replies(reply)).propose(asked(TRUE_PROGRAM, defect))
    assert TRANSITION.strip() in made.source
    assert "return 2.0" in made.source
    assert "return None" not in made.source


@pytest.mark.parametrize("defect", [Defect.PLAN, Defect.ERROR])
async def test_a_repair_of_both_takes_what_is_given(defect: Defect) -> None:
    both = await provider(Replies(fenced(TRANSITION + REWARD))).propose(asked(NO_COUNT, defect))
    assert "agent.keys += 1" in both.source
    assert "return 2.0" in both.source
    one = await provider(Replies(fenced(REWARD))).propose(asked(NO_COUNT, defect))
    assert "pass" in one.source
    assert "return 2.0" in one.source


async def test_a_parent_that_does_not_parse_is_replaced() -> None:
    made = await provider(Replies(fenced(TRANSITION))).propose(asked("def transition(:", Defect.ERROR))
    assert defined(made.source) >= {"transition", "reward"}


async def test_a_reply_without_code_is_asked_about_once() -> None:
    replies = Replies("I would rather talk about it.", fenced(TRUE_PROGRAM))
    made = await provider(replies).propose(asked())
    assert made.source == TRUE_PROGRAM
    assert made.usage.calls == len(made.exchanges) == 2
    assert "holds no Python code" in replies.turn(1)
    assert [message.role for message in replies.asked[1].messages] == ["system", "user", "assistant", "user"]


async def test_a_reply_that_says_nothing_is_asked_about_too_and_its_cost_counts() -> None:
    silent = EmptyReplyError("nothing was said").costing(Usage(1, 900, 0.5), "model-1")
    replies = Replies(silent, fenced(TRUE_PROGRAM))
    made = await provider(replies).propose(asked())
    assert made.usage == Usage(2, 2_000, pytest.approx(0.5011))
    assert (made.exchanges[0].error, made.exchanges[0].model) == ("nothing was said", "model-1")
    assert "the reply is empty" in replies.turn(1)


async def test_two_replies_without_code_are_a_failure_that_tells_what_was_spent() -> None:
    replies = Replies("No.", "```python\ndef transition(state, action:\n    pass\n```")
    with pytest.raises(ProviderError, match="cannot be used, asked again too: line 1 does not parse") as caught:
        await provider(replies).propose(asked())
    assert caught.value.usage.calls == len(caught.value.exchanges) == 2
    assert caught.value.usage.tokens == 2_200


async def test_a_reply_that_was_cut_is_asked_for_anew_and_shorter() -> None:
    cut = Completion("```python\ndef transition(state, action):\n    if", 10, 10, 0.0, "m", complete=False)
    replies = Replies(cut, fenced(TRUE_PROGRAM))
    await provider(replies).propose(asked())
    assert "the code breaks off" in replies.turn(1)
    assert "cut off at its length" in replies.turn(1)


async def test_the_parent_given_back_is_asked_about_in_other_words_with_other_examples() -> None:
    replies = Replies(fenced("# better\n" + NO_COUNT), fenced(TRUE_PROGRAM))
    made = await provider(replies).propose(asked(NO_COUNT, Defect.NEXT_STATE))
    assert equivalent(made.source, TRUE_PROGRAM)
    assert "handed in again without a change" in replies.turn(1)
    assert "handed in again" not in replies.turn(0)
    assert [message.role for message in replies.asked[1].messages] == ["system", "user"]
    examples = [replies.turn(i).split("that it predicts right")[-1].split("# Your task")[0] for i in range(2)]
    assert examples[0] != examples[1]


async def test_the_parent_given_back_twice_is_a_failure() -> None:
    with pytest.raises(ProviderError, match="as it was") as caught:
        await provider(Replies(fenced(NO_COUNT))).propose(asked(NO_COUNT, Defect.NEXT_STATE))
    assert caught.value.usage.calls == 2


async def test_a_prompt_that_is_too_long_is_trimmed_twice_at_most() -> None:
    replies = Replies(PromptTooLongError("too long"), PromptTooLongError("too long"), fenced(TRUE_PROGRAM))
    made = await provider(replies).propose(asked())
    assert made.source == TRUE_PROGRAM
    sizes = [sum(len(message.text) for message in prompt.messages) for prompt in replies.asked]
    assert sizes[0] > sizes[1] > sizes[2]
    assert made.usage.calls == 3
    assert [exchange.error for exchange in made.exchanges] == ["too long", "too long", ""]
    with pytest.raises(ProviderError, match="trimmed 2 times too") as caught:
        await provider(Replies(PromptTooLongError("too long"))).propose(asked())
    assert caught.value.usage.calls == 3


async def test_a_limit_that_was_told_is_kept_by_prompt_and_reply_together() -> None:
    replies = Replies(PromptTooLongError("too long", 3_000), fenced(TRUE_PROGRAM))
    await provider(replies).propose(asked())
    assert replies.asked[1].max_tokens == 1_000
    assert sum(len(message.text) for message in replies.asked[1].messages) / 3 < 2_000


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ContentRefusedError("declined"), ProviderError),
        (OverloadedError("busy", 3.0), ProviderError),
        (UnreachableError("no answer"), ProviderError),
        (CallerError("the key is not valid"), ProviderUnusableError),
    ],
)
async def test_a_failed_call_is_counted_and_told(error: Exception, kind: type[ProviderError]) -> None:
    with pytest.raises(ProviderError, match=str(error)) as caught:
        await provider(Replies(error)).propose(asked())
    assert type(caught.value) is kind
    assert caught.value.usage.calls == 1
    (exchange,) = caught.value.exchanges
    assert (exchange.error, exchange.reply) == (str(error), "")
    assert exchange.messages


async def test_what_the_first_call_cost_is_told_when_the_second_fails() -> None:
    with pytest.raises(ProviderError, match="busy") as caught:
        await provider(Replies("no code", OverloadedError("busy"))).propose(asked())
    assert caught.value.usage.tokens == 1_100
    assert caught.value.usage.calls == 2


# --- what it may spend ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("tokens", [3_500, 5_000, 8_000, 20_000])
async def test_prompt_and_reply_fit_into_the_tokens_that_are_left(tokens: int) -> None:
    replies = Replies(fenced(TRUE_PROGRAM))
    request = asked(allowance=Allowance(tokens=tokens))
    await provider(replies).propose(request)
    (prompt,) = replies.asked
    characters = sum(len(message.text) for message in prompt.messages)
    assert characters / 3.5 + prompt.max_tokens <= tokens
    assert prompt.max_tokens >= 512


@pytest.mark.parametrize(
    ("allowance", "reason"),
    [
        (Allowance(calls=0), "no call is left"),
        (Allowance(tokens=500), "tokens"),
        (Allowance(tokens=0), "tokens"),
        (Allowance(cost_usd=0.0001), "US dollars are left"),
        (Allowance(cost_usd=0.0), "US dollars are left"),
    ],
)
async def test_nothing_is_asked_that_cannot_be_paid_for(allowance: Allowance, reason: str) -> None:
    replies = Replies(fenced(TRUE_PROGRAM))
    with pytest.raises(ProviderError, match=reason) as caught:
        await provider(replies).propose(asked(allowance=allowance))
    assert replies.asked == []
    assert caught.value.usage == Usage()


async def test_a_second_call_is_made_only_if_it_is_allowed() -> None:
    replies = Replies("no code")
    with pytest.raises(ProviderError, match="no call is left of 1") as caught:
        await provider(replies).propose(asked(allowance=Allowance(calls=1)))
    assert len(replies.asked) == caught.value.usage.calls == 1


async def test_dollars_shorten_the_reply_before_they_forbid_it() -> None:
    free, dear = Replies(fenced(TRUE_PROGRAM)), Replies(fenced(TRUE_PROGRAM))
    await provider(free).propose(asked())
    await provider(dear).propose(asked(allowance=Allowance(cost_usd=0.008)))
    assert 512 <= dear.asked[0].max_tokens < free.asked[0].max_tokens == 8_192


async def test_an_unknown_price_stays_unknown_and_forbids_a_budget_in_dollars() -> None:
    made = await provider(Replies(fenced(TRUE_PROGRAM), usd=None)).propose(asked())
    assert made.usage.cost_usd is None
    assert made.usage.tokens == 1_100
    replies = Replies(fenced(TRUE_PROGRAM), usd=None)
    with pytest.raises(ProviderUnusableError, match="price of test is unknown"):
        await provider(replies).propose(asked(allowance=Allowance(cost_usd=1.0)))
    assert not replies.asked


async def test_a_cached_reply_costs_nothing_unless_this_synthesis_paid_for_it() -> None:
    cached = Completion(fenced(TRUE_PROGRAM), 1_000, 100, 0.5, "m", cached=True)
    made = await provider(Replies(cached)).propose(asked())
    assert made.usage == Usage()
    assert made.exchanges[0].cached
    assert made.exchanges[0].usage == Usage(1, 1_100, 0.5)
    again = await provider(Replies(cached)).propose(asked(asked_before=True))
    assert again.usage == Usage(1, 1_100, 0.5)


async def test_closing_closes_the_completer() -> None:
    replies = Replies("")
    await provider(replies).close()
    assert replies.closed


async def test_a_goal_nobody_knows_is_answered_by_a_reward_for_it() -> None:
    request = asked(
        f"{TRANSITION}def reward(state, action, next_state, goal):\n    raise UnknownGoal(goal)\n", Defect.GOAL
    )
    assert request.parent is not None
    assert request.parent.evaluation is not None
    evaluation = replace(request.parent.evaluation, unknown_goals=(GOAL,))
    request = replace(request, parent=replace(request.parent, evaluation=evaluation), world=World("corridor"))
    replies = Replies(fenced(REWARD))
    made = await provider(replies).propose(request)
    assert f"for the goal {GOAL!r}" in replies.turn(0)
    assert made.note == "reward"
    assert "return 2.0" in made.source
