"""The cheapest conjunction that holds in all successes and in no failure: a weighted hitting set, found exactly."""

from collections.abc import Sequence

from synth_server.inductive.rules import Priced

VISITS = 20_000  # conjunctions looked at
LONGEST = 6


def cheapest(wanted: int, unwanted: int, choices: Sequence[Priced]) -> tuple[Priced, ...] | None:
    """The literals that together hold in all ``wanted`` rows and in no ``unwanted`` one, at the least cost; or None.

    Of literals that reject the same failures only the cheapest counts, of equally cheap ones the one that holds in the
    fewest rows.
    """
    if not unwanted:
        return ()
    best: dict[int, Priced] = {}
    for choice in choices:
        rejected = unwanted & ~choice.mask
        if rejected and not wanted & ~choice.mask:
            known = best.get(rejected)
            if known is None or (choice.cost, choice.mask.bit_count()) < (known.cost, known.mask.bit_count()):
                best[rejected] = choice
    kept = sorted(best.items(), key=lambda item: (item[1].cost, -item[0].bit_count()))
    useful = [
        (rejected, choice)
        for i, (rejected, choice) in enumerate(kept)
        if not any(not rejected & ~other and cheaper.cost < choice.cost for other, cheaper in kept[:i])
    ]
    return _Search(useful).run(unwanted)


class _Search:
    """Depth first, the failure that fewest literals reject first, cheap literals first."""

    def __init__(self, useful: Sequence[tuple[int, Priced]]) -> None:
        self._useful = useful
        self._best: tuple[Priced, ...] | None = None
        self._cost = float("inf")
        self._visits = 0
        self._failures: list[int] = []

    def run(self, unwanted: int) -> tuple[Priced, ...] | None:
        """The cheapest choice that rejects all failures."""
        counts = {bit: sum(1 for rejected, _ in self._useful if rejected & bit) for bit in _bits(unwanted)}
        self._failures = sorted(counts, key=lambda bit: counts[bit])
        self._grow(unwanted, (), 0.0)
        return self._best

    def _grow(self, left: int, taken: tuple[Priced, ...], cost: float) -> None:
        if not left:
            self._best, self._cost = taken, cost
            return
        if len(taken) >= LONGEST:
            return
        hardest = next(bit for bit in self._failures if left & bit)
        for rejected, choice in self._useful:
            if not rejected & hardest:
                continue
            self._visits += 1
            if cost + choice.cost >= self._cost - 1e-9:
                break  # they come by price
            if self._visits > VISITS:
                return
            self._grow(left & ~rejected, (*taken, choice), cost + choice.cost)


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low)
        mask ^= low
    return found
