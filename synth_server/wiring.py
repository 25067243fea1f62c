"""The only place that names concrete classes: puts a server together from settings."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version

from worldsmith.v1 import service_pb2

from sandbox.backends import open_backend
from sandbox.canaries import canaries_at_start, release
from sandbox.contract import Inputs, Sandbox, SandboxUnavailableError
from sandbox.policy import check
from sandbox.runtime_text import runtime_digest
from synth_server.delivery import Delivery
from synth_server.domain import Budget
from synth_server.executor.fair import FairQueue
from synth_server.experiments import Experiments
from synth_server.jobs import Jobs
from synth_server.keys import Signer, load_or_create
from synth_server.lock import exclusive
from synth_server.log import Log
from synth_server.prompts.render import Prompts
from synth_server.providers.apis.api import Patience
from synth_server.providers.cache import Replies
from synth_server.providers.keys import read_keys
from synth_server.providers.llm import LLMOptions
from synth_server.providers.protocol import Provider
from synth_server.providers.registry import Providers
from synth_server.providers.spec import known_providers
from synth_server.running import Runner, Search
from synth_server.search.loop import search
from synth_server.search.types import Problem, SearchEvent, SearchResult
from synth_server.server import GrpcServer, check_address
from synth_server.service import Parts, Service
from synth_server.settings import Settings
from synth_server.store.sql import open_store
from synth_server.verify.options import WHOLE_SEARCHES, VerifyOptions
from synth_server.verify.verifier import Verifier


@dataclass(frozen=True)
class Application:
    """A server that serves, and what it tells about itself."""

    address: str
    info: service_pb2.GetServerInfoResponse
    resumed: int  # syntheses that it took up again


def chosen_sandbox(settings: Settings) -> Sandbox:
    """The backend that the settings name; what an earlier server of the same data directory left behind is removed.

    Raises:
        SandboxUnavailableError: it cannot be had.
    """
    instance = sha256(str(settings.data_dir).encode()).hexdigest()[:16]
    return open_backend(
        settings.sandbox,
        require_docker=settings.require_docker,
        image=settings.sandbox_image or None,
        instance=instance,
    )


@asynccontextmanager
async def running(
    settings: Settings, log: Log, open_sandbox: Callable[[Settings], Sandbox] = chosen_sandbox
) -> AsyncIterator[Application]:
    """A server for the length of the block; it ends gracefully.

    Raises:
        DirectoryInUseError, KeyFileError, StoreError, SandboxUnavailableError, UnknownProviderError,
        UnusableProviderError, ScriptError, KeysFileError, PromptsError, AddressInUseError: it cannot start; the
        text says why and what to do.
    """
    check_address(settings.host, settings.port)
    async with AsyncExitStack() as stack:
        stack.enter_context(exclusive(settings.data_dir))
        signer = load_or_create(settings.data_dir)
        providers = _providers(settings, log)
        stack.push_async_callback(providers.close)
        await providers.make(settings.provider).close()  # a default that does not exist is found now
        store = await open_store(settings.store_url(), settings.limits.database_bytes)
        stack.push_async_callback(store.close)
        sandbox = await asyncio.to_thread(open_sandbox, settings)
        stack.push_async_callback(asyncio.to_thread, sandbox.close)
        await asyncio.to_thread(_try, sandbox, settings, log)
        verifier = Verifier(
            sandbox,
            options=verify_options(settings),
            policy=refusal,
            turns=_turns(settings.limits.concurrent_tasks or 2 * _processors()),
        )
        stack.callback(verifier.close)
        runner = Runner(store, _search_with(verifier), Delivery(signer, runtime_digest()))
        turns = _turns(settings.limits.concurrent_syntheses)
        jobs = Jobs(store, runner, providers.make, log, turns, settings.limits.unfinished_syntheses)
        info = _info(settings, sandbox, signer)
        evaluations = _turns(settings.limits.concurrent_evaluations, settings.limits.waiting_evaluations)
        parts = Parts(settings, store, jobs, verifier, Experiments(store, verifier), evaluations, info, providers.keys)
        server = GrpcServer(settings, Service(parts), info.sandbox, log)
        stack.push_async_callback(jobs.close)
        resumed = await jobs.resume()  # before anybody can ask for them
        address = await server.start()
        stack.push_async_callback(_end, server, jobs)
        yield Application(address, info, resumed)


def _providers(settings: Settings, log: Log) -> Providers:
    chosen = settings.apis
    return Providers(
        read_keys(settings.keys_file, os.environ),
        Prompts.load(settings.prompts_dir),
        log,
        Replies(settings.data_dir, chosen.cache_bytes, log) if chosen.cache_bytes else None,
        Patience(chosen.connect_seconds, chosen.silence_seconds, chosen.request_seconds, chosen.retries),
        chosen.concurrent_requests,
        LLMOptions(chosen.prompt_tokens, chosen.reply_tokens),
    )


def verify_options(settings: Settings) -> VerifyOptions:
    """What a check may spend under these settings."""
    nodes = settings.limits.plan_nodes
    return VerifyOptions(plan_nodes=nodes, total_plan_nodes=WHOLE_SEARCHES * nodes)


def _try(sandbox: Sandbox, settings: Settings, log: Log) -> None:
    """Makes sure that the sandbox can be had and holds, before anybody relies on it.

    Raises:
        SandboxUnavailableError: it cannot, or it does not and the settings refuse that.
    """
    if settings.canaries == "off":
        sandbox.open(Inputs()).close()
        return
    level = sandbox.isolation.level
    sightings = release(sandbox, canaries_at_start(level))
    escaped = [f"{one.canary.name} ({one.detail})" for one in sightings if not one.contained]
    if escaped and settings.canaries == "refuse":
        raise SandboxUnavailableError(
            f"The sandbox `{level}` does not contain every attack: {'; '.join(escaped)}. See `worldsmith sandbox "
            "selftest`; setting `canaries` to `warn` starts the server all the same."
        )
    if escaped:
        log.warning("the sandbox does not contain every attack", sandbox=level, escaped=escaped)


def _turns(at_once: int, waiting: int | None = None) -> FairQueue:
    """Turns of which one caller has at most half, so that another never waits for programs that run to their limit."""
    return FairQueue(at_once, max(1, at_once // 2), waiting)


def _processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def refusal(source: str) -> str | None:
    """Why the static policy refuses a program, or None."""
    found = check(source)
    return "; ".join(map(str, found)) if found else None


def _search_with(verifier: Verifier) -> Search:
    def run(
        problem: Problem, provider: Provider, budget: Budget, on_event: Callable[[SearchEvent], Awaitable[None]]
    ) -> Awaitable[SearchResult]:
        return search(problem, provider, verifier, budget, on_event)

    return run


def _info(settings: Settings, sandbox: Sandbox, signer: Signer) -> service_pb2.GetServerInfoResponse:
    return service_pb2.GetServerInfoResponse(
        version=version("worldsmith"),
        python_version=f"{sys.version_info.major}.{sys.version_info.minor}",
        sandbox=sandbox.isolation.level,
        sandbox_note=sandbox.isolation.note,
        public_key=signer.public_key,
        key_fingerprint=signer.fingerprint,
        runtime_digest=runtime_digest(),
        providers=known_providers() if "*" in settings.callers_providers() else settings.callers_providers(),
        default_provider=settings.provider,
    )


async def _end(server: GrpcServer, jobs: Jobs) -> None:
    """Calls under way may end, syntheses go on at the next start."""
    await asyncio.gather(server.stop(), jobs.close())
