import pytest

from synth_server.providers.pricing import Pricing, Tokens, models_of


def test_a_known_price_is_split_by_input_and_output() -> None:
    price = Pricing("openai").per_million("gpt-5")
    assert price is not None
    assert (price.input_usd, price.output_usd) == (1.25, 10.0)
    assert Pricing("openai").cost("gpt-5", Tokens(1000, 100)) == pytest.approx(0.00225)
    assert Pricing("openai").cost("gpt-5", Tokens(1000, 100, cache_read=800)) == pytest.approx(0.00135)


def test_an_unknown_price_is_none_and_not_zero() -> None:
    for pricing in (Pricing("openai"), Pricing(), Pricing(api_url="http://127.0.0.1:8080/v1")):
        assert pricing.cost("my-own-model", Tokens(10, 10)) is None
        assert pricing.most("my-own-model", 10, 10) is None
        assert pricing.per_million("my-own-model") is None


def test_a_compatible_server_is_priced_by_its_address() -> None:
    price = Pricing(api_url="https://openrouter.ai/api/v1").per_million("qwen/qwen-2.5-coder-32b-instruct")
    assert price is not None
    assert price.input_usd > 0


@pytest.mark.parametrize("seller", ["openai", "anthropic"])
def test_the_most_that_tokens_cost_is_never_below_what_they_cost(seller: str) -> None:
    priced = 0
    for model in models_of(seller):
        most = Pricing(seller).most(model, 250_000, 4_000)
        for tokens in (
            Tokens(250_000, 4_000),
            Tokens(250_000, 4_000, cache_read=100_000),
            Tokens(250_000, 4_000, cache_write=250_000),
            Tokens(100_000, 1_000),
        ):
            cost = Pricing(seller).cost(model, tokens)
            if most is not None and cost is not None:
                priced += 1
                assert cost <= most + 1e-12
    assert priced > 20
