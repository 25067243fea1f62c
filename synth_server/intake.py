"""Takes in a stream of observations: nothing of it is stored before all of it was read."""

import asyncio
from collections.abc import AsyncIterator

from worldsmith.v1 import service_pb2 as pb

from sandbox.data.records import Start, Transition
from sandbox.data.wire import BatchDecoder
from synth_server.errors import invalid, too_large
from synth_server.settings import Bounds
from synth_server.validate import name

# What a refused stream has to end by itself.
DRAIN_SECONDS = 2.0


async def drain(messages: AsyncIterator[pb.SubmitTransitionsRequest]) -> None:
    """Drops what a refused stream still sends, for two seconds at most.

    A call that ends while its caller still writes fails at the caller's next message, with no word of the reason.
    """
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            async for _ in messages:
                pass
    except TimeoutError:
        pass


class Intake:
    """What a stream held so far. The state at step 0 of an episode is a start, told or not."""

    def __init__(self, limits: Bounds) -> None:
        self.world = ""
        self.transitions: list[Transition] = []
        self.starts: list[Start] = []
        self._limits = limits
        self._decoder = BatchDecoder()
        self._messages = 0
        self._bytes = 0

    async def take(self, message: pb.SubmitTransitionsRequest) -> None:
        """Reads the next message.

        Raises:
            ServiceError: it is too large, or the world is missing or another one.
            WireError: the batch breaks the contract.
        """
        where = f"requests[{self._messages}]"
        self._check_size(message.batch.ByteSize(), where)
        if not self._messages:
            self.world = name(message.world, "world")
        elif message.world and message.world != self.world:
            raise invalid(f"{where}.world", f"a stream is about one world, here {self.world!r}")
        self._messages += 1
        transitions, starts = await asyncio.to_thread(self._decoder.decode, message.batch, f"{where}.batch")
        self.transitions += transitions
        self.starts += starts
        self.starts += [Start(row.state, row.goal) for row in transitions if row.step == 0]

    def _check_size(self, size: int, where: str) -> None:
        if size > self._limits.batch_bytes:
            raise too_large(f"{where}.batch", f"a batch has at most {self._limits.batch_bytes} bytes, not {size}")
        self._bytes += size
        if self._bytes > self._limits.stream_bytes:
            raise too_large(where, f"a stream has at most {self._limits.stream_bytes} bytes; use several streams")
