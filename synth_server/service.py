"""The gRPC methods: check the request, call, convert the answer. Failures are answered by the interceptor."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import grpc
from worldsmith.v1 import service_pb2 as pb
from worldsmith.v1.service_pb2_grpc import WorldsmithServiceServicer

from sandbox.data.diagnosis import report_to_proto
from sandbox.data.doctor import examine
from sandbox.data.wire import world_to_proto
from synth_server import convert, validate
from synth_server.domain import Event, ModelRecord
from synth_server.errors import invalid
from synth_server.executor.fair import FairQueue
from synth_server.experiments import Experiments
from synth_server.intake import Intake, drain
from synth_server.jobs import Jobs, require_data
from synth_server.providers.keys import Keys
from synth_server.providers.listing import listed
from synth_server.settings import Settings
from synth_server.store.protocol import Store
from synth_server.verify.verifier import Verifier

Context = grpc.aio.ServicerContext[Any, Any]


@dataclass(frozen=True)
class Parts:
    """What the service stands on."""

    settings: Settings
    store: Store
    jobs: Jobs
    verifier: Verifier
    experiments: Experiments
    evaluations: FairQueue
    info: pb.GetServerInfoResponse
    keys: Keys


class Service(WorldsmithServiceServicer):
    """Implements ``worldsmith.v1.WorldsmithService``; the contract is told in the proto file."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._jobs = parts.jobs
        self._verifier = parts.verifier
        self._experiments = parts.experiments
        self._info = parts.info
        self._keys = parts.keys
        self._settings = parts.settings
        self._limits = parts.settings.limits
        self._evaluations = parts.evaluations

    async def GetServerInfo(self, request: pb.GetServerInfoRequest, context: Context) -> pb.GetServerInfoResponse:
        return self._info

    async def ListProviders(self, request: pb.ListProvidersRequest, context: Context) -> pb.ListProvidersResponse:
        found = listed(validate.specs(request.specs), self._keys)
        return pb.ListProvidersResponse(providers=map(convert.provider, found))

    # --- worlds --------------------------------------------------------------------------------------------

    async def CreateWorld(self, request: pb.CreateWorldRequest, context: Context) -> pb.CreateWorldResponse:
        world, created = await self._store.create_world(validate.world(request.world))
        return pb.CreateWorldResponse(world=world_to_proto(world), created=created)

    async def GetWorld(self, request: pb.GetWorldRequest, context: Context) -> pb.GetWorldResponse:
        name = validate.name(request.name, "name")
        world, stats = await self._store.world(name), await self._store.stats(name)
        return pb.GetWorldResponse(world=world_to_proto(world), stats=convert.stats(stats))

    async def ListWorlds(self, request: pb.ListWorldsRequest, context: Context) -> pb.ListWorldsResponse:
        worlds, token = await self._store.worlds(self._page(request.page_size), request.page_token)
        return pb.ListWorldsResponse(worlds=[world_to_proto(world) for world in worlds], next_page_token=token)

    async def DiagnoseWorld(self, request: pb.DiagnoseWorldRequest, context: Context) -> pb.DiagnoseWorldResponse:
        name = validate.name(request.name, "name")
        async with self._evaluations.turn(context.peer()):
            world, rows = await self._store.world(name), await self._store.rows_after(name, 0)
            report = await asyncio.to_thread(examine, rows.transitions, rows.starts, world.actions, repeats=False)
        return pb.DiagnoseWorldResponse(diagnosis=report_to_proto(report))

    async def SubmitTransitions(
        self, request_iterator: AsyncIterator[pb.SubmitTransitionsRequest], context: Context
    ) -> pb.SubmitTransitionsResponse:
        intake = Intake(self._limits)
        try:
            async for message in request_iterator:
                begins = not intake.world
                await intake.take(message)
                if begins:
                    await self._store.world(intake.world)  # tell early that there is none
        except Exception:
            await drain(request_iterator)
            raise
        if not intake.world:
            raise invalid("world", "the stream is empty; its first message names the world")
        result = await self._store.submit(intake.world, intake.transitions, intake.starts)
        return pb.SubmitTransitionsResponse(
            added_transitions=result.added_transitions,
            known_transitions=result.known_transitions,
            added_starts=result.added_starts,
            stats=convert.stats(await self._store.stats(intake.world)),
        )

    # --- syntheses -----------------------------------------------------------------------------------------

    async def Synthesize(self, request: pb.SynthesizeRequest, context: Context) -> AsyncIterator[pb.SynthesizeResponse]:
        chosen = self._settings
        options = validate.options(request, chosen.provider, chosen.budget.budget(), chosen.callers_providers())
        record = await self._jobs.start(options, context.peer())
        if request.detach_cancels:
            context.add_done_callback(lambda _: self._jobs.abandon(record.id))  # type: ignore[arg-type]  # stubs
        async for event in self._jobs.watch(record.id):
            yield pb.SynthesizeResponse(event=await self._told(event))

    async def WatchSynthesis(
        self, request: pb.WatchSynthesisRequest, context: Context
    ) -> AsyncIterator[pb.WatchSynthesisResponse]:
        async for event in self._jobs.watch(validate.name(request.id, "id"), request.after_sequence):
            yield pb.WatchSynthesisResponse(event=await self._told(event))

    async def CancelSynthesis(self, request: pb.CancelSynthesisRequest, context: Context) -> pb.CancelSynthesisResponse:
        record = await self._jobs.cancel(validate.name(request.id, "id"))
        return pb.CancelSynthesisResponse(synthesis=convert.synthesis(record))

    async def GetSynthesis(self, request: pb.GetSynthesisRequest, context: Context) -> pb.GetSynthesisResponse:
        record = await self._store.synthesis(validate.name(request.id, "id"))
        return pb.GetSynthesisResponse(synthesis=convert.synthesis(record))

    async def ListSyntheses(self, request: pb.ListSynthesesRequest, context: Context) -> pb.ListSynthesesResponse:
        size = self._page(request.page_size)
        records, token = await self._store.syntheses(size, request.page_token, await self._world(request.world))
        return pb.ListSynthesesResponse(syntheses=map(convert.synthesis, records), next_page_token=token)

    async def GetTrace(self, request: pb.GetTraceRequest, context: Context) -> AsyncIterator[pb.GetTraceResponse]:
        synthesis = await self._store.synthesis(validate.name(request.id, "id"))
        events = await self._store.events(synthesis.id)  # first: what a running search adds meanwhile is left out
        sources = {candidate.id: candidate.source for candidate in await self._store.candidates(synthesis.id)}
        for event in events:
            source = sources.get(event.body["candidate"], "") if event.kind == "proposed" else ""
            yield pb.GetTraceResponse(entry=convert.trace_entry(event, source, await self._model_of(event)))

    # --- models --------------------------------------------------------------------------------------------

    async def GetModel(self, request: pb.GetModelRequest, context: Context) -> pb.GetModelResponse:
        return pb.GetModelResponse(model=convert.model(await self._store.model(validate.name(request.id, "id"))))

    async def ListModels(self, request: pb.ListModelsRequest, context: Context) -> pb.ListModelsResponse:
        size = self._page(request.page_size)
        models, token = await self._store.models(size, request.page_token, await self._world(request.world))
        return pb.ListModelsResponse(models=map(convert.model, models), next_page_token=token)

    async def NextExperiment(self, request: pb.NextExperimentRequest, context: Context) -> pb.NextExperimentResponse:
        wanted, caller = validate.experiment(request), context.peer()
        async with self._evaluations.turn(caller):
            found = await self._experiments.next(wanted, caller)
        return pb.NextExperimentResponse(experiment=convert.experiment(found))

    async def EvaluateProgram(self, request: pb.EvaluateProgramRequest, context: Context) -> pb.EvaluateProgramResponse:
        name = validate.name(request.world, "world")
        source = validate.program(request.source, self._limits.program_bytes)
        caller = context.peer()  # a connection: behind one address there may be many callers
        async with self._evaluations.turn(caller):
            await require_data(self._store, name)
            world, rows = await self._store.world(name), await self._store.rows_after(name, 0)
            found = await self._verifier.evaluate_program(
                world, rows.transitions, rows.starts, source, skip_optimism=request.skip_optimism, caller=caller
            )
        return pb.EvaluateProgramResponse(evaluation=convert.evaluation(found))

    async def _told(self, event: Event) -> pb.SynthesisEvent:
        return convert.event(event, await self._model_of(event))

    async def _model_of(self, event: Event) -> ModelRecord | None:
        """The model that the last event of a synthesis tells of."""
        model = event.body.get("model") if event.kind == "finished" else None
        return await self._store.model(model) if model else None

    async def _world(self, name: str) -> str:
        """``name`` itself, once it is known to exist; nothing stands for all worlds."""
        if name:
            await self._store.world(name)
        return name

    def _page(self, size: int) -> int:
        return validate.page(size, self._limits.page_size)
