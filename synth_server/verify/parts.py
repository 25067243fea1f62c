"""Splits rows such that no expected next state is an input of the same process (sandbox promise 2).

In a trajectory the next state of one row is the state of another. A program that sees all inputs of a batch can
search them for a state that may follow, and be right without knowing anything. So the graph state -> next state is
coloured, and each colour's rows are predicted by a process of their own. A row in which nothing changes expects
its own input; that cannot be helped and is what the identity baseline counts.
"""

from collections import deque
from collections.abc import Mapping, Sequence

from synth_server.verify.rows import Row, StateKey

MANY_COLOURS = 6


def split(rows: Sequence[Row]) -> list[list[int]]:
    """The positions of the rows in each part; as few parts as the greedy colouring finds, the same every time."""
    colours = _colour(_neighbours(rows))
    many = max(colours.values(), default=0) >= MANY_COLOURS
    parts: dict[int, list[int]] = {}
    for position, row in enumerate(rows):
        part = colours[row.state]
        if many:
            part = _bit_part(part, colours.get(row.next_state, part))
        parts.setdefault(part, []).append(position)
    return [parts[part] for part in sorted(parts)]


def _neighbours(rows: Sequence[Row]) -> dict[StateKey, dict[StateKey, None]]:
    """Which input states must be kept apart; those that are nobody's input need no colour."""
    near: dict[StateKey, dict[StateKey, None]] = {row.state: {} for row in rows}
    for row in rows:
        if row.next_state != row.state and row.next_state in near:
            near[row.state][row.next_state] = None
            near[row.next_state][row.state] = None
    return near


def _colour(near: Mapping[StateKey, Mapping[StateKey, None]]) -> dict[StateKey, int]:
    """Greedy, breadth first: two colours wherever two are enough."""
    colours: dict[StateKey, int] = {}
    queued: set[StateKey] = set()
    for first in near:
        if first in queued:
            continue
        queued.add(first)
        queue = deque([first])
        while queue:
            key = queue.popleft()
            taken = {colours[other] for other in near[key] if other in colours}
            colours[key] = next(colour for colour in range(len(taken) + 1) if colour not in taken)
            for other in near[key]:
                if other not in queued:
                    queued.add(other)
                    queue.append(other)
    return colours


def _bit_part(colour: int, next_colour: int) -> int:
    """Two parts for each bit of the colour: n colours need only 2 log2(n) parts.

    A row goes to the lowest bit in which its two colours differ, and there to the side of its input. All inputs of
    a part then agree in that bit, and all expected next states have the other.
    """
    differing = colour ^ next_colour
    bit = (differing & -differing).bit_length() - 1 if differing else 0
    return 2 * bit + (colour >> bit & 1)
