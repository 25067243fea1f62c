"""What tests of the search share: programs, providers that answer as told, and a log of events."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from synth_server.domain import Budget, Candidate, Usage
from synth_server.providers.protocol import Defect, Proposal, Provider, Request
from synth_server.providers.scripted import Entry, ScriptedProvider
from synth_server.search.loop import search
from synth_server.search.types import (
    Asked,
    Problem,
    Proposed,
    Recalled,
    SearchEvent,
    SearchResult,
)
from synth_server.verify.verifier import Verifier
from tests.verify.worlds import STARTS, TRUE_PROGRAM, WORLD, good_data

NO_TAKE = TRUE_PROGRAM.replace("agent.keys += 1", "pass")
NO_LEFT = TRUE_PROGRAM.replace("agent.x -= 1", "pass")
HANGS = TRUE_PROGRAM.replace("return state", "while True: pass")
BROKEN = "def transition(state, action:"

PROBLEM = Problem(WORLD, good_data(), STARTS)


@dataclass
class Log:
    """Keeps what a search tells."""

    events: list[SearchEvent] = field(default_factory=list)
    told: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, event: SearchEvent) -> None:
        async with self.told:
            self.events.append(event)
            self.told.notify_all()

    async def proposals(self, count: int) -> None:
        """Waits until so many programs were proposed, and a little more, so that the last is being checked."""
        async with self.told:
            await self.told.wait_for(lambda: len(self.of(Proposed)) >= count)
        await asyncio.sleep(0.2)

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    def of(self, kind: type) -> list:  # type: ignore[type-arg]
        return [event for event in self.events if isinstance(event, kind)]


@dataclass
class Asking:
    """A provider that keeps the requests, and answers as a function says."""

    answer: Callable[[Request], str]
    requests: list[Request] = field(default_factory=list)
    spec: str = "asking"

    async def propose(self, request: Request) -> Proposal:
        self.requests.append(request)
        return Proposal(self.answer(request), Usage(calls=1, tokens=100))

    async def close(self) -> None:
        pass


def script(*sources: str) -> ScriptedProvider:
    return ScriptedProvider("scripted:test", [Entry(source, tokens=100) for source in sources])


def recalled(history: Sequence[Candidate]) -> Recalled:
    """What a search that asked for these, one from the other, would have stored."""
    asked = [Asked(i + 1, one.parent, Defect.NEXT_STATE if one.parent else None) for i, one in enumerate(history)]
    return Recalled(history, asked)


async def run(
    verifier: Verifier,
    provider: Provider,
    problem: Problem = PROBLEM,
    budget: Budget | None = None,
    history: Sequence[Candidate] = (),
) -> tuple[SearchResult, Log]:
    log = Log()
    if history:
        problem = replace(problem, recalled=recalled(history))
    result = await search(problem, provider, verifier, budget or Budget(), log)
    return result, log
