"""Which goals are alike, by their words: BM25 (Robertson and Zaragoza 2009) with k1 = 1.5 and b = 0.75."""

import math
import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"\w+")
K1, B = 1.5, 0.75


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())


def most_similar(goal: str, others: Sequence[str], count: int) -> list[str]:
    """At most so many of ``others``, the most similar first; those that tie keep their order."""
    documents = [Counter(words(other)) for other in others]
    holding = Counter(word for document in documents for word in document)
    average = sum(sum(document.values()) for document in documents) / len(documents) if documents else 0.0
    wanted = list(dict.fromkeys(words(goal)))

    def score(document: Counter[str]) -> float:
        length = sum(document.values()) / average if average else 0.0
        total = 0.0
        for word in wanted:
            weight = math.log(1 + (len(documents) - holding[word] + 0.5) / (holding[word] + 0.5))
            often = document[word]
            total += weight * often * (K1 + 1) / (often + K1 * (1 - B + B * length))
        return total

    scores = [score(document) for document in documents]
    order = sorted(range(len(others)), key=lambda i: (-scores[i], i))
    return [others[i] for i in order[:count]]
