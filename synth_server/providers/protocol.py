"""What every provider of candidates offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sandbox.data.records import Start, Transition, World
from synth_server.domain import Candidate, Usage


class ProviderError(RuntimeError):
    """The provider cannot answer; the text says why, and never holds a key."""


class ProviderExhaustedError(ProviderError):
    """The provider has nothing further to propose for this request."""


@dataclass(frozen=True)
class Request:
    """What a provider is asked: a first program, or a repair of ``parent``.

    ``transitions`` and ``starts`` are what may be seen; held-back rows are not among them. ``history`` holds all
    candidates of this synthesis with their evaluations, oldest first. ``index`` numbers the requests of one
    synthesis from 0, so that a provider that can only vary by it never answers twice alike.
    """

    world: World
    transitions: Sequence[Transition]
    starts: Sequence[Start]
    index: int
    seed: int
    parent: Candidate | None = None
    history: Sequence[Candidate] = ()
    warm_start: str | None = None  # source of the model named by `parent_model`


@dataclass(frozen=True)
class Proposal:
    """A program and what it cost."""

    source: str
    usage: Usage
    note: str = ""


class Provider(Protocol):
    """Proposes programs. ``spec`` is the string that chose it, such as ``inductive``."""

    spec: str

    async def propose(self, request: Request) -> Proposal:
        """One candidate. Cancelling the task ends whatever runs for it.

        Raises:
            ProviderExhaustedError: there is nothing further to propose.
            ProviderError: anything else; the search goes on with what it has.
        """
        ...

    async def close(self) -> None:
        """Ends what the provider started."""
        ...
