"""``replay:FILE``: the answers of a record, for the same requests, in the order in which they came."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from synth_server.providers.protocol import Proposal, ProviderError, Request
from synth_server.providers.recording import Asking, Line

_PATIENCE = 20.0  # seconds that an answer waits for those that came before it
_SHORT = 12  # characters of a digest that are shown


class ReplayProvider:
    """Gives each request the answer that was recorded for it, at no cost but the recorded one.

    Answers that were under way at the same time come in the recorded order, whichever is asked for first; one
    whose turn does not come within ``patience`` seconds, since another was not asked for, says so in its note.
    """

    def __init__(self, spec: str, lines: Sequence[Line], patience: float = _PATIENCE) -> None:
        self.spec = spec
        self._lines = list(lines)
        self._patience = patience
        self._asking = Asking()
        self._given: set[tuple[str, int]] = set()
        self._changed = asyncio.Condition()

    async def propose(self, request: Request) -> Proposal:
        """The recorded answer.

        Raises:
            ProviderError: this request was not recorded, and the text names what differs; or an error was recorded.
        """
        asked = await asyncio.to_thread(self._asking.told, request)
        line = self._find(asked)
        waited_in_vain = await self._turn(line, request)
        async with self._changed:
            self._given.add((line.run, line.number))
            self._changed.notify_all()
        answer = line.answer
        if isinstance(answer, ProviderError):
            raise type(answer)(str(answer), answer.usage, answer.exchanges)
        note = f"{answer.note}; out of the recorded order" if waited_in_vain else answer.note
        return Proposal(answer.source, answer.usage, note, answer.provider, answer.exchanges)

    async def close(self) -> None:
        """Nothing runs."""

    def _find(self, asked: Mapping[str, Any]) -> Line:
        found = [line for line in self._lines if line.asked == asked]
        if not found:
            raise ProviderError(self._differences(asked))
        fresh = (line for line in found if (line.run, line.number) not in self._given)
        return next(fresh, found[-1])

    async def _turn(self, line: Line, request: Request) -> bool:
        """Waits until those came that came before it; whether that was in vain.

        After a restart, those whose program is in the history came before it too.
        """
        known = {candidate.source for candidate in request.history}
        before = {
            (other.run, other.number)
            for other in self._lines
            if other.run == line.run
            and line.known <= other.number < line.number
            and not (isinstance(other.answer, Proposal) and other.answer.source in known)
        }
        async with self._changed:
            try:
                async with asyncio.timeout(self._patience):
                    await self._changed.wait_for(lambda: before <= self._given)
            except TimeoutError:
                return True
        return False

    def _differences(self, asked: Mapping[str, Any]) -> str:
        """What is not as it was recorded, seen from the request that is most alike."""

        def alike(line: Line) -> tuple[bool, int]:
            return (line.asked.get("index") == asked["index"], sum(line.asked.get(k) == v for k, v in asked.items()))

        nearest = max(self._lines, key=alike)
        differ = [
            f"{name} is {_shown(value)} and was {_shown(nearest.asked.get(name))}"
            for name, value in asked.items()
            if nearest.asked.get(name) != value
        ]
        return f"the record has no answer to request {asked['index'] + 1}: {'; '.join(differ)}"


def _shown(value: object) -> str:
    return "none" if value is None else str(value)[:_SHORT]
