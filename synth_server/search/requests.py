"""The requests of a search that are under way, and the order in which their outcomes are taken."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from synth_server.domain import Usage
from synth_server.providers.protocol import Proposal, Provider, ProviderError, Request
from synth_server.search.types import Asked


@dataclass(frozen=True)
class Reply:
    """What became of a request: a proposal, or why there is none; and what it cost all the same."""

    asked: Asked
    outcome: Proposal | ProviderError
    usage: Usage


class Requests:
    """Asks a provider for several things at once. Outcomes come first come, first served, or in a given order."""

    def __init__(self, provider: Provider, order: Sequence[int] = ()) -> None:
        self._provider = provider
        self._order = list(order)
        self._asked: dict[int, tuple[Asked, Request]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._arrived: dict[int, Reply | BaseException] = {}  # in the order of arrival
        self._news = asyncio.Event()

    def __len__(self) -> int:
        """How many are under way, those that arrived and were not taken included."""
        return len(self._asked)

    def prepare(self, asked: Asked, request: Request) -> None:
        """Counts a request among those under way; :meth:`begin` makes it, once it is stored that it was made."""
        self._asked[asked.number] = (asked, request)

    def begin(self, number: int) -> None:
        """Makes a request."""
        asked, request = self._asked[number]
        self._tasks[number] = asyncio.create_task(self._propose(asked, request))

    async def next(self) -> Reply:
        """The next outcome.

        Raises:
            Exception: what the provider raised that no provider should.
        """
        while (number := self._ready()) is None:
            self._news.clear()
            await self._news.wait()
        if self._order and self._order[0] == number:
            del self._order[0]
        del self._asked[number], self._tasks[number]
        reply = self._arrived.pop(number)
        if isinstance(reply, BaseException):
            raise reply
        return reply

    async def close(self) -> None:
        """Ends what is under way. Closing twice does nothing."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _ready(self) -> int | None:
        """The outcome that is to be taken now."""
        if self._order and self._order[0] in self._asked:
            return self._order[0] if self._order[0] in self._arrived else None
        return next(iter(self._arrived), None)

    async def _propose(self, asked: Asked, request: Request) -> None:
        try:
            proposal = await self._provider.propose(request)
            self._arrived[asked.number] = Reply(asked, proposal, proposal.usage)
        except ProviderError as error:
            spent = error.usage if error.usage != Usage() else Usage(calls=1)
            self._arrived[asked.number] = Reply(asked, error, spent)
        except Exception as error:  # noqa: BLE001 - told by `next`
            self._arrived[asked.number] = error
        self._news.set()
