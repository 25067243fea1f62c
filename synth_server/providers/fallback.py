"""``fallback:A,B,...``: the next provider when one fails."""

from collections.abc import Sequence

from synth_server.providers.group import Tries, close_all
from synth_server.providers.protocol import Proposal, Provider, ProviderUnusableError, Request


class FallbackProvider:
    """Asks its members in their order until one proposes something; the note says who failed and why."""

    def __init__(self, spec: str, members: Sequence[Provider]) -> None:
        self.spec = spec
        self._members = tuple(members)
        self._unusable: dict[str, ProviderUnusableError] = {}

    async def propose(self, request: Request) -> Proposal:
        """The first proposal that there is.

        Raises:
            ProviderError: every member failed; its kind is the one that all share, and it holds what was spent.
        """
        tries = Tries(request, self._unusable)
        for member in self._members:
            proposal = await tries.ask(member) if tries.left() else None
            if proposal is not None:
                return proposal
        raise tries.failure()

    async def close(self) -> None:
        """Closes every member."""
        await close_all(self._members)
