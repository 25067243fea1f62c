"""On each sandbox that a server may have, a warm checker for each world, shared by all programs."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from synth_server.domain import Evaluation
from synth_server.verify.checker import Checker
from synth_server.verify.verifier import Verifier
from synth_server.wiring import refusal
from tests.backends import REAL, opened
from tests.honest.worlds import CASES, ROWS

Judge = Callable[[str, str], tuple[Evaluation, Evaluation]]


@pytest.fixture(scope="package", params=REAL)
def judge(request: pytest.FixtureRequest) -> Iterator[Judge]:
    """Checks a program of a world with the static policy on: on the rows that a search may see, then on all."""
    with opened(request.param, "tests-honest") as sandbox:
        yield from judging(Verifier(sandbox, policy=refusal))


def judging(verifier: Verifier) -> Iterator[Judge]:
    """The judge, for as long as it is not asked for more."""
    checkers: dict[str, Checker] = {}

    async def both(name: str, source: str) -> tuple[Evaluation, Evaluation]:
        if name not in checkers:
            case = CASES[name]
            checkers[name] = await verifier.open(case.world, case.rows(ROWS), case.levels[:2])
        checker = checkers[name]
        seen = await checker.evaluate(source)
        return seen, (await checker.evaluate_all(source)).evaluation

    async def close() -> None:
        for checker in checkers.values():
            await checker.close()

    with asyncio.Runner() as runner:
        yield lambda name, source: runner.run(both(name, source))
        runner.run(close())
    verifier.close()
