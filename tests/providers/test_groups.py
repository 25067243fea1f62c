from collections import Counter
from collections.abc import Callable

import pytest

from synth_server.domain import Candidate, Usage
from synth_server.providers.ensemble import EnsembleProvider, Member
from synth_server.providers.fallback import FallbackProvider
from synth_server.providers.protocol import (
    Allowance,
    Proposal,
    Provider,
    ProviderError,
    ProviderExhaustedError,
    ProviderUnusableError,
)
from tests.providers.support import Answering, asked, candidate


def ensemble(*members: Answering, free: tuple[str, ...] = ()) -> EnsembleProvider:
    return EnsembleProvider("ensemble:x", [Member(member, member.spec in free) for member in members])


async def test_the_next_one_is_asked_when_one_fails_and_the_note_says_so() -> None:
    failing = Answering("a", [ProviderError("busy", Usage(2, 50, 0.5))])
    helping = Answering("b", [Proposal("x", Usage(1, 10, 0.25), "written")])
    request = asked(allowance=Allowance(5, 100, 2.0))
    proposal = await FallbackProvider("fallback:a,b", [failing, helping]).propose(request)
    assert proposal == Proposal("x", Usage(3, 60, 0.75), "written; a failed: busy", "b")
    assert helping.requests[0].allowance == Allowance(3, 50, 1.5)


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ((ProviderError("p"), ProviderExhaustedError("q")), ProviderError),
        ((ProviderExhaustedError("p"), ProviderExhaustedError("q")), ProviderExhaustedError),
        ((ProviderExhaustedError("p"), ProviderUnusableError("q")), ProviderExhaustedError),
        ((ProviderUnusableError("p"), ProviderUnusableError("q")), ProviderUnusableError),
    ],
)
async def test_when_all_fail_the_error_tells_all_of_them(
    errors: tuple[ProviderError, ...], kind: type[ProviderError]
) -> None:
    members = [Answering(name, [error]) for name, error in zip("ab", errors, strict=True)]
    for group in (FallbackProvider("fallback:a,b", members), ensemble(*members)):
        with pytest.raises(ProviderError) as caught:
            await group.propose(asked())
        assert type(caught.value) is kind
        assert "a: p" in str(caught.value)
        assert "b: q" in str(caught.value)


async def test_nothing_is_asked_beyond_the_allowance() -> None:
    first, second = Answering("a", [ProviderError("cut", Usage(1, 100))]), Answering("b", ["x"])
    with pytest.raises(ProviderError, match="a: cut"):
        await FallbackProvider("fallback:a,b", [first, second]).propose(asked(allowance=Allowance(1, 1000)))
    assert not second.requests


async def test_free_members_go_first_until_they_stop_helping() -> None:
    free, paid = Answering("inductive", ["by rules"]), Answering("openai:m", ["by model"])
    group = ensemble(paid, free, free=("inductive",))
    assert (await group.propose(asked())).provider == "inductive"
    same = [candidate(1, "inductive", 0.5), Candidate("c2", "by rules", provider="inductive")]
    assert (await group.propose(asked(1, history=same))).provider == "openai:m"
    stalled = [
        candidate(1, "inductive", 0.5),
        candidate(2, "inductive", 0.5, parent="c1"),
        candidate(3, "inductive", 0.4, parent="c1"),
    ]
    assert (await group.propose(asked(3, history=stalled, parent=stalled[0]))).provider == "openai:m"
    assert (await group.propose(asked(1, attempt=1, history=stalled[:1], parent=stalled[0]))).provider == "openai:m"
    assert (await group.propose(asked(1, history=stalled[:1], parent=stalled[0]))).provider == "inductive"


async def test_another_member_is_asked_when_one_is_exhausted_or_unusable() -> None:
    free, bad = (
        Answering("inductive", [ProviderExhaustedError("no more")]),
        Answering("a", [ProviderUnusableError("key")]),
    )
    proposal = await ensemble(free, bad, Answering("b", ["x"]), free=("inductive",)).propose(asked(seed=3))
    assert proposal.provider == "b"
    assert "inductive failed: no more" in proposal.note


@pytest.mark.parametrize("make", [lambda *them: FallbackProvider("f", them), ensemble])
async def test_who_cannot_be_used_is_asked_once_and_named_each_time(
    make: Callable[[Answering, Answering], Provider],
) -> None:
    refused, helping = Answering("a", [ProviderUnusableError("the key is refused")]), Answering("b", ["x"])
    group = make(refused, helping)
    notes = [(await group.propose(asked(index))).note for index in range(20)]
    assert len(refused.requests) == 1
    assert any("a failed: the key is refused" in note for note in notes[1:])
    assert len(helping.requests) == 20


async def chosen(history: list[Candidate], draws: int = 200) -> Counter[str]:
    members = (Answering("a", ["x"]), Answering("b", ["x"]))
    found = [await ensemble(*members).propose(asked(index, history=history)) for index in range(draws)]
    return Counter(proposal.provider for proposal in found)


async def test_who_achieves_more_for_the_money_is_asked_more_often_and_the_other_still_sometimes() -> None:
    def round_of(number: int, provider: str, score: float, usd: float | None, tokens: int = 100) -> Candidate:
        return candidate(number, provider, score, usage=Usage(1, tokens, usd))

    better = [round_of(i, "a" if i % 2 else "b", 0.8 if i % 2 else 0.1, 0.01) for i in range(12)]
    counts = await chosen(better)
    assert 150 < counts["a"] < 200
    cheaper = [round_of(i, "a" if i % 2 else "b", 0.5, 0.01 if i % 2 else 0.05) for i in range(12)]
    assert (await chosen(cheaper))["a"] > 150
    unknown = [
        round_of(i, "a" if i % 2 else "b", 0.5, None if i % 2 else 0.01, 100 if i % 2 else 900) for i in range(12)
    ]
    assert (await chosen(unknown))["a"] > 150
    assert 70 < (await chosen([]))["a"] < 130


async def test_the_choice_follows_from_the_request_alone() -> None:
    history = [candidate(1, "a", 0.5), candidate(2, "b", 0.6)]
    for index in range(20):
        picks = set()
        for _ in range(3):
            members = (Answering("a", ["x"]), Answering("b", ["x"]))
            picks.add((await ensemble(*members).propose(asked(index, history=history))).provider)
        assert len(picks) == 1


async def test_members_are_closed_with_their_group() -> None:
    members = (Answering("a", []), Answering("b", []))
    await ensemble(*members).close()
    await FallbackProvider("f", members).close()
    assert [member.closed for member in members] == [2, 2]
