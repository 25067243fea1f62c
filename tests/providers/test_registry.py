import asyncio
from pathlib import Path

import pytest

from synth_server.domain import Message
from synth_server.providers.completer import Completer, Prompt
from synth_server.providers.ensemble import EnsembleProvider
from synth_server.providers.protocol import Allowance, ProviderUnusableError
from synth_server.providers.spec import UnusableProviderError, parse
from tests.providers.fake_api import Answer, chat, fake_api, told
from tests.providers.support import asked, providers


def prompt(number: int) -> Prompt:
    return Prompt((Message("user", f"Write program {number}."),), 100)


@pytest.mark.parametrize("name", ["openai", "anthropic"])
def test_a_service_without_a_key_is_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(UnusableProviderError, match=f"set {name.upper()}_API_KEY"):
        providers().make(f"ensemble:inductive,{name}:m")


async def test_all_completers_of_a_host_share_its_turns() -> None:
    factory = providers(concurrent_requests=2)
    async with fake_api(chat("yes", pause=0.05)) as api:
        completers: list[Completer] = [
            factory.completer(parse(f"openai-chat:{model}@{api.url}/{path}"))
            for model, path in (("a", "v1"), ("b", "v1"), ("c", "v2"))
        ]
        await asyncio.gather(*(one.complete(prompt(number)) for one in completers for number in range(3)))
        assert (len(api.asked), api.most_under_way) == (9, 2)
        for completer in completers:
            await completer.close()


async def test_fewer_requests_are_made_at_once_where_an_api_complains() -> None:
    factory = providers(concurrent_requests=8)
    busy = told(429, {"error": {"message": "slow down"}}, retry_after="0.05")
    async with fake_api(busy, chat("yes", pause=0.02)) as api:
        completer = factory.completer(parse(f"openai-chat:a@{api.url}/v1"))
        await completer.complete(prompt(0))
        api.most_under_way = 0
        await asyncio.gather(*(completer.complete(prompt(number)) for number in range(1, 7)))
        assert api.most_under_way == 4
        await completer.close()


async def test_a_cache_is_shared_by_all_providers_of_a_server(tmp_path: Path) -> None:
    factory = providers(tmp_path)
    async with fake_api(chat("yes", pause=0.05)) as api:
        spec = parse(f"openai-chat:a@{api.url}/v1")
        first, second = factory.completer(spec), factory.completer(spec)
        replies = await asyncio.gather(first.complete(prompt(0)), second.complete(prompt(0)))
        assert sorted(reply.cached for reply in replies) == [False, True]
        assert len(api.asked) == 1
        for completer in (first, second):
            await completer.close()
    await factory.close()


async def test_a_budget_in_dollars_is_refused_where_the_price_is_unknown() -> None:
    async with fake_api(Answer([], hang=True)) as api:
        provider = providers().make(f"openai-chat:a@{api.url}/v1")
        with pytest.raises(ProviderUnusableError, match=r"price .* is unknown"):
            await provider.propose(asked(allowance=Allowance(cost_usd=1.0)))
        await provider.close()
    assert not api.asked


def test_nested_specs_become_nested_providers(tmp_path: Path) -> None:
    environment = {"OPENAI_API_KEY": "sk-1"}
    spec = f"ensemble:inductive,(fallback:openai:gpt-5,(record:{tmp_path / 'r'}+openai:gpt-5-mini))"
    made = providers(environment=environment).make(spec)
    assert isinstance(made, EnsembleProvider)
    assert made.spec == spec
