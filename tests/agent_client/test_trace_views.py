"""The tree, the lines and the page, from events that no server needs to make."""

import io
import re
import time
from dataclasses import replace

import pytest
from rich.console import Console

from agent_client import types
from agent_client.describe import progress
from agent_client.events import ModelMissing, SynthesisBegan, SynthesisProgress
from agent_client.live import LiveView
from agent_client.trace.export import trace_json
from agent_client.trace.page import page
from agent_client.trace.report import print_trace
from agent_client.trace.rows import pick, rows
from agent_client.trace.safe import one_line, visible
from agent_client.trace.story import Candidate, Story
from agent_client.trace.tree import SearchTree
from agent_client.trace.watching import GrowingTree, watcher
from agent_client.trace.wording import cost, standing
from tests.agent_client.html import Page

HOSTILE = "</script><svg onload=alert(1)>\"'&\u202e\u2066\x1b]0;x\x07\u200b\r"
SYNTHESIS = types.Synthesis(
    "s-1", "maze", "openai:gpt-5", types.SynthesisState.RUNNING, types.Totals(), "", 1_700_000_000.0, ""
)


def checked(fit: float, **more: object) -> types.Evaluation:
    status = types.Status.VERIFIED if fit == 1 else types.Status.PARTIAL
    plain = types.Evaluation(status, fit, fit, 1.0, 1.0, None, 0, 0.1, types.Optimism(1), 50, "docker", 0.1, score=fit)
    return replace(plain, **more)


class Telling:
    """Tells a story event by event, a second each."""

    def __init__(self) -> None:
        self.events: list[types.SynthesisEvent] = []
        self.story = Story()

    def __call__(self, *bodies: types.EventBody, source: str = "", exchanges: tuple[types.Exchange, ...] = ()) -> Story:
        for body in bodies:
            number = len(self.events) + 1
            self.events.append(types.SynthesisEvent("s-1", number, 1_700_000_000.0 + number, body))
            self.story.take(self.events[-1], source, exchanges)
        return self.story


def proposed(id: str, parent: str = "", defect: str = "", usd: float | None = 0.002, note: str = "") -> types.Proposed:
    return types.Proposed(id, parent, note, 40, 1_200, usd, 1, "openai:gpt-5", defect)


def chain(length: int) -> Telling:
    """A search in which each program is a repair of the one before, and another request is under way."""
    tell = Telling()
    tell(types.Started("maze", "openai:gpt-5", 50, 5, 2, "d"))
    for number in range(1, length + 1):
        parent = f"c{number - 1}" if number > 1 else ""
        tell(types.Asked(number, parent, "next_state" if parent else ""))
        tell(proposed(f"c{number}", parent, "next_state" if parent else ""), source=f"x = {number}\n")
        tell(types.Evaluated(f"c{number}", checked(number / (length + 1)), best_so_far=True))
    tell(types.Asked(length + 1, f"c{length}", "reward"))
    return tell


def drawn(story: Story, width: int, most: int = 1_000) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width).print(SearchTree(story, "synthesis s-1", most))
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [20, 40, 80, 140])
def test_each_item_takes_one_line_however_narrow_the_terminal_is(width: int) -> None:
    tell = chain(30)
    tell(proposed("c99", note=HOSTILE * 5), types.ProviderFailed(HOSTILE * 9, 31))
    lines = drawn(tell.story, width)
    assert len(lines) == 1 + 32 + 1
    assert max(map(len, lines)) <= width
    if width >= 80:
        assert any("c30" in line and "best" in line for line in lines)


def test_a_low_terminal_shows_what_matters_most() -> None:
    story = chain(30).story
    lines = drawn(story, 100, most=6)
    assert len(lines) == 9
    assert "#31  asked: repairs rewards and ends of c30 ..." in lines[-3]
    assert "c30  96.8% best" in lines[-4]
    assert lines[-2] == "(25 more)"
    assert lines[-1].startswith("best fit 96.8% (c30) after 30 calls, 36,000 tokens, $0.06")
    kept = pick(story, rows(story, 8), 1)
    assert len(kept) == 1


