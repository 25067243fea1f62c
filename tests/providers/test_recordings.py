import asyncio
import json
from pathlib import Path

import pytest

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from synth_server.domain import Candidate, Exchange, Message, Usage
from synth_server.providers.protocol import (
    Defect,
    Proposal,
    Provider,
    ProviderError,
    ProviderExhaustedError,
    ProviderUnusableError,
    Request,
)
from synth_server.providers.record import RecordingProvider
from synth_server.providers.recording import RecordingError, read_recording
from synth_server.providers.replay import ReplayProvider
from tests.providers.support import LOG, Answering, asked, providers

EXCHANGE = Exchange((Message("user", "Write ü."),), "```\nx\n```", Usage(1, 30, None), "m-1", 2.0)
FULL = Proposal("x = 1\n", Usage(1, 30, None), "written", "openai:m", (EXCHANGE,))
ROW = Transition(State([]), Action("go"), 0.0, State([]))


async def outcome(provider: Provider, request: Request) -> Proposal | tuple[type[ProviderError], str, Usage]:
    try:
        return await provider.propose(request)
    except ProviderError as error:
        return type(error), str(error), error.usage


async def recorded(file: Path, inner: Provider, *requests: Request) -> list[object]:
    provider = RecordingProvider("record", file, inner, LOG)
    found = [await outcome(provider, request) for request in requests]
    await provider.close()
    return found


async def test_what_was_recorded_is_replayed_to_the_letter(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    failed = ProviderError("no code", Usage(2, 60, 0.5), (EXCHANGE,))
    answers = [FULL, failed, ProviderExhaustedError("no more"), ProviderUnusableError("bad key")]
    requests = [asked(0), asked(1, parent=Candidate("c1", FULL.source), defect=Defect.PLAN), asked(2), asked(3)]
    expected = await recorded(file, Answering("a", answers), *requests)
    replay = providers().make(f"replay:{file}")
    assert [await outcome(replay, request) for request in requests] == expected
    assert expected[0] == FULL
    assert file.stat().st_mode & 0o077 == 0


async def test_a_file_grows_by_each_answer_and_holds_several_runs(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    await recorded(file, Answering("a", ["first"]), asked(0))
    await recorded(file, Answering("a", ["second"]), asked(0))
    assert [line.answer.source for line in read_recording(file) if isinstance(line.answer, Proposal)] == [
        "first",
        "second",
    ]
    replay = ReplayProvider("replay", read_recording(file))
    assert [(await replay.propose(asked(0))).source for _ in range(3)] == ["first", "second", "second"]


@pytest.mark.parametrize(
    ("request_", "differs"),
    [
        (asked(1), "index is 1 and was 0"),
        (asked(0, seed=7), "seed is 7 and was 0"),
        (asked(0, transitions=(ROW,)), "data is"),
        (asked(0, parent=Candidate("c1", "x")), "parent is"),
        (asked(0, warm_start="x"), "warm start is"),
        (asked(0, attempt=2), "attempt is 2 and was 0"),
    ],
)
async def test_another_request_is_refused_with_what_differs(tmp_path: Path, request_: Request, differs: str) -> None:
    await recorded(tmp_path / "r", Answering("a", ["x"]), asked(0))
    with pytest.raises(ProviderError, match=differs) as caught:
        await ReplayProvider("replay", read_recording(tmp_path / "r")).propose(request_)
    assert caught.value.usage == Usage()


class Timed:
    """Answers each request when it is told to."""

    spec = "timed"

    def __init__(self) -> None:
        self.ends = [asyncio.Event() for _ in range(3)]

    async def propose(self, request: Request) -> Proposal:
        await self.ends[request.index].wait()
        return Proposal(f"program {request.index}", Usage(1))

    async def close(self) -> None:
        return


async def test_answers_come_in_the_recorded_order_whatever_is_asked_first(tmp_path: Path) -> None:
    inner, file = Timed(), tmp_path / "r"
    recorder = RecordingProvider("record", file, inner, LOG)
    tasks = [asyncio.create_task(recorder.propose(asked(index))) for index in range(3)]
    for index in (2, 0, 1):
        await asyncio.sleep(0)
        inner.ends[index].set()
        await tasks[index]
    await recorder.close()
    for order in ((0, 1, 2), (1, 2, 0), (2, 1, 0)):
        replay, came = ReplayProvider("replay", read_recording(file)), []

        async def take(index: int, replay: ReplayProvider = replay, came: list[str] = came) -> None:
            came.append((await replay.propose(asked(index))).source)

        await asyncio.gather(*(take(index) for index in order))
        assert came == ["program 2", "program 0", "program 1"]


async def test_an_answer_does_not_wait_for_ever_nor_for_what_the_history_holds(tmp_path: Path) -> None:
    inner, file = Timed(), tmp_path / "r"
    recorder = RecordingProvider("record", file, inner, LOG)
    tasks = [asyncio.create_task(recorder.propose(asked(index))) for index in range(2)]
    await asyncio.sleep(0)
    for index in (1, 0):
        inner.ends[index].set()
        await tasks[index]
    await recorder.close()
    hasty = ReplayProvider("replay", read_recording(file), patience=0.1)
    assert (await hasty.propose(asked(0))).note == "; out of the recorded order"
    resumed = ReplayProvider("replay", read_recording(file), patience=30)
    history = (Candidate("c2", "program 1"),)
    assert (await asyncio.wait_for(resumed.propose(asked(0, history=history)), 5)).note == ""


@pytest.mark.parametrize("text", ["", "{}\n", "nonsense\n", '{"run": "a"}\n'])
def test_what_is_no_record_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "r").write_text(text)
    with pytest.raises(RecordingError, match="record"):
        providers().make(f"replay:{tmp_path / 'r'}")


async def test_a_last_line_that_was_being_written_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "r"
    await recorded(file, Answering("a", ["x", "y"]), asked(0), asked(1))
    text = file.read_text()
    file.write_text(text[:-20])
    assert len(read_recording(file)) == 1
    assert all(json.loads(line)["asked"] for line in text.splitlines())


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot write the record"):
        providers().make(f"record:{tmp_path / 'none' / 'r'}+inductive")
    with pytest.raises(RecordingError, match="cannot read the record"):
        providers().make(f"replay:{tmp_path / 'none'}")
