"""Which rows a program got wrong, and which it certainly got right, as far as its evaluation tells."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.data.records import Transition
from synth_server.domain import Evaluation, Misprediction, Part
from synth_server.prompts.rows import Shown, by_information

NEXT_STATE = frozenset({Part.NEXT_STATE})
REWARD = frozenset({Part.REWARD, Part.DONE})


@dataclass(frozen=True)
class Failure:
    """A row that may be seen, and what was mispredicted of it."""

    row: Shown
    misprediction: Misprediction


def failures(
    evaluation: Evaluation | None,
    parts: frozenset[Part],
    rows: Sequence[Transition],
    read: Callable[[Transition], Shown],
    draw: random.Random,
) -> list[Failure]:
    """The mispredictions of these parts, of rows that may be seen, distinct effects first."""
    told = {m.transition: m for m in evaluation.mispredictions if m.part in parts} if evaluation else {}
    wrong: list[Shown] = []
    for row in rows if told else ():
        shown = read(row)
        if shown.digest in told:
            wrong.append(shown)
            if len(wrong) == len(told):
                break
    return [Failure(shown, told[shown.digest]) for shown in by_information(wrong, draw)]


def correct(
    evaluation: Evaluation | None,
    parts: frozenset[Part],
    rows: Sequence[Transition],
    read: Callable[[Transition], Shown],
) -> list[Shown]:
    """The rows that were certainly predicted right, in their order.

    An evaluation lists only some of the mispredictions, those of each part in the order of the rows; so a row is
    known to be right if it is not listed and stands before the last one that is, or if the list is complete.
    """
    if evaluation is None or evaluation.error or evaluation.transitions != len(rows):
        return []
    told: dict[Part, set[str]] = {part: set() for part in parts}
    for misprediction in evaluation.mispredictions:
        if misprediction.part in parts:
            told[misprediction.part].add(misprediction.transition)
    missing = {part: _number_wrong(evaluation, part) for part in parts}
    listed = frozenset[str]().union(*told.values())
    waiting = {part: set(digests) for part, digests in told.items() if len(digests) < missing[part]}
    found = []
    for row in rows:
        if any(not digests for digests in waiting.values()):
            break
        shown = read(row)
        for digests in waiting.values():
            digests.discard(shown.digest)
        if shown.digest not in listed:
            found.append(shown)
    return found


def _number_wrong(evaluation: Evaluation, part: Part) -> int:
    """How many rows were mispredicted; for ends also those whose reward was, so rather too many."""
    fit = {
        Part.NEXT_STATE: evaluation.next_state_fit,
        Part.REWARD: evaluation.reward_fit,
        Part.DONE: evaluation.done_fit,
    }[part]
    return round((1 - fit) * evaluation.transitions)
