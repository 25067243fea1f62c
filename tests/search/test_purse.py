from synth_server.domain import Budget, Usage
from synth_server.search.purse import Purse


def test_what_is_set_aside_never_adds_up_to_more_than_the_budget() -> None:
    purse = Purse(Budget(provider_calls=10, tokens=1000, cost_usd=1.0))
    purse.spend(Usage(2, 200, 0.2))
    shares = [purse.reserve(number, slots) for number, slots in ((1, 4), (2, 3), (3, 2), (4, 1))]
    given = [share for share in shares if share is not None]
    assert len(given) == 4
    assert sum(share.calls for share in given) <= 8
    assert sum(share.tokens for share in given) <= 800
    assert sum(share.cost_usd or 0.0 for share in given) <= 0.8 + 1e-9
    assert purse.reserve(5, 1) is None


def test_what_was_not_used_comes_back() -> None:
    purse = Purse(Budget(provider_calls=10, tokens=1000))
    assert purse.reserve(1, 1) is not None
    purse.settle(1, Usage(1, 100))
    share = purse.reserve(2, 1)
    assert share is not None
    assert (share.calls, share.tokens, share.cost_usd) == (9, 900, None)


def test_an_empty_purse_says_what_is_used_up() -> None:
    budget = Budget(provider_calls=2, tokens=100, cost_usd=0.5)
    for usage, what in (
        (Usage(1, 10, 0.1), ""),
        (Usage(2, 10, 0.1), "provider calls"),
        (Usage(1, 100, 0.1), "tokens"),
        (Usage(1, 10, 0.5), "US dollars"),
    ):
        purse = Purse(budget)
        purse.spend(usage)
        assert purse.empty() == what
        assert (purse.reserve(1, 1) is None) is bool(what)
