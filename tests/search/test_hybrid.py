"""A program of another hand in a search with the learner beside a provider that costs money."""

from dataclasses import replace

from synth_server.domain import Status
from synth_server.providers.ensemble import EnsembleProvider, Member
from synth_server.providers.inductive import InductiveProvider
from synth_server.search.types import Problem, Proposed
from synth_server.verify.verifier import Verifier
from tests.inductive.support import fits, play_at_random
from tests.inductive.test_repair import CORRECT, DOORKEY, MISTAKES, shows
from tests.search.helpers import Asking, run
from tests.verify.worlds import WORLD


async def test_the_learner_repairs_what_a_model_wrote_without_asking_it_again(verifier: Verifier) -> None:
    rows, _ = play_at_random(DOORKEY, 600, seed=1)
    unseen, _ = play_at_random(DOORKEY, 1000, seed=777)
    wrong = CORRECT
    for right, mistake in MISTAKES:
        wrong = wrong.replace(right, mistake)
    shown = [row for row in rows if not shows(row)]
    doors = [row for row in unseen if shows(row)]
    dear = Asking(lambda _: CORRECT)
    provider = EnsembleProvider(
        "ensemble:inductive,asking", [Member(InductiveProvider(), free=True), Member(dear, free=False)]
    )
    problem = Problem(replace(WORLD, actions=()), shown, (), warm_start=wrong, skip_optimism=True)
    result, log = await run(verifier, provider, problem)
    await provider.close()
    assert result.best is not None
    assert (result.status, result.best.parent, result.best.provider) == (Status.VERIFIED, "c0", "inductive")
    assert (dear.requests, result.usage.tokens, len(log.of(Proposed))) == ([], 0, 2)
    assert fits(result.best.source, doors) == (1.0, 1.0)
    assert fits(wrong, shown)[0] < 0.9
