"""What a search may still spend, shared out among the requests under way, so that no bound is ever passed."""

from synth_server.domain import Budget, Usage
from synth_server.providers.protocol import Allowance


class Purse:
    """Keeps a budget. What a request may spend is set aside until it is settled."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._reserved: dict[int, Allowance] = {}
        self.spent = Usage()

    def spend(self, usage: Usage) -> None:
        """Notes what was spent."""
        self.spent += usage

    def empty(self) -> str:
        """What is used up: ``provider calls``, ``tokens``, ``US dollars``; or nothing."""
        spent, budget = self.spent, self._budget
        if spent.calls >= budget.provider_calls:
            return "provider calls"
        if spent.tokens >= budget.tokens:
            return "tokens"
        if budget.cost_usd is not None and (spent.cost_usd or 0.0) >= budget.cost_usd:
            return "US dollars"
        return ""

    def reserve(self, request: int, slots: int) -> Allowance | None:
        """The share of a request, of which ``slots`` (itself included) may yet begin now; None when too little is left.

        A share not used comes back by :meth:`settle`.
        """
        aside = self._reserved.values()
        calls = self._budget.provider_calls - self.spent.calls - sum(one.calls for one in aside)
        tokens = self._budget.tokens - self.spent.tokens - sum(one.tokens for one in aside)
        if calls < 1 or tokens < 1:
            return None
        share = Allowance(max(1, calls // slots), max(1, tokens // slots), self._dollars(slots))
        if share.cost_usd is not None and share.cost_usd <= 0:
            return None
        self._reserved[request] = share
        return share

    def settle(self, request: int, usage: Usage) -> None:
        """Takes back what was set aside and notes what was spent of it."""
        self._reserved.pop(request, None)
        self.spend(usage)

    def _dollars(self, slots: int) -> float | None:
        if self._budget.cost_usd is None:
            return None
        aside = sum(one.cost_usd or 0.0 for one in self._reserved.values())
        return (self._budget.cost_usd - (self.spent.cost_usd or 0.0) - aside) / slots
