"""Words of goals and of symbols: split, stemmed, compared."""

import re

from sandbox.runtime.values import Value

ENDINGS = ("ing", "es", "ed", "s", "e")
LEAST_STEM = 3


def words(text: str) -> list[str]:
    """The words of a goal or of a symbol, in lower case; ``camelCase`` and ``snake_case`` are taken apart."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return [word.lower() for word in re.findall(r"[^\W_]+", spaced)]


def stem(word: str) -> str:
    """A crude stem: what remains without the commonest endings."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    return word[:-1] + "i" if word.endswith("y") else word


def fold(value: Value) -> str:
    """A value as far as words tell it: its words in one, the last one's stem; numbers left out where there is more."""
    parts = words(value) if isinstance(value, str) else [str(value).lower()]
    told = [part for part in parts if not part.isdigit()] or parts
    return "".join(told[:-1]) + stem(told[-1]) if told else ""
