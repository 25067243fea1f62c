"""What the server needs of a store, and how a store fails.

A store keeps what it acknowledged: when a call returns, its effect survives the end of the process.
Calls are atomic: one that raises changed nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sandbox.data.records import Start, Transition, World
from synth_server.domain import Candidate, Event, JobState, ModelRecord, SynthesisRecord


class StoreError(RuntimeError):
    """The store cannot do it; the text is one sentence for people."""


class StoreFullError(StoreError):
    """There is no room left."""


class StoreBusyError(StoreError):
    """Somebody else holds the store; trying again later may help."""


class StoreUnavailableError(StoreError):
    """The store cannot be reached, read or written."""


class NotFoundError(StoreError):
    """There is no such thing. ``kind`` is "world", "synthesis" or "model"."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"there is no {kind} {name!r}")
        self.kind = kind
        self.name = name


class WorldExistsError(StoreError):
    """The name is taken by another definition."""


class PageTokenError(StoreError):
    """The page token is none that the store gave."""


@dataclass(frozen=True)
class Stats:
    """What a world holds: distinct rows; ``digest`` as :func:`sandbox.data.records.data_digest`; seconds."""

    transitions: int
    starts: int
    digest: str
    created: float


@dataclass(frozen=True)
class Submitted:
    """What became of a stream: rows that were added, and rows that were there already (or came twice)."""

    added_transitions: int
    known_transitions: int
    added_starts: int


@dataclass(frozen=True)
class Rows:
    """Rows of a world in the order of their arrival; ``sequence`` is the number of the last one there is."""

    transitions: Sequence[Transition]
    starts: Sequence[Start]
    sequence: int


class Store(Protocol):
    """Every call may raise StoreFullError, StoreBusyError and StoreUnavailableError."""

    async def create_world(self, world: World) -> tuple[World, bool]:
        """The world, and whether it is new.

        Raises:
            WorldExistsError: the name is taken by another definition.
        """
        ...

    async def world(self, name: str) -> World:
        """The world of that name.

        Raises:
            NotFoundError: there is none.
        """
        ...

    async def worlds(self, size: int, token: str = "") -> tuple[list[World], str]:
        """A page of worlds by name, and the token of the next page ("" after the last).

        Raises:
            PageTokenError: the token is none that the store gave.
        """
        ...

    async def has_transitions(self, world: str) -> bool:
        """Whether the world holds any.

        Raises:
            NotFoundError: there is no such world.
        """
        ...

    async def stats(self, world: str) -> Stats:
        """What the world holds.

        Raises:
            NotFoundError: there is no such world.
        """
        ...

    async def submit(self, world: str, transitions: Sequence[Transition], starts: Sequence[Start]) -> Submitted:
        """Adds what is new, all of it or nothing.

        Raises:
            NotFoundError: there is no such world.
        """
        ...

    async def rows_after(self, world: str, sequence: int) -> Rows:
        """What was added after row ``sequence`` (0: everything).

        Raises:
            NotFoundError: there is no such world.
        """
        ...

    async def create_synthesis(self, record: SynthesisRecord) -> None:
        """Adds a synthesis.

        Raises:
            NotFoundError: there is no such world.
        """
        ...

    async def synthesis(self, id: str) -> SynthesisRecord:
        """The synthesis of that id.

        Raises:
            NotFoundError: there is none.
        """
        ...

    async def syntheses(
        self, size: int, token: str = "", world: str = "", state: JobState | None = None
    ) -> tuple[list[SynthesisRecord], str]:
        """A page of syntheses, newest first, and the token of the next page.

        Raises:
            PageTokenError: the token is none that the store gave.
        """
        ...

    async def record(
        self,
        event: Event,
        synthesis: SynthesisRecord,
        candidate: Candidate | None = None,
        model: ModelRecord | None = None,
    ) -> Event:
        """Adds one event with all that it tells: the synthesis as it stands now, a candidate or a model.

        Gives the event with its sequence number, the next one whatever number it came with.

        Raises:
            NotFoundError: there is no such synthesis.
        """
        ...

    async def events(self, synthesis: str, after: int = 0) -> list[Event]:
        """The events with a sequence number above ``after``, in order."""
        ...

    async def candidates(self, synthesis: str) -> list[Candidate]:
        """The candidates of a synthesis in the order in which they were proposed."""
        ...

    async def model(self, id: str) -> ModelRecord:
        """The model of that id.

        Raises:
            NotFoundError: there is none.
        """
        ...

    async def models(self, size: int, token: str = "", world: str = "") -> tuple[list[ModelRecord], str]:
        """A page of models, newest first, and the token of the next page.

        Raises:
            PageTokenError: the token is none that the store gave.
        """
        ...

    async def close(self) -> None:
        """Lets go of the database."""
        ...
