"""BM25: how well a text matches the words of a query (Robertson and Zaragoza, 2009)."""

import re
from collections import Counter
from collections.abc import Iterable
from math import log

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())


class Bm25:
    """Scores texts against one query. How rare a word is, and how long texts are, is learned from those that came."""

    def __init__(self, query: Iterable[str], k1: float = 1.5, b: float = 0.75) -> None:
        self._query = tuple(dict.fromkeys(query))
        self._k1, self._b = k1, b
        self._texts = 0
        self._length = 0
        self._holding: Counter[str] = Counter()

    def learn(self, text: Counter[str]) -> None:
        """Takes a text, as counts of its words, into account."""
        self._texts += 1
        self._length += text.total()
        self._holding.update(word for word in self._query if word in text)

    def score(self, text: Counter[str]) -> float:
        """How well a text matches: 0 without a common word; it grows with those that are rare."""
        length = text.total() * self._texts / self._length if self._length else 1.0
        total = 0.0
        for word in self._query:
            count = text[word]
            if count:
                held = self._holding[word]
                rare = log(1 + (self._texts - held + 0.5) / (held + 0.5))
                total += rare * count * (self._k1 + 1) / (count + self._k1 * (1 - self._b + self._b * length))
        return total
