"""A real model in the loop. Its skill is small and is not asserted; that all that is told of it is true, is."""

import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from worldsmith.v1 import model_pb2
from worldsmith.v1 import service_pb2 as pb
from worldsmith.v1.service_pb2_grpc import WorldsmithServiceStub

from sandbox.data.records import Start, Transition, World
from sandbox.data.wire import encode_batches, world_to_proto
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.objects import Object
from sandbox.runtime.state import State
from synth_server.domain import Message
from synth_server.log import make_log
from synth_server.prompts.render import Prompts
from synth_server.providers.cache import FILE_NAME
from synth_server.providers.completer import CallerError, Completer, Prompt, PromptTooLongError
from synth_server.providers.keys import read_keys
from synth_server.providers.pricing import Pricing, Tokens
from synth_server.providers.registry import Providers
from synth_server.providers.spec import parse
from synth_server.settings import ApiSettings, Settings
from synth_server.wiring import running
from tests.llm import CONTEXT
from tests.llm.conftest import Model

LENGTH = 25
GOAL = "reach the right end"
WORLD = World(
    "clamped-corridor",
    f"A corridor of {LENGTH} cells, numbered from 0. The agent walks left and right and never leaves the corridor.",
    (ActionSchema("left"), ActionSchema("right")),
)
CALLS = 2
SECONDS = 900


def at(x: int) -> State:
    return State([Object("Agent", x=x)])


def step(x: int, name: str) -> Transition:
    after = min(max(x + {"left": -1, "right": 1}[name], 0), LENGTH - 1)
    done = after == LENGTH - 1
    return Transition(at(x), Action(name), float(done), at(after), GOAL, done)


ROWS = [step(x, name) for x in range(LENGTH - 1) for name in ("left", "right")]


# A lamp that obeys no rule of few words, and rows enough for some to be held back: what is learned by heart fails on
# those, so that the arms take turns until the budget ends.
FLICKER = World("flickering-corridor", "A corridor; the lamp does what it likes.", WORLD.actions)


def flickering(x: int, n: int) -> State:
    return State([Object("Agent", x=x, n=n, lit=bool((x * 7 + n * 13 ^ n * 3).bit_count() & 1))])


def flicker(x: int, n: int, name: str) -> Transition:
    after = min(max(x + {"left": -1, "right": 1}[name], 0), LENGTH - 1)
    return Transition(flickering(x, n), Action(name), 0.0, flickering(after, n + 1), GOAL)


FLICKER_ROWS = [flicker(number * 7 % LENGTH, number, "right" if number % 3 else "left") for number in range(240)]


@dataclass
class Run:
    """A synthesis from its events."""

    events: list[pb.SynthesisEvent]

    @property
    def end(self) -> pb.SynthesisFinished:
        return self.events[-1].finished

    @property
    def programs(self) -> list[pb.CandidateProposed]:
        return [event.proposed for event in self.events if event.WhichOneof("event") == "proposed"]

    @property
    def evaluations(self) -> dict[str, model_pb2.Evaluation]:
        found = [event.evaluated for event in self.events if event.WhichOneof("event") == "evaluated"]
        return {one.candidate: one.evaluation for one in found}

    def told(self, what: str) -> None:
        """One line of what was achieved, for `make test-llm` to show."""
        best = max((one.fit for one in self.evaluations.values()), default=0.0)
        state = max((one.next_state_fit for one in self.evaluations.values()), default=0.0)
        totals = self.end.totals
        cost = f"${totals.cost_usd:.5f}" if totals.HasField("cost_usd") else "unknown"
        print(
            f"\n{what}: {self.end.reason}; {len(self.programs)} programs, best fit {best:.2f}, of next states "
            f"{state:.2f}; {totals.provider_calls} calls, {totals.tokens} tokens, cost {cost}, {totals.seconds:.0f} s"
        )


@dataclass
class Server:
    """The real server, with its real sandbox."""

    stub: Any
    folder: Path

    async def learn(self, provider: str, calls: int = CALLS, candidates: int = 20, world: World = WORLD) -> Run:
        await self.stub.CreateWorld(pb.CreateWorldRequest(world=world_to_proto(world)))
        rows, start = (FLICKER_ROWS, flickering(3, 0)) if world is FLICKER else (ROWS, at(3))
        batches = encode_batches(rows, [Start(start, GOAL)], 20_000)
        await self.stub.SubmitTransitions(pb.SubmitTransitionsRequest(world=world.name, batch=b) for b in batches)
        budget = pb.Budget(seconds=SECONDS, provider_calls=calls, candidates=candidates)
        request = pb.SynthesizeRequest(world=world.name, provider=provider, budget=budget)
        return Run([response.event async for response in self.stub.Synthesize(request)])

    def replies(self) -> list[dict[str, Any]]:
        """What the cache holds: one entry for each reply that the model gave."""
        with sqlite3.connect(self.folder / FILE_NAME) as db:
            rows = db.execute("SELECT body FROM replies ORDER BY used").fetchall()
        db.close()
        return [json.loads(body) for (body,) in rows]


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[Server]:
    apis = {"prompt_tokens": 1400, "reply_tokens": 512, "retries": 0}  # a small context, and no patience with rambling
    settings = Settings(port=0, data_dir=folder, canaries="off", log="json", apis=ApiSettings(**apis))
    async with (
        running(settings, make_log("json")) as application,
        grpc.aio.insecure_channel(application.address) as channel,
    ):
        yield Server(WorldsmithServiceStub(channel), folder)


