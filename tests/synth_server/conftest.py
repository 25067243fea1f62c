from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from worldsmith.v1 import service_pb2 as pb
from worldsmith.v1.service_pb2_grpc import WorldsmithServiceStub

from sandbox.data.records import Start, Transition, World
from sandbox.data.wire import encode_batches, world_to_proto
from sandbox.process import ProcessSandbox
from synth_server.log import make_log
from synth_server.settings import Settings
from synth_server.wiring import Application, running
from tests.synth_server.scripts import write_script
from tests.verify.worlds import WORLD


@dataclass
class Served:
    """A server of this process, on a real port, and a stub that talks to it."""

    application: Application
    stub: Any
    channel: grpc.aio.Channel
    folder: Path
    sandbox: ProcessSandbox

    async def create(self, world: World = WORLD) -> None:
        await self.stub.CreateWorld(pb.CreateWorldRequest(world=world_to_proto(world)))

    async def submit(
        self, transitions: list[Transition], starts: list[Start] | None = None, world: str = WORLD.name
    ) -> pb.SubmitTransitionsResponse:
        batches = encode_batches(transitions, starts or [], 20_000)
        return await self.stub.SubmitTransitions(pb.SubmitTransitionsRequest(world=world, batch=b) for b in batches)

    def script(self, *entries: dict[str, Any] | str) -> str:
        return write_script(self.folder, entries)

    async def synthesize(self, provider: str, **more: Any) -> list[pb.SynthesisEvent]:
        request = pb.SynthesizeRequest(world=WORLD.name, provider=provider, **more)
        return [response.event async for response in self.stub.Synthesize(request)]


@pytest.fixture
def serving(tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[Served]]:
    """Starts a server on the test's own data directory, with these settings."""

    @asynccontextmanager
    async def start(**chosen: Any) -> AsyncIterator[Served]:
        settings = Settings(**{"port": 0, "data_dir": tmp_path / "data", "log": "json", "canaries": "off"} | chosen)
        sandbox = ProcessSandbox()
        async with (
            running(settings, make_log("json"), lambda _: sandbox) as application,
            grpc.aio.insecure_channel(application.address) as channel,
        ):
            yield Served(application, WorldsmithServiceStub(channel), channel, tmp_path, sandbox)

    return start


@pytest.fixture
async def served(serving: Callable[..., AbstractAsyncContextManager[Served]]) -> AsyncIterator[Served]:
    async with serving() as server:
        yield server