def test_a_search_of_a_thousand_repairs_in_a_row_is_drawn_and_exported() -> None:
    tell = chain(1_000)
    assert len(drawn(tell.story, 80)) == 1 + 1_001 + 1
    read = Page(page(SYNTHESIS, tell.story, 1_700_000_000.0))
    assert read.is_harmless()
    assert "c1000" in read.text
    assert len(trace_json(SYNTHESIS, tell.story, full=True)["candidates"]) == 1_000


def test_every_hostile_text_is_shown_and_none_acts() -> None:
    tell = Telling()
    exchange = types.Exchange(((HOSTILE, HOSTILE * 30),), HOSTILE, 1, 9, 0.1, HOSTILE, 0.5, True, HOSTILE)
    wrong = checked(
        0.5,
        error=HOSTILE,
        stdout=HOSTILE,
        unknown_goals=(HOSTILE,),
        mispredictions=(types.Misprediction(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        refuted=(types.RefutedStart(HOSTILE, HOSTILE, True, HOSTILE), types.RefutedStart(HOSTILE, HOSTILE, False)),
        findings=(types.Finding(HOSTILE, HOSTILE),),
    )
    tell(types.Started(HOSTILE, HOSTILE, 50, 5, 2, HOSTILE), types.Resumed(HOSTILE))
    tell(replace(proposed(HOSTILE), note=HOSTILE, provider=HOSTILE), source=HOSTILE, exchanges=(exchange,))
    tell(types.Evaluated(HOSTILE, wrong, best_so_far=True), types.Asked(2, HOSTILE, HOSTILE))
    tell(types.ProviderFailed(HOSTILE, 2), exchanges=(exchange,))
    tell(replace(proposed("c3", HOSTILE), defect=HOSTILE), source=f"{HOSTILE}\n{HOSTILE}", exchanges=(exchange,))
    tell(types.Evaluated("c3", checked(0.25), best_so_far=False), types.Asked(4, HOSTILE, HOSTILE))
    tell(types.Finished(types.Status.FAILED, HOSTILE, None, types.Totals()))
    synthesis = replace(SYNTHESIS, world=HOSTILE, provider=HOSTILE, reason=HOSTILE)
    text = page(synthesis, tell.story, 1_700_000_000.0)
    read = Page(text)
    assert read.is_harmless()
    assert text.count("onload=alert(1)&gt;") > 30
    assert "no plan exists" in read.text
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=False)
    print_trace(console, synthesis, tell.story, full=True)
    with watcher(console, HOSTILE) as shown:
        for event in tell.events:
            shown(event)
            console.print(progress(event) or "", markup=False)
    for told in (text, out.getvalue()):
        assert not set(told) & set("\u202e\u2066\x1b\x07\u200b\r")


def test_what_cannot_be_seen_is_written_as_its_code_point() -> None:
    assert visible("a\u202eb\x1b[0m\tc\r\nd\ud800") == "a<U+202E>b<U+001B>[0m\tc\nd<U+D800>"
    assert visible("naïve 世界 ✓") == "naïve 世界 ✓"
    assert one_line("a\n  b\t" + "c" * 300, 10) == "a b ccc..."


def test_a_terminal_shows_the_tree_grow() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=90, height=12)
    with watcher(console, "the server at x:1") as shown:
        assert isinstance(shown, GrowingTree)
        for event in chain(20).events:
            shown(event)
        time.sleep(0.6)  # two redraws
    text = out.getvalue()
    assert "synthesis s-1, kept by the server at x:1" in text
    assert "c20" in text
    assert "1 request under way, " in text
    last = text.rsplit("synthesis s-1", 1)[1]
    assert last.count("\n") <= 12


