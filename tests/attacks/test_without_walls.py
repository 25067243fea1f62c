"""Hostile programs are no straw men: with the child's own walls taken down, they get what they are after."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from sandbox.contract import PredictStates, Session
from tests.attacks.conftest import Ground
from tests.attacks.corpus import HOSTILE
from tests.attacks.ground import LIMITS, got, works
from tests.sandbox.corridor import inputs

BARE = replace(LIMITS, walls=False, wall_seconds=2.0)
SUCCEED = ("network/ipv4", "network/pairs", "disk/files_in_memory", "processes/thread_that_stays", "processes/daemon")


@pytest.fixture(scope="module")
def session(grounds: Callable[[str], Ground]) -> Iterator[Session]:
    opened = grounds("jail").sandbox.open(inputs())
    yield opened
    opened.close()


@pytest.mark.parametrize("name", SUCCEED)
def test_it_succeeds_where_nothing_holds_it_and_the_next_program_is_safe_all_the_same(
    session: Session, name: str
) -> None:
    outcome = session.run(PredictStates(), HOSTILE[name].source, BARE)
    assert got(outcome) or outcome.findings  # a daemon holds its answer up, is swept away, and told of
    assert got(session.run(PredictStates(), HOSTILE[name].source)) == []
    assert works(session)
