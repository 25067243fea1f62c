"""The built-in synthesizer as a provider: it learns in a process of its own, which can be cancelled."""

import asyncio
import json

from synth_server.domain import Usage
from synth_server.inductive.wire import encode_request
from synth_server.providers.learners import LearnerError, Learners
from synth_server.providers.protocol import Proposal, ProviderError, ProviderExhaustedError, Request


class InductiveProvider:
    """Has requests answered by ``learners``, which are somebody else's to close; None: by some of its own."""

    def __init__(self, spec: str = "inductive", learners: Learners | None = None, seconds: float = 600.0) -> None:
        self.spec = spec
        self._learners = Learners() if learners is None else learners
        self._shared = learners is not None
        self._seconds = seconds

    async def propose(self, request: Request) -> Proposal:
        """One candidate, from data alone; it costs no tokens.

        Raises:
            ProviderExhaustedError: the learner has nothing further to propose.
            ProviderError: the learner failed, answered nonsense, or took too long.
        """
        data = await asyncio.to_thread(encode_request, request)
        try:
            return _proposal(await self._learners.ask(data, self._seconds))
        except TimeoutError:
            raise ProviderError(f"the learner gave no answer within {self._seconds:g} s") from None
        except LearnerError as error:
            raise ProviderError(str(error)) from None

    async def close(self) -> None:
        """Ends its own processes."""
        if not self._shared:
            await self._learners.close()


def _proposal(out: bytes) -> Proposal:
    try:
        reply = json.loads(out)
        if "exhausted" in reply:
            raise ProviderExhaustedError(str(reply["exhausted"]))
        return Proposal(str(reply["source"]), Usage(calls=1), str(reply.get("note", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ProviderError("the learner's answer is not readable") from None
