"""The threat model names tests and families of hostile programs that there are, and none of these is left out."""

import re
from pathlib import Path

import pytest

from tests.attacks.corpus import ALL, SCORED

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text()
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)))
TABLE = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| Threat ")]


def families(cell: str) -> set[str]:
    return set(re.findall(r"attacks: `(\w+)`", cell))


def test_every_threat_has_a_defence_and_a_test() -> None:
    assert len(TABLE) >= 20
    for row in TABLE:
        threat, defence, tests = row
        assert len(threat) > 10
        assert len(defence) > 10
        assert families(tests) or "::" in tests, threat


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_named_test_exists(file: str, test: str) -> None:
    assert re.search(rf"^(async )?def {test}\(", (ROOT / "tests" / file).read_text(), re.MULTILINE)


def test_every_family_of_hostile_programs_is_named() -> None:
    assert set().union(*(families(row[2]) for row in TABLE)) == {attack.family for attack in ALL.values()} - {SCORED}