def key_in_environment(monkeypatch: pytest.MonkeyPatch, model: Model) -> None:
    monkeypatch.setenv("WORLDSMITH_KEY_127_0_0_1", model.key)
    monkeypatch.setenv("ANTHROPIC_API_KEY", model.key)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", model.url)


def asked_by(spec: str) -> Completer:
    providers = Providers(read_keys(None, os.environ), Prompts.load(), make_log("json"))
    return providers.completer(parse(spec))


def check(run: Run, replies: list[dict[str, Any]]) -> None:
    """What must hold whatever the model can do."""
    totals = run.end.totals
    assert 1 <= totals.provider_calls <= CALLS
    assert totals.tokens >= sum(reply["input_tokens"] + reply["output_tokens"] for reply in replies) > 0
    assert all(reply["input_tokens"] > 200 and reply["output_tokens"] > 0 and reply["seconds"] > 0 for reply in replies)
    known = {program.candidate for program in run.programs}
    assert all(program.parent in {"", *known} for program in run.programs)
    assert set(run.evaluations) <= known
    assert all(one.transitions == len(ROWS) for one in run.evaluations.values())
    assert totals.candidates == len(known)
    if run.end.status == model_pb2.STATUS_VERIFIED:
        assert run.end.model.evaluation.fit == 1.0
    else:
        assert all(one.status != model_pb2.STATUS_VERIFIED for one in run.evaluations.values())


async def same_verdict(server: Server, run: Run) -> None:
    """The delivered program, checked again, is as good as was said."""
    if not run.end.HasField("model"):
        return
    said = run.end.model.evaluation
    request = pb.EvaluateProgramRequest(world=run.end.model.world, source=run.end.model.source)
    found = (await server.stub.EvaluateProgram(request)).evaluation
    assert (found.fit, found.next_state_fit, found.reward_fit) == (said.fit, said.next_state_fit, said.reward_fit)


async def test_a_synthesis_through_chat_completions(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_in_environment(monkeypatch, model)
    spec = f"openai-chat:coder@{model.url}/v1"
    async with server(tmp_path) as served:
        run = await served.learn(spec)
        run.told("openai-chat alone")
        replies = served.replies()
        check(run, replies)
        assert not run.end.totals.HasField("cost_usd")  # nobody knows its price
        await same_verdict(served, run)
        if run.programs:
            again = await served.learn(spec, candidates=len(run.programs))
            again.told("the same again, from the cache")
            assert again.end.totals.tokens == 0
            assert len(served.replies()) == len(replies)
            assert [one.note for one in again.programs] == [one.note for one in run.programs]


async def test_a_synthesis_through_the_sdk_of_anthropic(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_in_environment(monkeypatch, model)
    async with server(tmp_path) as served:
        run = await served.learn("anthropic:claude-sonnet-5")
        run.told("anthropic alone")
        replies = served.replies()
        check(run, replies)
        assert run.end.totals.cost_usd == pytest.approx(sum(reply["cost_usd"] for reply in replies))
        pricing = Pricing("anthropic")
        for reply in replies:  # some of the prompt may come from the service's own cache, or be written to it
            read, written = reply["input_tokens"], reply["output_tokens"]
            least = pricing.cost("claude-sonnet-5", Tokens(read, written, cache_read=read))
            most = pricing.most("claude-sonnet-5", read, written)
            assert least is not None
            assert most is not None
            assert 0 < least <= reply["cost_usd"] <= most
        await same_verdict(served, run)


async def test_the_model_together_with_the_inductive_arm(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_in_environment(monkeypatch, model)
    async with server(tmp_path) as served:
        run = await served.learn(f"ensemble:inductive,openai-chat:coder@{model.url}/v1", CALLS + 4, world=FLICKER)
        run.told("inductive and openai-chat together, where neither finds the rule")
        assert len(served.replies()) >= 1
        assert run.end.totals.tokens == sum(one["input_tokens"] + one["output_tokens"] for one in served.replies())
        assert "inductive" in {program.provider for program in run.programs}
        assert any(program.provider.startswith("openai-chat") for program in run.programs)
        scores = [one.score for one in run.evaluations.values()]  # what was learned by heart counts for nothing
        assert run.end.model.evaluation.score == pytest.approx(max(scores), abs=0.05)  # held-back rows count in it
        assert (run.end.status == model_pb2.STATUS_VERIFIED) is (run.end.model.evaluation.fit == 1.0)
        await same_verdict(served, run)


async def test_a_key_that_is_wrong_and_a_prompt_that_is_too_long_are_told(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_in_environment(monkeypatch, model)
    long = Prompt((Message("user", "word " * 2 * CONTEXT),), 10)
    short = Prompt((Message("user", "Say yes."),), 10)
    for spec in (f"openai-chat:coder@{model.url}/v1", "anthropic:coder"):
        completer = asked_by(spec)
        assert (await completer.complete(short)).text
        with pytest.raises(PromptTooLongError) as caught:
            await completer.complete(long)
        assert caught.value.limit in {CONTEXT, None}
        await completer.close()
    monkeypatch.setenv("WORLDSMITH_KEY_127_0_0_1", "wrong")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "wrong")
    for spec in (f"openai-chat:coder@{model.url}/v1", "anthropic:coder"):
        completer = asked_by(spec)
        with pytest.raises(CallerError, match="refuses the key"):
            await completer.complete(short)
        await completer.close()
