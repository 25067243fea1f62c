"""How far an effect was shown: the most special rule that fits, beside the rules, which are the most general.

A situation has parts: what acts, what is named, what is met here, ahead and beyond. When an action did something, the
special rule for that holds where each part is one that it had in some such transition, whichever the others were. In a
situation that no transition showed, the program's rules and this bound may agree: then what the rules predict is
supported, and no step need be spent on it. Where they disagree the prediction is a guess. That nothing happens is never
taken for granted: what several parts do together may be new.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from synth_server.inductive.emit_text import table_lines
from synth_server.inductive.scene import Step

Key = tuple[str, tuple[str, ...], int]  # an action, the types that it changed, how many parts the situation has
Shown = Mapping[Key, Sequence[Mapping[Any, int]]]


class Tally:
    """Counts, for every action and effect, which parts situations had."""

    def __init__(self) -> None:
        self._parts: dict[Key, list[Counter[Any]]] = {}

    def note(self, step: Step, parts: Sequence[Any]) -> None:
        """Takes in one transition and the parts of its situation."""
        key = step.action.name, changed(step), len(parts)
        counts = self._parts.setdefault(key, [Counter() for _ in parts])
        for count, part in zip(counts, parts, strict=True):
            count[part] += 1

    def shown(self) -> Shown:
        """What was counted, in an order that depends on nothing but that."""
        return {
            key: [dict(sorted(count.items(), key=lambda item: repr(item[0]))) for count in self._parts[key]]
            for key in sorted(self._parts)
        }


def changed(step: Step) -> tuple[str, ...]:
    """The types of what changed, came or went."""
    kinds = {old.type for old, new in step.pairs if new is None or new.digest != old.digest}
    return tuple(sorted(kinds | {thing.type for thing in step.created}))


def emit_bounds(shown: Shown) -> Iterator[str]:
    """The function that says why a prediction in a new situation is a guess, if it is one."""
    kinds = sorted({kind for _, types, _ in shown for kind in types})
    yield "# By action, types that it changed and number of parts of the situation: how often it met what."
    yield from table_lines("SHOWN", [f"{key!r}: {tuple(counts)!r}" for key, counts in shown.items()])
    yield ""
    yield ""
    yield "def doubt(state: State, action: Action, who, met_) -> str | None:"
    yield '    """Why the prediction in a new situation is a guess, unless all parts were there when this was seen."""'
    yield "    after, parts = transition(state.copy(), action), (*who, *met_)"
    yield f"    kinds = tuple([k for k in {tuple(kinds)!r} if State(state.of(k)) != State(after.of(k))])"
    yield "    shown = SHOWN.get((action.name, kinds, len(parts)), ()) if kinds else ()"
    yield "    new = [(i, part) for i, part in enumerate(parts) if shown and part not in shown[i]]"
    yield "    if shown and not new:"
    yield "        return None"
    yield '    text = f"never seen: {action.name}, {said(who)}, meeting {said(met_)}"'
    yield "    if not new:"
    yield "        return text"
    yield "    (i, part), count = new[0], sum(shown[0].values())"
    yield "    others = [v for (name, _, n), v in SHOWN.items() if name == action.name and n == len(parts)]"
    yield "    against = sum([counts[i].get(part, 0) for counts in others])"
    yield "    told = f\"{text}; {count} transitions changed {' and '.join(kinds)}, none with {said(part)}\""
    yield '    return f"{told}; with that, {against} did otherwise" if against else told'
