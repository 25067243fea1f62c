"""The data on which cheats are scored: rows that the author of a memorising program saw, and others."""

from sandbox.data.records import Transition
from tests.verify.worlds import state, walk

SEEN = walk(["right"] * 40 + ["take", "right", "take"] + ["left"] * 40, state(0, key_at=[40], length=50))
UNSEEN = walk(["right"] * 25 + ["take"] + ["left"] * 8 + ["take"] * 2, state(60, key_at=[84, 77], length=85))


def key(row: Transition) -> str:
    """The row in the words that memorising programs use for it."""
    agent = row.state.one("Agent")
    return f"{row.action.name} {agent['x']} {agent['keys']}"
