"""Callers may name only the providers that the settings allow: a spec can name files and addresses."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import grpc
import pytest
from worldsmith.v1 import service_pb2 as pb

from synth_server.settings import load
from tests.synth_server.conftest import Served
from tests.synth_server.scripts import refused, write_script
from tests.verify.worlds import STARTS, TRUE_PROGRAM, WORLD, good_data


async def test_what_the_settings_leave_out_is_refused_and_nothing_is_read(
    serving: Callable[..., AbstractAsyncContextManager[Served]],
) -> None:
    async with serving(providers=["inductive", "other:*"]) as served:
        await served.create()
        await served.submit(good_data(), STARTS)
        for spec in (
            "scripted:/etc/passwd",
            "scripted:/no/such/file",
            "scripted",
            "inductive:x",
            "openai-chat:m@http://a",
        ):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await served.synthesize(spec)
            told = refused(caught.value)
            assert (told.code, told.reason) == (grpc.StatusCode.PERMISSION_DENIED, "PROVIDER_NOT_ALLOWED")
            assert told.field == "provider"
            assert told.message.endswith("only inductive, other:*")
        assert not (await served.stub.ListSyntheses(pb.ListSynthesesRequest(world=WORLD.name))).syntheses
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await served.synthesize("other:one")  # allowed, though there is none
        assert refused(caught.value).reason == "UNKNOWN_PROVIDER"
        info = await served.stub.GetServerInfo(pb.GetServerInfoRequest())
        assert list(info.providers) == ["inductive", "other:*"]


async def test_the_servers_own_provider_may_always_be_named(
    serving: Callable[..., AbstractAsyncContextManager[Served]], tmp_path: Path
) -> None:
    script = write_script(tmp_path, [TRUE_PROGRAM])
    async with serving(provider=script, providers=[]) as served:
        await served.create()
        await served.submit(good_data(), STARTS)
        for spec in (script, ""):
            assert (await served.synthesize(spec))[-1].finished.reason == "verified"
        with pytest.raises(grpc.aio.AioRpcError):
            await served.synthesize(write_script(tmp_path, [TRUE_PROGRAM]))


def test_a_server_that_others_reach_takes_no_files_unless_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.org"):
        assert load(host=host).callers_providers() == ("inductive",)
    for host in ("127.0.0.1", "127.3.2.1", "::1", "localhost"):
        assert "*" in load(host=host).callers_providers()
    monkeypatch.setenv("WORLDSMITH_PROVIDERS", '["scripted:/one/file"]')
    assert load(host="0.0.0.0").callers_providers() == ("inductive", "scripted:/one/file")
    assert load(host="127.0.0.1").callers_providers() == ("inductive", "scripted:/one/file")
    assert load(providers=()).callers_providers() == ("inductive",)
