"""What providers with members share: one member after another within one allowance, and what that cost in all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from synth_server.domain import Exchange, Usage
from synth_server.providers.protocol import (
    Allowance,
    Proposal,
    Provider,
    ProviderError,
    ProviderExhaustedError,
    ProviderUnusableError,
    Request,
)


@dataclass
class Tries:
    """The members that were asked for one request, why they gave nothing, and what they cost.

    ``unusable`` is kept by the group from request to request: who cannot be used at all is not asked again.
    """

    request: Request
    unusable: dict[str, ProviderUnusableError]
    failed: list[tuple[str, ProviderError]] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    exchanges: list[Exchange] = field(default_factory=list)

    async def ask(self, member: Provider) -> Proposal | None:
        """What a member proposes with what is left, the cost of the others on top; None when it cannot."""
        if member.spec in self.unusable:
            self.failed.append((member.spec, self.unusable[member.spec]))
            return None
        try:
            proposal = await member.propose(replace(self.request, allowance=self._left()))
        except ProviderError as error:
            self.failed.append((member.spec, error))
            if isinstance(error, ProviderUnusableError):
                self.unusable[member.spec] = error
            self._spent(error.usage, error.exchanges)
            return None
        self._spent(proposal.usage, proposal.exchanges)
        return replace(
            proposal,
            usage=self.usage,
            note=self._note(proposal.note),
            provider=proposal.provider or member.spec,
            exchanges=tuple(self.exchanges),
        )

    def reject(self, member: Provider, reason: str) -> None:
        """A member's answer is of no use."""
        self.failed.append((member.spec, ProviderExhaustedError(reason)))

    def left(self) -> bool:
        """Whether another member may be asked at all."""
        left = self._left()
        return left.calls > 0 and left.tokens > 0 and (left.cost_usd is None or left.cost_usd > 0)

    def failure(self) -> ProviderError:
        """The error of all of them together."""
        errors = [error for _, error in self.failed]
        reason = "; ".join(f"{spec}: {error}" for spec, error in self.failed) or "nothing is left to spend"
        kind: type[ProviderError] = ProviderError
        if errors and all(isinstance(error, ProviderUnusableError) for error in errors):
            kind = ProviderUnusableError
        elif errors and all(isinstance(error, ProviderExhaustedError | ProviderUnusableError) for error in errors):
            kind = ProviderExhaustedError
        return kind(reason, self.usage, self.exchanges)

    def _note(self, note: str) -> str:
        tried = [f"{spec} failed: {error}" for spec, error in self.failed]
        return "; ".join([*([note] if note else []), *tried])

    def _left(self) -> Allowance:
        given, used = self.request.allowance, self.usage
        cost = None if given.cost_usd is None else given.cost_usd - (used.cost_usd or 0.0)
        return Allowance(given.calls - used.calls, given.tokens - used.tokens, cost)

    def _spent(self, usage: Usage, exchanges: Sequence[Exchange]) -> None:
        self.usage += usage
        self.exchanges += exchanges


async def close_all(members: Sequence[Provider]) -> None:
    """Closes every member."""
    for member in members:
        await member.close()
