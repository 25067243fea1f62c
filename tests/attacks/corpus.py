"""The hostile programs, each with what is expected of it, as the comments at its top say.

- ``ends``: how its process may end, one or more outcome kinds
- ``task``: what it is asked for: states (unless said otherwise), rewards, or plan
- ``says``: a pattern that the outcome's detail, or the first row's error, matches
- ``policy``: ``passes`` where the static policy does not refuse it
- ``finding``: what the verifier has to find, for those that are scored

A program that gets hold of something tells so by an object of type ``Got`` in the state that it predicts.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from sandbox.contract import OutcomeKind

FOLDER = Path(__file__).parent / "programs"
SCORED = "cheats"  # the family whose programs are not after the sandbox, but after a score
_KEYS = frozenset({"ends", "task", "says", "policy", "finding"})
_COMMENT = re.compile(r"# (\w+): (.+)")


@dataclass(frozen=True)
class Attack:
    """One hostile program."""

    name: str
    description: str
    source: str
    ends: frozenset[OutcomeKind]
    task: str
    says: str
    passes: bool
    finding: str

    @property
    def family(self) -> str:
        return self.name.partition("/")[0]


def read(path: Path) -> Attack:
    source = path.read_text(encoding="utf-8")
    head = source.partition("\n\n")[0].splitlines()[1:]
    told = dict(match.groups() for line in head if (match := _COMMENT.fullmatch(line)))
    assert not told.keys() - _KEYS, path
    return Attack(
        name=f"{path.parent.name}/{path.stem}",
        description=ast.get_docstring(ast.parse(source)) or "",
        source=source,
        ends=frozenset(map(OutcomeKind, told.get("ends", "ok").split())),
        task=told.get("task", "states"),
        says=told.get("says", ""),
        passes=told.get("policy") == "passes",
        finding=told.get("finding", ""),
    )


ALL = {attack.name: attack for attack in map(read, sorted(FOLDER.glob("*/*.py")))}
HOSTILE = {name: attack for name, attack in ALL.items() if attack.family != SCORED}
CHEATS = {name: attack for name, attack in ALL.items() if attack.family == SCORED}
