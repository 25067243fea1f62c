"""A server learns two worlds from an expert behind a real API, and pays for no reply twice, whenever it is killed."""

import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from worldsmith.v1 import model_pb2
from worldsmith.v1 import service_pb2 as pb

from sandbox.data.records import Start
from sandbox.data.wire import encode_batches, world_to_proto
from tests.e2e.expert.expert import Expert
from tests.e2e.expert.lessons import Lesson, doorkey, sokoban
from tests.e2e.expert.server import ExpertServer, expert_server
from tests.e2e.test_prompts_earn_answers import parts
from tests.synth_server.processes import Child, child

BUDGET = pb.Budget(seconds=90, provider_calls=40, candidates=40)


@contextmanager
def serving(folder: Path) -> Iterator[Child]:
    """A server without canaries, which other tests let fly."""
    with child(
        folder, "-m", "tests.synth_server.child", str(folder / "data"), str(folder / "port"), "canaries=off"
    ) as made:
        yield made


def submit(server: Child, lesson: Lesson, *, new: bool) -> None:
    rows = lesson.new_rows if new else lesson.rows
    starts = [Start(lesson.starts[0].state, lesson.new_goal)] if new else lesson.starts
    if not new:
        server.stub.CreateWorld(pb.CreateWorldRequest(world=world_to_proto(lesson.world)))
    server.stub.SubmitTransitions(
        pb.SubmitTransitionsRequest(world=lesson.world.name, batch=batch) for batch in encode_batches(rows, starts)
    )


def begin(server: Child, lesson: Lesson, expert: ExpertServer, parent_model: str = "", parallel: int = 1) -> Any:
    return server.stub.Synthesize(
        pb.SynthesizeRequest(
            world=lesson.world.name,
            provider=expert.spec,
            budget=BUDGET,
            seed=4,
            parent_model=parent_model,
            parallel=parallel,
        )
    )


def to_the_end(stream: Any) -> list[pb.SynthesisEvent]:
    return [response.event for response in stream]


def watch(server: Child, name: str) -> list[pb.SynthesisEvent]:
    return to_the_end(server.stub.WatchSynthesis(pb.WatchSynthesisRequest(id=name), timeout=120))


def way_to(events: list[pb.SynthesisEvent], source: str) -> list[str]:
    """What was asked for on the way to the program that was delivered, oldest first."""
    made = {event.proposed.candidate: event.proposed for event in events if event.HasField("proposed")}
    best = [
        event.evaluated.candidate for event in events if event.HasField("evaluated") and event.evaluated.best_so_far
    ]
    notes, now = [], best[-1]
    while now in made:
        notes.append(made[now].note)
        now = made[now].parent
    return notes[::-1]


def check(events: list[pb.SynthesisEvent], expert: ExpertServer, before: int = 0) -> pb.SynthesisFinished:
    """The synthesis was verified, and every reply that was paid for was asked for once."""
    finished = events[-1].finished
    assert finished.status == model_pb2.STATUS_VERIFIED, (finished.reason, way_to(events, ""))
    twice = [prompt for prompt, count in Counter(expert.answered).items() if count > 1]
    assert not twice
    assert finished.totals.provider_calls == len(expert.answered) - before
    return finished


@pytest.mark.long
@pytest.mark.parametrize("make", [doorkey, sokoban])
def test_a_world_is_learned_and_then_a_new_goal_in_it(tmp_path: Path, make: Callable[[], Lesson]) -> None:
    lesson = make()
    with expert_server(Expert(lesson)) as expert, serving(tmp_path) as server:
        submit(server, lesson, new=False)
        events = to_the_end(begin(server, lesson, expert))
        first = check(events, expert)
        assert way_to(events, first.model.source) == ["write", "repair transition", "repair transition", "plan"]
        assert parts(first.model.source) >= parts(lesson.last())
        submit(server, lesson, new=True)
        asked = len(expert.answered)
        events = to_the_end(begin(server, lesson, expert, first.model.id))
        second = check(events, expert, asked)
        assert way_to(events, second.model.source)[-1] == "goal"
        assert second.model.source.split("def reward")[0] == first.model.source.split("def reward")[0]
        assert parts(second.model.source) >= parts(lesson.program)


@pytest.mark.long
@pytest.mark.parametrize(
    ("make", "when", "number"),
    [
        *((doorkey, when, number) for when in ("asked", "kept") for number in (1, 2, 3, 4)),
        *((doorkey, when, number) for when in ("proposed", "evaluated") for number in (1, 3)),
        *((sokoban, when, number) for when, number in (("asked", 3), ("kept", 4), ("proposed", 2))),
    ],
)
def test_killed_and_started_again_it_pays_for_no_reply_twice(
    tmp_path: Path, make: Callable[[], Lesson], when: str, number: int
) -> None:
    lesson = make()
    with expert_server(Expert(lesson)) as expert:
        with serving(tmp_path) as server:
            submit(server, lesson, new=False)
            expert.hold_from = number - (when == "asked")
            stream = begin(server, lesson, expert)
            name = next(stream).event.synthesis
            kill(server, expert, stream, when, number, tmp_path)
        expert.drop()
        with serving(tmp_path) as server:
            check(watch(server, name), expert)


@pytest.mark.long
@pytest.mark.parametrize(("when", "number"), [("kept", 2), ("kept", 4), ("proposed", 1)])
def test_killed_with_several_requests_under_way_it_pays_for_no_reply_twice(
    tmp_path: Path, when: str, number: int
) -> None:
    lesson = doorkey()
    with expert_server(Expert(lesson)) as expert:
        with serving(tmp_path) as server:
            submit(server, lesson, new=False)
            expert.hold_from = number
            stream = begin(server, lesson, expert, parallel=3)
            name = next(stream).event.synthesis
            kill(server, expert, stream, when, number, tmp_path)
        expert.drop()
        with serving(tmp_path) as server:
            check(watch(server, name), expert)


@pytest.mark.long
@pytest.mark.parametrize("when", ["asked", "kept", "proposed"])
def test_killed_while_it_learns_a_new_goal_it_pays_for_no_reply_twice(tmp_path: Path, when: str) -> None:
    lesson = doorkey()
    with expert_server(Expert(lesson)) as expert:
        with serving(tmp_path) as server:
            submit(server, lesson, new=False)
            first = check(to_the_end(begin(server, lesson, expert)), expert)
            submit(server, lesson, new=True)
            known = len(expert.answered)
            expert.hold_from = known + 1 - (when == "asked")
            stream = begin(server, lesson, expert, first.model.id)
            name = next(stream).event.synthesis
            kill(server, expert, stream, when, 1, tmp_path, known)
        expert.drop()
        with serving(tmp_path) as server:
            check(watch(server, name), expert, known)


def kill(
    server: Child, expert: ExpertServer, stream: Any, when: str, number: int, folder: Path, known: int = 0
) -> None:
    """Ends the server without a warning, once request ``number`` (1 is the first) is so far; later ones wait."""
    if when == "asked":
        expert.wait_until_asked(known + number)
    elif when == "kept":
        until(lambda: replies(folder / "data" / "replies.db") >= known + number)
    else:
        count = 0
        while count < number:
            count += next(stream).event.HasField(when)
    server.end(signal.SIGKILL)


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def replies(path: Path) -> int:
    """How many are kept on disk."""
    if not path.exists():
        return 0
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM replies").fetchone()[0])
    except sqlite3.OperationalError:  # it is being made
        return 0
    finally:
        connection.close()
