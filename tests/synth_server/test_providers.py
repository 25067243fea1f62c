"""What a server tells of its providers, and how it refuses those that cannot be used."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import grpc
import pytest
from worldsmith.v1 import service_pb2 as pb

from synth_server.providers.keys import KeysFileError
from tests.providers.fake_api import Answer, chat, fake_api, told
from tests.synth_server.conftest import Served
from tests.synth_server.processes import child
from tests.synth_server.test_restart import fill, watch
from tests.verify.worlds import STARTS, TRUE_PROGRAM, WORLD, good_data

Serving = Callable[..., AbstractAsyncContextManager[Served]]
SECRET = "sk-77aa88bb99cc"


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_every_kind_is_listed_with_what_it_needs_and_costs(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    async with serving() as served:
        answer = await served.stub.ListProviders(pb.ListProvidersRequest())
        info = await served.stub.GetServerInfo(pb.GetServerInfoRequest())
    found = {one.spec: one for one in answer.providers}
    assert list(found) == list(info.providers)
    assert found["inductive"].free
    assert found["openai:MODEL"].missing == ""
    assert "set ANTHROPIC_API_KEY" in found["anthropic:MODEL"].missing
    prices = {price.model: (price.input_usd, price.output_usd) for price in found["openai:MODEL"].prices}
    assert prices["gpt-5"] == (1.25, 10.0)
    assert SECRET not in str(answer)


async def test_specs_are_listed_with_their_members_prices(served: Served) -> None:
    specs = ["ensemble:inductive,openai:gpt-5,anthropic:claude-sonnet-5", "openai-chat:m@http://127.0.0.1:1/v1"]
    answer = await served.stub.ListProviders(pb.ListProvidersRequest(specs=specs))
    group, chat_ = answer.providers
    assert [price.model for price in group.prices] == ["gpt-5", "claude-sonnet-5"]
    assert "OPENAI_API_KEY" in group.missing
    assert "ANTHROPIC_API_KEY" in group.missing
    assert (chat_.missing, len(chat_.prices), chat_.free) == ("", 0, False)
    with pytest.raises(grpc.aio.AioRpcError, match="there is no provider"):
        await served.stub.ListProviders(pb.ListProvidersRequest(specs=["openia:x"]))


async def test_a_provider_without_its_key_is_refused_with_what_to_do(served: Served) -> None:
    await served.create()
    await served.submit(good_data(), STARTS)
    with pytest.raises(grpc.aio.AioRpcError, match="set OPENAI_API_KEY") as caught:
        await served.synthesize("openai:gpt-5")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_server_does_not_start_with_keys_that_others_may_read(serving: Serving, tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(f'openai = "{SECRET}"')
    file.chmod(0o644)
    with pytest.raises(KeysFileError, match="chmod 600"):
        async with serving(keys_file=file):
            pass


async def test_a_model_behind_an_api_is_asked_and_its_reply_is_paid_for_once(serving: Serving, tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    reply = chat(f"Here it is:\n```python\n{TRUE_PROGRAM}\n```")
    async with fake_api(reply) as api:
        host = api.url.removeprefix("http://")
        keys.touch(0o600)
        keys.write_text(f'"{host}" = "{SECRET}"')
        async with serving(keys_file=keys) as served:
            await served.create()
            await served.submit(good_data(), STARTS)
            first = await served.synthesize(f"openai-chat:m@{api.url}/v1", seed=3)
            again = await served.synthesize(f"openai-chat:m@{api.url}/v1", seed=3)
    ends = [events[-1].finished for events in (first, again)]
    assert [end.reason for end in ends] == ["verified", "verified"]
    assert ends[0].totals.tokens == 18
    assert ends[1].totals.tokens == 0
    assert len(api.asked) == 1
    assert api.asked[0].headers["authorization"] == f"Bearer {SECRET}"
    kept = everything(tmp_path / "data")
    assert b"transition" in kept
    assert SECRET.encode() not in kept


async def test_a_refused_key_ends_a_synthesis_and_is_nowhere_to_be_seen(
    serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    body = {"error": {"message": f"Incorrect API key provided: {SECRET}", "code": "invalid_api_key"}}
    async with fake_api(told(401, body)) as api:
        monkeypatch.setenv("OPENAI_API_KEY", SECRET)
        monkeypatch.setenv("OPENAI_BASE_URL", f"{api.url}/v1")
        async with serving() as served:
            await served.create()
            await served.submit(good_data(), STARTS)
            events = await served.synthesize(f"record:{tmp_path / 'r.jsonl'}+openai:gpt-5")
    assert "refuses the key" in events[-1].finished.reason
    out, err = capfd.readouterr()
    assert SECRET not in out + err + str(events)
    assert SECRET.encode() not in everything(tmp_path)
    assert json.loads((tmp_path / "r.jsonl").read_text().splitlines()[0])["answer"]["kind"] == "unusable"
    assert os.environ["OPENAI_API_KEY"] == SECRET


async def test_cancelling_a_synthesis_ends_the_request_under_way_within_a_second(served: Served) -> None:
    async with fake_api(Answer([], hang=True)) as api:
        await served.create()
        await served.submit(good_data(), STARTS)
        stream = served.stub.Synthesize(pb.SynthesizeRequest(world=WORLD.name, provider=f"openai-chat:m@{api.url}/v1"))
        first = await stream.read()
        await asyncio.wait_for(api.arrived.wait(), 10)
        cancelled = served.stub.CancelSynthesis(pb.CancelSynthesisRequest(id=first.event.synthesis))
        await asyncio.gather(asyncio.wait_for(api.left.wait(), 1), cancelled)
        stream.cancel()
    assert len(api.asked) == 1


async def test_a_reply_that_had_arrived_is_not_paid_for_again_after_the_server_was_killed(tmp_path: Path) -> None:
    words, program = chat("I would walk."), chat(f"```python\n{TRUE_PROGRAM}\n```")
    async with fake_api(words, Answer([], hang=True), program) as api:

        def begin() -> str:
            with child(tmp_path) as server:
                fill(server)
                request = pb.SynthesizeRequest(world=WORLD.name, provider=f"openai-chat:m@{api.url}/v1")
                name = next(server.stub.Synthesize(request)).event.synthesis
                while len(api.asked) < 2:
                    time.sleep(0.02)
                server.end(signal.SIGKILL)
            return name

        def go_on(name: str) -> list[pb.SynthesisEvent]:
            with child(tmp_path) as server:
                return watch(server, name)

        events = await asyncio.to_thread(go_on, await asyncio.to_thread(begin))
    assert events[-1].finished.reason == "verified"
    first, cut, again = (asked.body["messages"] for asked in api.asked)
    assert len(first) < len(cut)
    assert cut == again
    assert events[-1].finished.totals.tokens == 36  # both replies, each once
