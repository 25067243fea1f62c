"""A whole search on a terminal."""

from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.text import Text

from agent_client import types
from agent_client.trace.rows import rows
from agent_client.trace.safe import one_line, visible
from agent_client.trace.story import Candidate, Failure, Story
from agent_client.trace.tree import DEEPEST, SearchTree
from agent_client.trace.wording import aim, counted, difference, lines, name, row_name, spent, verdict
from agent_client.types import Synthesis

_MOST_MISSES = 3
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def print_trace(console: Console, synthesis: Synthesis, story: Story, *, full: bool) -> None:
    """The tree, then each candidate and each request that came to nothing; ``full`` adds prompts and replies."""
    out = _Paper(console)
    out.put(SearchTree(story, heading(synthesis, story), len(rows(story, DEEPEST))))
    out.line(outcome(synthesis, story))
    for item in story.items():
        if isinstance(item, Candidate):
            _candidate(out, story, item, full=full)
        elif isinstance(item, Failure) and full:
            out.rule(f"{name(item)}: {aim(item)}")
            out.line(f"came to nothing: {one_line(item.reason)}", "yellow")
            _exchanges(out, item.exchanges)


def heading(synthesis: Synthesis, story: Story) -> str:
    """Which search it is."""
    begun = story.started
    data = "" if begun is None else f": {counted(begun.transitions, 'transition')}, {begun.held_back} held back"
    return f"synthesis {synthesis.id} of {one_line(synthesis.world)} by {one_line(synthesis.provider)}{data}"


def outcome(synthesis: Synthesis, story: Story) -> str:
    """How it ended, or that it runs."""
    if synthesis.state is types.SynthesisState.RUNNING or story.finished is None:
        told = f" ({one_line(synthesis.reason)})" if synthesis.reason else ""
        return f"{synthesis.state.value}{told}; {story.spent.seconds:.1f} s so far"
    finished = story.finished
    model = f"; model {one_line(finished.model.id)}" if finished.model is not None else ""
    why = "" if finished.reason == finished.status.value else f" ({one_line(finished.reason)})"
    return f"{finished.status.value}{why} after {finished.totals.seconds:.1f} s{model}"


class _Paper:
    """Prints, in characters that the console's encoding has."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def put(self, what: RenderableType) -> None:
        self._console.print(what, markup=False, highlight=False)

    def line(self, text: str, style: str = "") -> None:
        self._console.print(Text(self._told(text), style=style), soft_wrap=True)

    def rule(self, title: str) -> None:
        self._console.print()
        self._console.print(Rule(Text(self._told(title), style="bold"), align="left", style="dim"))

    def _told(self, text: str) -> str:
        encoding = self._console.encoding
        return visible(text).encode(encoding, "backslashreplace").decode(encoding)


def _candidate(out: _Paper, story: Story, candidate: Candidate, *, full: bool) -> None:
    best = " (best)" if candidate.id == story.best else ""
    out.rule(f"{name(candidate)}{best}: {aim(candidate)}")
    parts = [counted(candidate.lines, "line"), spent(candidate.spent), one_line(candidate.provider)]
    out.line("; ".join(part for part in parts if part), "dim")
    if candidate.note and candidate.note not in aim(candidate):
        out.line(f"note: {one_line(candidate.note)}", "dim")
    out.line(verdict(candidate.evaluation))
    told = candidate.evaluation
    if told is not None:
        for miss in told.mispredictions[:_MOST_MISSES]:
            out.line(f"  mispredicted {miss.part} at {row_name(miss.transition)}")
            out.line(f"    expected {one_line(miss.expected)}")
            out.line(f"    got      {one_line(miss.predicted)}")
        for start in told.refuted[:_MOST_MISSES]:
            out.line(f"  no plan from {row_name(start.start)}" + (f" for {one_line(start.goal)}" if start.goal else ""))
        for finding in told.findings:
            out.line(f"  {finding.kind}: {one_line(finding.detail)}")
    if full:
        _exchanges(out, candidate.exchanges)
    elif candidate.exchanges:
        out.line(f"{counted(len(candidate.exchanges), 'exchange')} with the model: --full shows them", "dim")
    _program(out, difference(story, candidate))


def _program(out: _Paper, told: list[str]) -> None:
    diff = bool(told) and told[0].startswith("--- ")
    for line in told:
        out.line(f"  {line}", _STYLES.get(line[:1], "") if diff else "")


def _exchanges(out: _Paper, exchanges: tuple[types.Exchange, ...]) -> None:
    for exchange in exchanges:
        for role, text in exchange.messages:
            _quoted(out, role, text)
        if exchange.reply:
            _quoted(out, f"reply of {one_line(exchange.model) or 'the model'}", exchange.reply)
        if exchange.error:
            out.line(f"no usable reply: {one_line(exchange.error)}", "yellow")
        totals = types.Totals(0, exchange.calls, exchange.tokens, exchange.cost_usd)
        cached = "; from the cache" if exchange.cached else ""
        out.line(f"{spent(totals) or 'nothing spent'}; {exchange.seconds:.1f} s{cached}", "dim")


def _quoted(out: _Paper, title: str, text: str) -> None:
    out.line(f"[{title}]", "bold cyan")
    for line in lines(text):
        out.line(f"| {line}")
