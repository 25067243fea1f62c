"""Which goals are alike, by their words."""

from collections import Counter
from collections.abc import Sequence

from sandbox.runtime.bm25 import Bm25, words


def most_similar(goal: str, others: Sequence[str], count: int) -> list[str]:
    """At most so many of ``others``, the most similar first; those that tie keep their order."""
    matching = Bm25(words(goal))
    texts = [Counter(words(other)) for other in others]
    for text in texts:
        matching.learn(text)
    scores = [matching.score(text) for text in texts]
    order = sorted(range(len(others)), key=lambda i: (-scores[i], i))
    return [others[i] for i in order[:count]]
