"""`worldsmith trace`, `syntheses` and what `synthesize` shows, against a real server."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent_client import embedded, files, types
from agent_client.commands.synthesize import kept_by, trace_command
from agent_client.session import Connection, ServerChoice
from tests.agent_client.cells import Ran, walk, worldsmith, write_data
from tests.agent_client.conftest import Script
from tests.agent_client.corridor import GOOD
from tests.agent_client.html import Page
from tests.providers.fake_api import chat, fake_api
from tests.providers.replies import fenced

HOSTILE = "</script></pre><img src=x onerror=alert(1)>\u202e\x1b[31m"
STUCK = GOOD.replace("walker.x < 11", "walker.x < 4")  # right rewards, wrong next states
POOR = GOOD.replace("1.0 if on else 0.0", "0.5 if on else 0.0")  # the other way round
RAISES = """
def transition(state, action):
    raise ValueError('no idea')


def reward(state, action, next_state, goal):
    return 0.0, False
"""


@dataclass(frozen=True)
class Searched:
    """A search that was made by the command line, and the server that keeps it."""

    ran: Ran
    home: Path
    server: list[str]

    @property
    def id(self) -> str:
        return str(self.ran.json["synthesis"])

    def trace(self, *options: object) -> Ran:
        return worldsmith("trace", self.id, *options, *self.server, home=self.home)


def at(server: embedded.EmbeddedServer) -> list[str]:
    return ["--server", server.address, "--trust-key", server.key_fingerprint]


@pytest.fixture(scope="module")
def searched(server: embedded.EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Searched:
    """A tree with a duplicate, a request that failed, a program that raises, and one that the search merged."""
    home = tmp_path_factory.mktemp("searched")
    (home / "scripts").mkdir()
    told = [{"source": text, "tokens": 100} for text in (STUCK, f"# again\n{STUCK}", RAISES, POOR)]
    script = Script(home / "scripts")(*told[:2], {"error": f"overloaded {HOSTILE}"}, *told[2:])
    data = write_data(home / "steps.jsonl")
    options = [
        "--provider",
        script,
        "--strategy",
        "rex",
        "--parallel",
        1,
        "--calls",
        9,
        "--out",
        home / "out",
        "--json",
    ]
    return Searched(worldsmith("synthesize", data, *options, *at(server), home=home), home, at(server))


@pytest.fixture(scope="module")
def asked(server: embedded.EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Searched:
    """A search by a language model that answers with hostile texts."""
    home = tmp_path_factory.mktemp("asked")
    data = write_data(home / "steps.jsonl")

    async def run() -> Ran:
        async with fake_api(chat(f"{HOSTILE}\n{fenced(STUCK)}"), chat(fenced(f"{GOOD}\n# {HOSTILE}"))) as api:
            options = ["--provider", f"openai-chat:coder@{api.url}/v1", "--out", home / "out", "--json"]
            return await asyncio.to_thread(worldsmith, "synthesize", data, *options, *at(server), home=home)

    return Searched(asyncio.run(run()), home, at(server))


def test_a_pipe_gets_one_plain_line_an_event(searched: Searched) -> None:
    assert searched.ran.code == 0, searched.ran.err
    lines = searched.ran.err.splitlines()[1:]
    assert lines[0] == f"synthesis {searched.id}, kept by the server at {searched.server[1]}"
    assert lines[1].endswith(" searches for a model of 14 transitions, 1 start")
    assert lines[2] == "#1 asked: a new program"
    assert lines[3].startswith("c1 proposed: a new program; 15 lines; 1 call, 100 tokens, $0; scripted:")
    assert lines[4].startswith("c1 partial: fits 50.0% of 14 transitions (next state 50.0%, reward 100%, done 100%)")
    assert lines[4].endswith(", the best so far")
    assert "#2 came to nothing: the same program as c1 (1 call, 100 tokens, $0)" in lines
    assert "m1 proposed: transition of c5, reward of c1; 14 lines; search" in lines
    assert lines[-1] == f"the whole search: worldsmith trace {searched.id} --server {searched.server[1]}"
    assert "\x1b" not in searched.ran.err


def test_the_trace_shows_the_tree_and_each_candidate(searched: Searched) -> None:
    ran = searched.trace()
    assert ran.code == 0
    tree, *rest = ran.out.split("\n\n")
    lines = tree.splitlines()
    assert lines[0].startswith(f"synthesis {searched.id} of corridor-")
    assert re.search(
        r"c1  50\.0%  a new program  score 0\.\d{3}  15 lines  1 call, 100 tokens, \$0  scripted:", lines[1]
    )
    assert any("#2  the same program as c1" in line for line in lines)
    assert any("#3  overloaded " in line for line in lines)
    assert any(re.search(r"c4  error  ", line) for line in lines)
    assert any("m1  100% best  transition of c5, reward of c1" in line for line in lines)
    assert lines[-2].startswith("best fit 100% (m1) after 5 calls, 400 tokens, $0")
    assert lines[-1].startswith("verified after ")
    told = "\n\n".join(rest)
    assert "failed: ValueError: no idea" in told
    assert "expected Walker.x: 4 -> 5" in told
    assert re.search(r"^  -    return \(0\.5 if on else 0\.0\), on$", told, re.MULTILINE)  # m1 against c5
    assert re.search(r"^  \+    return \(1\.0 if on else 0\.0\), on$", told, re.MULTILINE)
    assert "\x1b" not in ran.out


def test_the_trace_as_json_holds_the_search(searched: Searched) -> None:
    told = searched.trace("--json").json
    assert (told["status"], told["best"], told["fit"], told["provider_calls"]) == ("verified", "m1", 1.0, 5)
    programs = {one["candidate"]: one for one in told["candidates"]}
    assert list(programs) == ["c1", "c4", "c5", "m1"]
    assert programs["c1"]["source"] == STUCK
    assert programs["c4"]["evaluation"]["error"].startswith("ValueError: no idea")
    assert programs["m1"]["parent"] == "c5"
    assert [(one["request"], one["reason"]) for one in told["failures"]] == [
        (2, "the same program as c1"),
        (3, f"overloaded {HOSTILE}"),
    ]
    assert [point["best_fit"] for point in told["best_fit"]] == [0.5, 0.5, pytest.approx(0.929, abs=0.01), 1.0]
    assert "exchanges" not in programs["c1"]


def test_the_page_holds_the_search_and_needs_nothing_else(searched: Searched) -> None:
    path = searched.home / "search.html"
    ran = searched.trace("--html", path)
    assert (ran.code, ran.out) == (0, f"wrote {path}\n")
    page = Page(path.read_text())
    assert page.is_harmless()
    assert "best fit against provider calls" in page.text
    assert {"#candidate-m1", "#candidate-#2"} <= set(page.of("href"))
    assert '<span class="cut">-    return (0.5 if on else 0.0), on</span>' in path.read_text()
    assert "came to nothing: the same program as c1" in page.text


def test_prompts_and_replies_are_shown_when_asked_for(asked: Searched) -> None:
    assert asked.ran.code == 0, asked.ran.err
    short, full = asked.trace(), asked.trace("--full")
    assert "1 exchange with the model: --full shows them" in short.out
    assert "[system]" not in short.out
    assert "[system]" in full.out
    assert "[reply of m-1]" in full.out
    assert "| </script></pre><img src=x onerror=alert(1)><U+202E><U+001B>[31m" in full.out
    assert not {"\x1b", "\u202e"} & set(short.out + full.out)
    told = asked.trace("--full", "--json").json
    assert told["candidates"][0]["exchanges"][0]["reply"].startswith(HOSTILE)
    assert told["cost_usd"] is None
    assert told["tokens"] == 36


def test_nothing_hostile_gets_out_of_its_place_in_the_page(asked: Searched) -> None:
    path = asked.home / "search.html"
    assert asked.trace("--html", path).code == 0
    page = Page(path.read_text())
    assert page.is_harmless()
    assert "</script></pre><img src=x onerror=alert(1)><U+202E><U+001B>[31m" in page.text
    assert not {"\x1b", "\u202e"} & set(path.read_text())
    assert "cost unknown" in page.text


def test_a_running_search_is_shown_as_far_as_it_is(
    connection: Connection, server: embedded.EmbeddedServer, script: Script, tmp_path: Path
) -> None:
    spec, client = script(STUCK, {"source": GOOD, "delay": 60}), connection.client
    data = walk(["press", *["right"] * 12, "press"])
    assert data.world is not None
    client.create_world(data.world)
    client.submit(data.world.name, data.transitions, data.starts)
    events = client.synthesize(data.world.name, provider=spec)
    event = _until(events, 2)
    try:
        path = tmp_path / "now.html"
        ran = worldsmith("trace", event.synthesis, "--html", path, "--json", *at(server), home=tmp_path)
        assert ran.code == 0, ran.err
        told = ran.json
        assert (told["state"], told["status"], told["best"]) == ("running", None, "c1")
        assert [one["request"] for one in told["under_way"]] == [2]
        assert "running; " in path.read_text()
        assert "asked, no answer yet" in path.read_text()
        shown = worldsmith("trace", event.synthesis, *at(server), home=tmp_path).out
        assert re.search(r"#2  asked: repairs next states of c1 \.\.\.", shown)
    finally:
        client.cancel(event.synthesis)


def test_an_unknown_search_is_told_in_one_line(server: embedded.EmbeddedServer, tmp_path: Path) -> None:
    ran = worldsmith("trace", "s-nothing", "--html", tmp_path / "a.html", *at(server), home=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1] == "error: there is no synthesis 's-nothing'"
    assert not (tmp_path / "a.html").exists()


def test_a_page_that_cannot_be_written_is_told(searched: Searched) -> None:
    ran = searched.trace("--html", "/proc/nowhere/a.html")
    assert ran.code == 2
    assert ran.err.splitlines()[-1].startswith("error: cannot write /proc/nowhere/a.html: ")


def test_searches_are_listed_newest_first(searched: Searched) -> None:
    ran = worldsmith("syntheses", "--json", *searched.server, home=searched.home)
    found = {one["id"]: one for one in json.loads(ran.out)["syntheses"]}
    assert (found[searched.id]["state"], found[searched.id]["reason"]) == ("finished", "verified")
    assert found[searched.id]["tokens"] == 400
    table = worldsmith("syntheses", *searched.server, home=searched.home).out
    assert searched.id in table
    assert "finished:" in table
    of_one = worldsmith("syntheses", "--limit", 1, "--json", *searched.server, home=searched.home)
    assert [one["id"] for one in of_one.json["syntheses"]] == list(found)[:1]
    created = [one["created"] for one in found.values()]
    assert created == sorted(created, reverse=True)


@pytest.mark.parametrize(
    ("where", "kept", "command"),
    [
        (ServerChoice("there:1"), "the server at there:1", "worldsmith trace s-1 --server there:1"),
        (
            ServerChoice(data_dir=Path("my data")),
            "the embedded server in my data",
            "worldsmith trace s-1 --data-dir 'my data'",
        ),
        (ServerChoice(), f"the embedded server in {files.data_dir()}", "worldsmith trace s-1"),
    ],
)
def test_what_shows_a_search_names_the_server_that_keeps_it(where: ServerChoice, kept: str, command: str) -> None:
    assert (kept_by(where), trace_command("s-1", where)) == (kept, command)


def test_an_unknown_strategy_is_told_in_one_line(server: embedded.EmbeddedServer, tmp_path: Path) -> None:
    data = write_data(tmp_path / "steps.jsonl")
    options = ["--strategy", "luck", "--out", tmp_path / "out"]
    ran = worldsmith("synthesize", data, *options, *at(server), home=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "there is no search strategy 'luck'; there are " in ran.err.splitlines()[-1]


def _until(events: Iterator[types.SynthesisEvent], request: int) -> types.SynthesisEvent:
    """Reads events until that request was made."""
    return next(e for e in events if isinstance(e.body, types.Asked) and e.body.number == request)