def test_a_play_shows_the_search_in_short() -> None:
    out, events = io.StringIO(), chain(20).events
    console = Console(file=out, force_terminal=True, color_system=None, width=100, height=40)
    with LiveView(console, "maze", lambda: "@..", pause=0) as shown:
        shown(SynthesisBegan(1, "the model mispredicted", 50))
        for event in events:
            shown(SynthesisProgress(event))
        during = out.getvalue()
        shown(ModelMissing("budget: calls", types.Totals()))
    assert "search s-1" in during
    assert "#21  asked: repairs rewards and ends of c20 ..." in during
    assert "(16 more)" in during
    after = out.getvalue().rsplit("maze", 1)[1]
    assert "s-1: best fit 95.2% (c20) after 20 calls, 24,000 tokens, $0.04" in after
    assert progress(events[0]) == "search s-1 by openai:gpt-5"
    assert progress(events[3]) == "c1 fits 4.8%, the best so far"


def test_a_candidate_checked_again_on_more_data_may_lose_its_place() -> None:
    tell = chain(2)
    assert tell.story.best == "c2"
    story = tell(types.Resumed("newer transitions"), types.Evaluated("c2", checked(0.1), best_so_far=False))
    assert (story.best, story.fit()) == ("c1", pytest.approx(1 / 3))
    assert story.candidates["c2"].checks == 2


def test_an_unknown_cost_is_not_told_as_none() -> None:
    tell = Telling()
    tell(types.Started("maze", "p", 50, 0, 1, "d"), proposed("c1", usd=None))
    tell(types.Evaluated("c1", checked(0.5), best_so_far=True))
    assert standing(tell.story) == "best fit 50.0% (c1) after 1 call, 1,200 tokens, cost unknown"
    text = page(SYNTHESIS, tell.story, 1_700_000_000.0)
    assert "best fit against tokens" in text
    assert "US dollars" not in text
    assert [cost(usd) for usd in (None, 0, 0.0000004, 0.0125, 3.456)] == [
        "cost unknown",
        "$0",
        "under $0.000001",
        "$0.013",
        "$3.46",
    ]


def test_a_prompt_that_is_shared_is_told_once_in_the_page() -> None:
    tell, system = Telling(), "You write programs. " * 100
    for number in (1, 2, 3):
        messages = (("system", system), ("user", f"question {number}"))
        exchange = types.Exchange(messages, f"reply {number}", 1, 9, 0.1, "m", 0.5, False, "")
        tell(proposed(f"c{number}"), source="pass\n", exchanges=(exchange,))
    read = Page(page(SYNTHESIS, tell.story, 1_700_000_000.0))
    assert read.is_harmless()
    assert read.text.count(system) == 1
    assert read.text.count("the same text as before") == 2
    assert all(f"question {number}" in read.text and f"reply {number}" in read.text for number in (1, 2, 3))


def test_the_middle_of_an_axis_is_a_number_that_there_is() -> None:
    def ticks(length: int) -> list[str]:
        text = page(SYNTHESIS, chain(length).story, 1_700_000_000.0).split("best fit against provider calls")[1]
        return re.findall(r'text-anchor="(?:start|middle|end)">([^<%]+)</text>', text)[:3]

    assert ticks(7) == ["0", "3", "7"]
    assert ticks(1)[:2] == ["0", "1"]


def test_a_search_without_a_candidate_has_a_page() -> None:
    tell = Telling()
    tell(types.Started("maze", "p", 50, 0, 1, "d"))
    read = Page(page(SYNTHESIS, tell.story, 1_700_000_000.0))
    assert read.is_harmless()
    assert "no candidate yet" in read.text
    assert isinstance(tell(proposed("c1")).candidates["c1"], Candidate)


def test_a_console_that_has_only_ascii_is_told_all_the_same() -> None:
    tell = chain(2)
    tell(proposed("c9", "c2", note="δ"), source="x = '世界'\n")
    tell(replace(proposed("m1", "c9"), note="größer"), source="pass\n")
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="ascii") as out:
        print_trace(Console(file=out, width=100), SYNTHESIS, tell.story, full=True)
        out.flush()
        told = raw.getvalue().decode()
    assert "m1  being checked  gr\\xf6\\xdfer" in told
    assert "+x = '\\u4e16\\u754c'" in told
