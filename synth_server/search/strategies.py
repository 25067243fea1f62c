"""Which arm a search pulls next: write anew, or repair one defect of one program.

``rex`` keeps the arms of REx (Tang et al. 2024, arXiv 2405.17503) and its wish to leave an arm that disappoints, and
learns from the search itself how soon to do so (docs/search.md). ``rex-beta`` is the rule of that paper. The others
are there to be compared with.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

RATES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 0.95)  # how often pulling an arm may help
TRIES_AHEAD = 40
SWEEPS = 10  # of expectation maximisation
PRIOR_WEIGHT = 2.0  # tries that the prior over RATES counts for
PRIOR_GAIN = 0.125
FRESH_AT_ONCE = 2
MOST_WASTE = 0.1  # chance that a request under way makes another one pointless, up to which that is made
RELUCTANCE = 4.0  # to give up progress that was made: what regaining it costs counts so many times


@dataclass(frozen=True)
class Arm:
    """One thing that can be asked for, and how asking for it went. ``key`` is its place among the arms.

    ``score`` in 0..1 is that of the program to repair; of a fresh start, the mean that fresh starts reached.
    ``gained`` of the ``tried`` gave a better program than the one they began with; ``pending`` are under way.
    """

    key: int
    score: float
    fresh: bool = False
    tried: int = 0
    gained: int = 0
    pending: int = 0

    @property
    def failed(self) -> int:
        """Tries that did not help; those under way count among them, so that arms share them out."""
        return self.tried - self.gained + self.pending


class Strategy(Protocol):
    """Chooses one of at least one arm; arms are given oldest first."""

    def __call__(self, arms: Sequence[Arm], gain: float, random: Random) -> Arm | None:
        """The arm to pull; None to wait for what is under way (never when nothing is).

        ``gain`` is by how much a repair that helped raised the score, in the mean.
        """
        ...


def best_of_n(arms: Sequence[Arm], gain: float, random: Random) -> Arm:
    """Always writes anew, if that is still possible."""
    return next((arm for arm in arms if arm.fresh), arms[0])


def breadth_first(arms: Sequence[Arm], gain: float, random: Random) -> Arm:
    """Three tries of each program, oldest first."""
    repairs = [arm for arm in arms if not arm.fresh] or arms
    return min(repairs, key=lambda arm: ((arm.tried + arm.pending) // 3, arm.key))


def greedy(arms: Sequence[Arm], gain: float, random: Random) -> Arm:
    """The best program, the oldest of equals; of its defects the one tried least."""
    repairs = [arm for arm in arms if not arm.fresh] or arms
    top = max(arm.score for arm in repairs)
    return min((arm for arm in repairs if arm.score == top), key=lambda arm: (arm.tried + arm.pending, arm.key))


@dataclass(frozen=True)
class RexBeta:
    """Thompson sampling of ``Beta(1 + C h, 1 + C (1 - h) + n)``; h: score, n: tries (arXiv 2405.17503, section 3)."""

    weight: float = 20.0

    def __call__(self, arms: Sequence[Arm], gain: float, random: Random) -> Arm:
        """The arm with the highest draw."""
        draws = []
        for arm in arms:
            score = 0.0 if arm.fresh else arm.score
            tries = arm.tried + arm.pending
            draws.append(random.betavariate(1 + self.weight * score, 1 + self.weight * (1 - score) + tries))
        return arms[max(range(len(arms)), key=draws.__getitem__)]


@dataclass(frozen=True)
class Rex:
    """The arm from which success is likely to cost the fewest tries.

    How often arms help differs from arm to arm. The distribution of that rate over all arms is fitted to what was
    seen in this search; an arm's own rate follows by Bayes' rule. An arm's price is the least mean number of tries
    to the next gain under the best moment to give it up (as in Gittins' index), and then the price of a fresh
    arm for each further gain that is missing to a score of 1.

    A request beside others is wasted when one of those gives a better program to go on from: it is made where that
    is unlikely.
    """

    prior: tuple[float, ...] = field(default_factory=lambda: (1 / len(RATES),) * len(RATES))

    def __call__(self, arms: Sequence[Arm], gain: float, random: Random) -> Arm | None:
        """The arm with the lowest price, the oldest of equals; None while those under way are likely to help."""
        weights = self._population(arms)
        fresh = sum(arm.pending for arm in arms if arm.fresh)
        if fresh >= FRESH_AT_ONCE or _overtaken(arms, weights) > MOST_WASTE:
            return None
        first, second = _moment(weights, 1), _moment(weights, 2)
        again = first / second  # tries to get a fresh arm from the arm that gave this one
        step = RELUCTANCE * _tries_per_gain(weights, again)
        known: dict[tuple[int, int], float] = {}
        prices = []
        for arm in arms:
            missing = (1 - arm.score) / gain * step
            if arm.fresh:
                prices.append(1 + arm.pending + _tries_per_gain(weights, again) + missing)
                continue
            seen = (arm.gained, arm.failed)
            if seen not in known:
                known[seen] = _tries_per_gain(_posterior(weights, *seen), 0.0)
            prices.append(known[seen] + missing)
        return arms[min(range(len(arms)), key=prices.__getitem__)]

    def _population(self, arms: Sequence[Arm]) -> list[float]:
        """How common each rate is among the arms, by expectation maximisation with the prior as pseudo-counts."""
        seen = Counter((arm.gained, arm.failed) for arm in arms if not arm.fresh and (arm.gained or arm.failed))
        weights = list(self.prior)
        for _ in range(SWEEPS):
            counts = [PRIOR_WEIGHT * share for share in self.prior]
            for (gained, failed), number in seen.items():
                for i, share in enumerate(_posterior(weights, gained, failed)):
                    counts[i] += number * share
            total = sum(counts)
            weights = [count / total for count in counts]
        return weights


def _overtaken(arms: Sequence[Arm], weights: Sequence[float]) -> float:
    """How likely a request under way gives a better program than that with which it began."""
    none = 1.0
    for arm in arms:
        if arm.pending and not arm.fresh:
            rates = _posterior(weights, arm.gained, arm.tried - arm.gained)
            none *= sum(mass * (1 - rate) ** arm.pending for mass, rate in zip(rates, RATES, strict=True))
    return 1 - none


def _posterior(weights: Sequence[float], gained: int, failed: int) -> list[float]:
    """The rates of one arm, given the population and what was seen of it."""
    masses = [weight * rate**gained * (1 - rate) ** failed for weight, rate in zip(weights, RATES, strict=True)]
    total = sum(masses)
    return [mass / total for mass in masses] if total > 0 else list(weights)


def _moment(weights: Sequence[float], power: int) -> float:
    return sum(weight * rate**power for weight, rate in zip(weights, RATES, strict=True))


def _tries_per_gain(weights: Sequence[float], again: float) -> float:
    """The mean number of tries up to a gain, when an arm is given up after the best number of them.

    ``again`` tries are lost each time that one is given up.
    """
    best, tries, left = float("inf"), 0.0, list(weights)
    for _ in range(TRIES_AHEAD):
        tries += sum(left)
        left = [mass * (1 - rate) for mass, rate in zip(left, RATES, strict=True)]
        success = 1 - sum(left)
        if success > 1e-9:
            best = min(best, (tries + (1 - success) * again) / success)
    return best


class UnknownStrategyError(ValueError):
    """No strategy has this name; the text lists those that there are."""


_STRATEGIES: dict[str, Callable[[], Strategy]] = {
    "rex": Rex,
    "rex-beta": RexBeta,
    "greedy": lambda: greedy,
    "breadth-first": lambda: breadth_first,
    "best-of-n": lambda: best_of_n,
}
STRATEGIES = tuple(_STRATEGIES)


def strategy(name: str) -> Strategy:
    """The strategy of that name.

    Raises:
        UnknownStrategyError: there is none.
    """
    make = _STRATEGIES.get(name)
    if make is None:
        raise UnknownStrategyError(f"there is no search strategy {name!r}; there are {', '.join(STRATEGIES)}")
    return make()
