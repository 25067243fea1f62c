"""``ensemble:A,B,...``: a bandit over providers, by what they achieved for what they cost."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from synth_server.domain import Candidate
from synth_server.providers.group import Tries, close_all
from synth_server.providers.protocol import Proposal, Provider, ProviderUnusableError, Request

_STALLS = 2  # proposals of a free member in a row that gained nothing: then it is asked last


@dataclass(frozen=True)
class Member:
    """One provider of an ensemble; ``free`` ones cost neither money nor tokens."""

    provider: Provider
    free: bool


@dataclass(frozen=True)
class _Record:
    """What a member achieved: gains are shares of the distance from the parent's score to 1."""

    gains: tuple[float, ...]
    cost_usd: float | None
    tokens: int


class EnsembleProvider:
    """Orders its members for each request and asks the next one when one has nothing to propose.

    Free members come first until they stop helping. Among the others the order is by Thompson sampling: a draw of
    the gain to expect, Beta(1 + sum of gains, 1 + sum of what was missed), divided by the mean cost of a proposal: in
    US dollars where the price of every member is known, else in tokens. All of it is worked out from the request's
    history, seed and index, so it is the same after a restart.
    """

    def __init__(self, spec: str, members: Sequence[Member]) -> None:
        self.spec = spec
        self._members = tuple(members)
        self._unusable: dict[str, ProviderUnusableError] = {}

    async def propose(self, request: Request) -> Proposal:
        """A program that is not in the history; ``provider`` names the member that wrote it.

        Raises:
            ProviderError: no member has a new one; its kind is the one that all share, and it holds what was spent.
        """
        tries = Tries(request, self._unusable)
        known = {candidate.source for candidate in request.history}
        for member in self._order(request):
            proposal = await tries.ask(member.provider) if tries.left() else None
            if proposal is None:
                continue
            if proposal.source not in known:
                return proposal
            tries.reject(member.provider, "it proposes a program that is known already")
        raise tries.failure()

    async def close(self) -> None:
        """Closes every member."""
        await close_all([member.provider for member in self._members])

    def _order(self, request: Request) -> list[Member]:
        scores = {c.id: c.evaluation.score if c.evaluation else 0.0 for c in request.history}
        records = {m.provider.spec: _record(m.provider.spec, request.history, scores) for m in self._members}
        first = [m for m in self._members if m.free and not _stalled(m, records, request)]
        last = [m for m in self._members if m.free and m not in first]
        paid = [m for m in self._members if not m.free]
        rng = random.Random(f"{request.seed}:{request.index}:{self.spec}")  # noqa: S311  a draw, no secret
        costs = _costs([records[m.provider.spec] for m in paid])
        worth = {}
        for member, cost in zip(paid, costs, strict=True):
            gains = records[member.provider.spec].gains
            draw = rng.betavariate(1 + sum(gains), 1 + len(gains) - sum(gains))
            worth[member.provider.spec] = draw / cost
        return [*first, *sorted(paid, key=lambda m: -worth[m.provider.spec]), *last]


def _record(spec: str, history: Sequence[Candidate], scores: dict[str, float]) -> _Record:
    own = [candidate for candidate in history if candidate.provider == spec and candidate.evaluation]
    costs = [candidate.usage.cost_usd for candidate in own]
    return _Record(
        gains=tuple(_gain(candidate, scores) for candidate in own),
        cost_usd=None if None in costs else sum(cost for cost in costs if cost is not None),
        tokens=sum(candidate.usage.tokens for candidate in own),
    )


def _gain(candidate: Candidate, scores: dict[str, float]) -> float:
    before = scores.get(candidate.parent, 0.0) if candidate.parent else 0.0
    distance = 1.0 - before
    return 0.0 if distance <= 0 else min(1.0, max(0.0, (scores[candidate.id] - before) / distance))


def _stalled(member: Member, records: dict[str, _Record], request: Request) -> bool:
    """Whether a free member has stopped helping: with this defect, or at all. Equal questions get equal answers."""
    gains = records[member.provider.spec].gains
    return request.attempt > 0 or (len(gains) >= _STALLS and not any(gains[-_STALLS:]))


def _costs(records: Sequence[_Record]) -> list[float]:
    """The mean cost of a proposal of each, in one unit for all; who proposed nothing yet counts as the mean of all."""
    tried = [record for record in records if record.gains]
    if all(record.cost_usd is not None for record in tried):
        means = [(record.cost_usd or 0.0) / len(record.gains) if record.gains else None for record in records]
    else:
        means = [record.tokens / len(record.gains) if record.gains else None for record in records]
    seen = [mean for mean in means if mean is not None]
    usual = sum(seen) / len(seen) if seen else 0.0
    if usual <= 0:
        return [1.0] * len(records)
    return [max(usual if mean is None else mean, usual / 100) for mean in means]
