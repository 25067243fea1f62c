"""What the page tells of each candidate, and of each request that came to nothing."""

from agent_client import types
from agent_client.trace.chart import anchor
from agent_client.trace.markup import Html, join, tag
from agent_client.trace.safe import visible
from agent_client.trace.story import Candidate, Failure, Story
from agent_client.trace.wording import aim, counted, difference, name, row_name, spent, verdict

_LINES = {"+": "add", "-": "cut", "@": "hunk"}
_LONG = 600  # characters of a message that is told once, and referred to afterwards


class Cards:
    """Makes the cards of one page, in order; a long message that several prompts share is shown at the first."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._told: dict[str, str] = {}  # long message: where it stands

    def card(self, item: Candidate | Failure) -> Html:
        """One card."""
        return self._candidate(item) if isinstance(item, Candidate) else self._failure(item)

    def _candidate(self, item: Candidate) -> Html:
        told, here = item.evaluation, anchor(item.id)
        best = tag("span", "best", class_="tag verified") if item.id == self._story.best else None
        facts = [counted(item.lines, "line"), spent(item.spent), item.provider, *_note(item)]
        if item.checks > 1:
            facts.append(f"checked {item.checks} times, as the data grew")
        parent = tag("a", item.parent, href=f"#{anchor(item.parent)}") if item.parent else None
        return tag(
            "article",
            tag("h3", f"{name(item)}: {aim(item)} ", best),
            tag("p", "; ".join(fact for fact in facts if fact), class_="dim"),
            tag("p", verdict(told), class_=told.status.value if told is not None else "dim"),
            *(_evaluation(told) if told is not None else ()),
            self._exchanges(item.exchanges, here),
            tag("details", tag("summary", "difference to ", parent), _diff(difference(self._story, item)), open=True)
            if parent is not None and item.source
            else None,
            tag("details", tag("summary", "program"), _pre(item.source), open=parent is None) if item.source else None,
            id=here,
        )

    def _failure(self, item: Failure) -> Html:
        here = anchor(name(item))
        return tag(
            "article",
            tag("h3", f"{name(item)}: {aim(item)}"),
            tag("p", spent(item.spent), class_="dim") if spent(item.spent) else None,
            tag("p", f"came to nothing: {item.reason}", class_="failed"),
            self._exchanges(item.exchanges, here),
            id=here,
        )

    def _exchanges(self, exchanges: tuple[types.Exchange, ...], here: str) -> Html:
        return join(*(self._exchange(one, f"{here}-{number}") for number, one in enumerate(exchanges, 1)))

    def _exchange(self, one: types.Exchange, here: str) -> Html:
        totals = types.Totals(0, one.calls, one.tokens, one.cost_usd)
        facts = [one.model, "from the cache" if one.cached else "", spent(totals), f"{one.seconds:.1f} s"]
        told = "; ".join(fact for fact in facts if fact)
        prompt = [self._message(role, words, f"{here}-{number}") for number, (role, words) in enumerate(one.messages)]
        return join(
            tag("details", tag("summary", f"prompt ({told})"), *prompt),
            tag("details", tag("summary", "reply"), _pre(one.reply, "text")) if one.reply else None,
            tag("p", f"no usable reply: {one.error}", class_="failed") if one.error else None,
        )

    def _message(self, role: str, words: str, here: str) -> Html:
        first = self._told.get(words)
        if first is not None:
            return tag("p", f"{role}: ", tag("a", "the same text as before", href=f"#{first}"))
        if len(words) >= _LONG:
            self._told[words] = here
        return tag("div", tag("p", role, class_="dim"), _pre(words, "text"), id=here)


def _note(item: Candidate) -> list[str]:
    return [] if not item.note or item.note in aim(item) else [item.note]


def _evaluation(told: types.Evaluation) -> list[Html]:
    """What a check found, most telling first."""
    parts = []
    if told.error:
        parts.append(_pre(told.error, "text"))
    if told.mispredictions:
        rows = [
            tag(
                "tr",
                tag("td", miss.part),
                *(tag("td", words) for words in (row_name(miss.transition), miss.expected, miss.predicted)),
            )
            for miss in told.mispredictions
        ]
        heads = tag("tr", *(tag("th", head) for head in ("mispredicted", "transition", "expected", "predicted")))
        parts.append(tag("details", tag("summary", counted(len(rows), "misprediction")), tag("table", heads, *rows)))
    for start in told.refuted:
        way = _pre(start.path, "text") if start.path else None
        words = f"no plan exists from {row_name(start.start)}" + (f" for the goal `{start.goal}`" if start.goal else "")
        blocks = "" if start.blocking else " (does not block: this reward rule has been seen to pay)"
        parts.append(tag("details", tag("summary", words + blocks), way) if way else tag("p", words + blocks))
    parts += [tag("p", tag("b", finding.kind), f": {finding.detail}") for finding in told.findings]
    if told.unknown_goals:
        parts.append(tag("p", "no reward rule for: " + "; ".join(told.unknown_goals)))
    if told.stdout:
        parts.append(tag("details", tag("summary", "what it printed"), _pre(told.stdout, "text")))
    return parts


def _diff(lines: list[str]) -> Html:
    spans = [tag("span", line, class_=_LINES.get(line[:1], "")) for line in lines[2:]]
    return tag("pre", *spans) if spans else tag("p", "no line differs", class_="dim")


def _pre(words: str, kind: str = "") -> Html:
    shown = visible(words).removesuffix("\n")
    return tag("pre", f"\n{shown}", class_=kind or False)  # HTML drops the first line end
