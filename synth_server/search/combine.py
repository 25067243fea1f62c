"""Programs put together from parts of two: one's functions, with what they need, beside another's."""

from collections.abc import Mapping, Sequence

from synth_server.search.module import CombineError, Module

REWARD = ("reward",)
DYNAMICS = ("transition", "actions", "uncertain")


def combine(dynamics: str, rewards: str) -> str:
    """``transition`` (with ``actions`` and ``uncertain``) of one program, and ``reward`` of another.

    Raises:
        CombineError: one of them is no Python, or lacks its part.
    """
    return beside(dynamics, DYNAMICS, rewards, REWARD)


def beside(
    first: str, of_first: Sequence[str], second: str, of_second: Sequence[str], names: Mapping[str, str] | None = None
) -> str:
    """One program with these functions of the first and those of the second, under other ``names`` if given.

    Each brings the imports, constants, classes and functions that it uses. Where both use one name for different
    things, that of the second is renamed, with all its uses. Comments stay, but for those inside of what is renamed.
    Of the functions asked for, the first one of each list has to be there.

    Raises:
        CombineError: one of them is no Python, or lacks its function.
    """
    one, two = Module(first), Module(second)
    for module, wanted in ((one, of_first), (two, of_second)):
        if wanted[0] not in module.names:
            raise CombineError(f"there is no function `{wanted[0]}`")
    kept, added = one.closure(of_first), two.closure(of_second)
    alike = _alike(one, kept, two, added)
    added = [position for position in added if position not in alike]
    chosen = dict(names or {})
    taken = one.words | two.words | set(chosen.values())
    bound = {name for position in kept for name in one.bound(position)}
    for name in sorted(name for position in added for name in two.bound(position)):
        if name in bound and name not in chosen:
            chosen[name] = _free(name, taken)
    parts = [one.text(position) for position in kept] + [two.text(position, chosen) for position in added]
    imports = dict.fromkeys(part for part in parts if _is_import(part))
    rest = [part for part in parts if not _is_import(part)]
    return "\n\n\n".join([*(["\n".join(imports)] if imports else []), *rest]) + "\n"


def _alike(one: Module, kept: Sequence[int], two: Module, added: Sequence[int]) -> set[int]:
    """The second's statements that the first has too: of equal text, and using nothing that differs."""
    texts = {one.text(position) for position in kept}
    alike = {position for position in added if two.text(position) in texts}
    while True:
        differing = {name for position in added if position not in alike for name in two.bound(position)}
        fewer = {position for position in alike if not two.uses(position) & differing}
        if fewer == alike:
            return alike
        alike = fewer


def _free(name: str, taken: set[str]) -> str:
    """A name like this one that is not taken; it is from now on."""
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    taken.add(f"{name}_{number}")
    return f"{name}_{number}"


def _is_import(text: str) -> bool:
    return text.startswith(("import ", "from "))
