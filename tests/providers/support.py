"""Providers for tests: a factory over a directory of its own, and requests."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from synth_server.domain import Candidate, Evaluation, Optimism, Status, Usage
from synth_server.log import make_log
from synth_server.prompts.render import Prompts
from synth_server.providers.apis.api import Patience
from synth_server.providers.cache import Replies
from synth_server.providers.keys import Keys
from synth_server.providers.protocol import Proposal, ProviderError, Request
from synth_server.providers.registry import Providers
from tests.verify.worlds import WORLD

LOG = make_log("json")


def providers(directory: Path | None = None, environment: Mapping[str, str] | None = None, **chosen: Any) -> Providers:
    """A factory; with ``directory``, one that caches replies there."""
    replies = Replies(directory, 1_000_000, LOG) if directory else None
    patience = chosen.pop("patience", Patience(5.0, 5.0))
    return Providers(Keys(environment or {}), Prompts.load(), LOG, replies, patience, **chosen)


def asked(index: int = 0, **more: Any) -> Request:
    """A request over no data."""
    return Request(**{"world": WORLD, "transitions": (), "starts": (), "index": index, "seed": 0} | more)


def candidate(number: int, provider: str, score: float, **more: Any) -> Candidate:
    """One of a history."""
    evaluation = Evaluation(Status.PARTIAL, score, 0, 0, 0, None, 0, 0.0, Optimism(), 1, "none", 0.0, score=score)
    usage = more.pop("usage", Usage(1))
    return Candidate(f"c{number}", f"program {number}", usage=usage, evaluation=evaluation, provider=provider, **more)


class Answering:
    """A provider that answers as it is told to, and counts how often it was asked."""

    def __init__(self, spec: str, answers: Sequence[Proposal | ProviderError | str]) -> None:
        self.spec = spec
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.closed = 0

    async def propose(self, request: Request) -> Proposal:
        answer = self.answers[min(len(self.requests), len(self.answers) - 1)]
        self.requests.append(request)
        if isinstance(answer, ProviderError):
            raise answer
        return Proposal(answer, Usage(1)) if isinstance(answer, str) else answer

    async def close(self) -> None:
        self.closed += 1
