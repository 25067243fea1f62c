"""A given program put right by what was learned, where the data support it; elsewhere it keeps its say."""

import io
import tokenize
from collections.abc import Mapping

from synth_server.providers.splice import defined, splice, without

INDUCED = '"""A world model induced from '

_GLUE = '''\
from worldsmith_runtime import UnknownGoal


def transition(state, action):
    """The next state: as learned from data where they show such a situation, else as the former program has it."""
    if unfamiliar(state, action) is None:
        return learned_transition(state, action)
    return former_transition(state, action)


def reward(state, action, next_state, goal):
    """Reward and end: as learned from data where they show such a situation, else as the former program has it.

    Where it has no rule for the goal, what was learned of others of the same form is the best guess.
    """
    if unpaid(state, action, next_state, goal) is None:
        return learned_reward(state, action, next_state, goal)
    try:
        return former_reward(state, action, next_state, goal)
    except UnknownGoal:
        return learned_reward(state, action, next_state, goal)
'''
_LEARNED = {"transition": "learned_transition", "reward": "learned_reward", "uncertain": "unfamiliar"}
_FORMER = {"transition": "former_transition", "reward": "former_reward"}
_NEW = ("learned_transition", "unfamiliar", "learned_reward", "unpaid")


def is_induced(source: str) -> bool:
    """Whether a program is the learner's own, with nothing of others in it."""
    return source.startswith(INDUCED)


def repaired(learned: str, former: str) -> str | None:
    """``former`` with what was learned put before it; None where that makes no program.

    ``learned`` must give ``unpaid(state, action, next_state, goal)`` besides a model's functions: why the reward of a
    step is a guess, or None.
    """
    try:
        base = _renamed(without(former, "uncertain"), _FORMER)
        if not set(_FORMER.values()) <= defined(base):
            return None
        whole = splice(base, _renamed(learned, _LEARNED), _NEW)
    except (SyntaxError, tokenize.TokenError):
        return None
    return f"{whole.rstrip()}\n\n\n{_GLUE}"


def _renamed(source: str, names: Mapping[str, str]) -> str:
    """The program with names changed wherever they stand for themselves: not as attributes, not as keywords.

    Raises:
        SyntaxError, tokenize.TokenError: it is no Python.
    """
    tokens, last = [], ""
    stream = list(tokenize.generate_tokens(io.StringIO(source).readline))
    for i, token in enumerate(stream):
        keyword = stream[i + 1].string == "=" and last in {"(", ","} if i + 1 < len(stream) else False
        if token.type == tokenize.NAME and token.string in names and last != "." and not keyword:
            tokens.append((token, names[token.string]))
        if token.string.strip():
            last = token.string
    lines = source.splitlines(keepends=True)
    for token, name in reversed(tokens):
        row, column = token.start
        lines[row - 1] = lines[row - 1][:column] + name + lines[row - 1][token.end[1] :]
    return "".join(lines)
