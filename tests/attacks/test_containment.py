"""Every hostile program with the static policy off, on every backend: it is contained, and the outcome says how."""

import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from sandbox.contract import Outcome, OutcomeKind
from sandbox.limits import MIB, Limits
from sandbox.policy import check
from sandbox.session import GuestSession
from tests.attacks.conftest import Ground, matrix
from tests.attacks.corpus import ALL, HOSTILE, Attack
from tests.attacks.ground import (
    LIMITS,
    SECRET,
    TASKS,
    family_of,
    got,
    guest_process,
    left_files,
    memory,
    settled,
    words,
    works,
)

LATE = 0.5  # seconds beyond its limit that a program's end may take
TRIES = 3  # a busy machine may be late now and then; what evades its limit is late each time
FLAT = 24 * MIB
# What ends by itself has time to do so on a machine that is busy.
PATIENT = replace(LIMITS, wall_seconds=15.0)

FAMILIES = {
    "loops", "memory", "processes", "disk", "floods", "bombs", "network", "secrets", "forged", "early", "tampering",
    "left_behind", "cheats",
}  # fmt: skip


def test_there_are_at_least_sixty_each_with_a_line_of_description() -> None:
    assert len(ALL) >= 60
    assert {attack.family for attack in ALL.values()} == FAMILIES
    descriptions = [attack.description for attack in ALL.values()]
    assert len(set(descriptions)) == len(descriptions)
    for attack in ALL.values():
        assert attack.description.endswith("."), attack.name
        assert "\n" not in attack.description, attack.name


@pytest.mark.parametrize("name", ALL)
def test_the_policy_refuses_it_or_is_known_to_let_it_pass(name: str) -> None:
    """What passes is contained all the same: the other tests run every program as if there were no policy."""
    refusals = check(ALL[name].source)
    assert bool(refusals) is not ALL[name].passes, refusals
    for refusal in refusals:
        assert refusal.line >= 1
        assert str(refusal)


def timed(session: GuestSession, attack: Attack, limits: Limits) -> tuple[Outcome, float]:
    started = time.monotonic()
    outcome = session.run(TASKS[attack.task], attack.source, limits)
    return outcome, time.monotonic() - started


@pytest.mark.parametrize(("backend", "name"), matrix(list(HOSTILE)))
def test_it_is_contained(grounds: Callable[[str], Ground], backend: str, name: str) -> None:
    attack = HOSTILE[name]
    session = grounds(backend).session()
    assert works(session)
    guest = guest_process(session)
    processes, held = family_of(guest), memory()
    limits = LIMITS if OutcomeKind.TIMEOUT in attack.ends else PATIENT
    runs = []
    for _ in range(TRIES):
        outcome, seconds = timed(session, attack, limits)
        runs.append(seconds)
        assert outcome.kind in attack.ends, outcome
        assert (outcome.value is not None) is (outcome.kind is OutcomeKind.OK)
        assert outcome.kind is OutcomeKind.OK or outcome.detail
        assert re.search(attack.says, words(outcome)), words(outcome)
        assert got(outcome) == []
        assert outcome.findings == ()
        assert SECRET not in repr(outcome)
        assert len(outcome.stdout) <= LIMITS.stdout
        if seconds < limits.wall_seconds + LATE and attack.family != "left_behind":
            break  # what is left behind is met by a second run
    assert min(runs) < limits.wall_seconds + LATE, runs
    del outcome
    assert works(session)
    assert settled(guest, processes)
    assert guest_process(session) == guest  # nor was there any need to throw the guest away
    assert left_files(guest) == []
    assert memory() - held < FLAT
