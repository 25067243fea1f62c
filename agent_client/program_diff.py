"""What became of a program: which of its definitions the next one took over, and which it changed."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class ProgramDiff:
    """Names of functions and constants at the top level, and the whole difference as a unified diff.

    What differs in comments, docstrings and layout only counts as ``kept``.
    """

    kept: tuple[str, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    lines: tuple[str, ...]

    def __str__(self) -> str:
        """What was reused and what changed, in one line."""
        if not self.lines:
            return "the same program"
        told = [f"{len(self.kept)} of {len(self.kept) + len(self.changed) + len(self.removed)} definitions reused"]
        for what, names in (("changed", self.changed), ("new", self.added), ("gone", self.removed)):
            if names:
                told.append(f"{what}: {', '.join(names)}")
        return "; ".join(told)


def compare(before: str, after: str, names: tuple[str, str] = ("before", "after")) -> ProgramDiff:
    """How one program differs from another; ``names`` head the diff.

    Raises:
        SyntaxError: one of them is no Python.
    """
    old, new = _definitions(before), _definitions(after)
    return ProgramDiff(
        kept=tuple(name for name in new if name in old and old[name] == new[name]),
        changed=tuple(name for name in new if name in old and old[name] != new[name]),
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        lines=tuple(unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")),
    )


def _definitions(source: str) -> dict[str, str]:
    """What each name at the top level is bound to, in an own form of the syntax without docstrings."""
    found: dict[str, list[str]] = {}
    for node in ast.parse(source).body:
        for name in _bound(node):
            found.setdefault(name, []).append(_shape(node))
    return {name: "\n".join(shapes) for name, shapes in found.items()}


def _bound(node: ast.stmt) -> Sequence[str]:
    if isinstance(node, _Definition):
        return [node.name]
    return sorted(
        {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    )


def _shape(node: ast.stmt) -> str:
    for part in ast.walk(node):
        if isinstance(part, _Definition) and ast.get_docstring(part, clean=False) is not None:
            part.body = part.body[1:] or [ast.Pass()]
    return ast.dump(node)
