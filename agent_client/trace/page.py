"""A whole search as one HTML page that needs nothing else: no script, no font, no other file."""

from collections.abc import Sequence
from datetime import UTC, datetime

from agent_client import types
from agent_client.output import share
from agent_client.trace.cards import Cards
from agent_client.trace.chart import anchor, charts
from agent_client.trace.markup import Html, tag
from agent_client.trace.report import outcome
from agent_client.trace.rows import Row, rows
from agent_client.trace.story import Candidate, Failure, Item, Story
from agent_client.trace.style import CSS
from agent_client.trace.wording import aim, cost, counted, name, spent

_DEEPEST = 12  # levels that are nested; browsers give up on very deep ones
# Nothing is loaded and nothing runs, whatever a text holds.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(synthesis: types.Synthesis, story: Story, now: float) -> str:
    """The page. ``now`` is in seconds since the epoch: a search that runs is shown as it stood then."""
    cards, found = Cards(story), rows(story, _DEEPEST)
    shown = [item for item in story.items() if isinstance(item, Candidate | Failure)]
    body = tag(
        "body",
        tag("h1", f"Search {synthesis.id}"),
        tag("p", f"{outcome(synthesis, story)}. As of {_date(now)}."),
        _figures(synthesis, story),
        tag("div", charts(story), class_="charts"),
        tag("h2", "Tree"),
        tag("ul", *_branches(story, found), class_="tree") if found else tag("p", "Nothing was asked for yet."),
        tag("h2", "Candidates and requests"),
        *(cards.card(item) for item in shown),
    )
    head = tag(
        "head",
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        tag("title", f"Search {synthesis.id}"),
        Html(f"<style>{CSS}</style>"),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _figures(synthesis: types.Synthesis, story: Story) -> Html:
    fit, took = story.fit(), story.spent
    figures = {
        "world": synthesis.world,
        "provider": synthesis.provider,
        "best fit": f"{share(fit)} ({story.best})" if fit is not None else "no candidate yet",
        "candidates": f"{took.candidates:,}",
        "provider calls": f"{took.provider_calls:,}",
        "tokens": f"{took.tokens:,}",
        "cost": cost(took.cost_usd),
        "seconds": f"{took.seconds:,.1f}",
        "started": _date(synthesis.created),
    }
    if story.started is not None:
        figures["transitions"] = f"{story.started.transitions:,}, {story.started.held_back:,} held back"
        figures["starts"] = f"{story.started.starts:,}"
    if story.resumed:
        figures["went on after"] = "; ".join(story.resumed)
    model = story.finished.model if story.finished else None
    if model is not None:
        held = model.evaluation.held_back_fit
        figures["model"] = model.id
        figures["fit on all data"] = share(model.evaluation.fit)
        if held is not None:
            figures["fit on held-back data"] = share(held)
    return tag("dl", *(tag("div", tag("dt", key), tag("dd", value)) for key, value in figures.items()))


def _branches(story: Story, found: Sequence[Row]) -> list[Html]:
    """The rows of one level, each with those below it."""
    branches, at = [], 0
    while at < len(found):
        end = at + 1
        while end < len(found) and found[end].depth > found[at].depth:
            end += 1
        line, below = _line(story, found[at].item), _branches(story, found[at + 1 : end])
        if below:
            line = tag("details", tag("summary", line), tag("ul", *below), open=True)
        branches.append(tag("li", line))
        at = end
    return branches


def _line(story: Story, item: Item) -> Html:
    """One item of the tree."""
    if isinstance(item, Failure):
        link = tag("a", name(item), href=f"#{anchor(name(item))}")
        took = ", ".join(part for part in (aim(item), spent(item.spent)) if part)
        return tag("div", link, tag("span", f" came to nothing: {item.reason} ({took})", class_="dim"), class_="item")
    if not isinstance(item, Candidate):
        return tag("div", name(item), tag("span", f" asked, no answer yet: {aim(item)}", class_="dim"), class_="item")
    told = item.evaluation
    standing = "being checked" if told is None else "error" if told.error else share(told.fit)
    best = tag("span", "best", class_="tag verified") if item.id == story.best else None
    score = f"score {told.score:.3f}" if told is not None else ""
    rest = ", ".join(part for part in (score, counted(item.lines, "line"), spent(item.spent), item.provider) if part)
    return tag(
        "div",
        tag("a", name(item), href=f"#{anchor(item.id)}"),
        tag("span", standing, class_=f"fit {told.status.value if told is not None else 'dim'}"),
        " ",
        best,
        f" {aim(item)} ",
        tag("span", rest, class_="dim"),
        class_="item",
    )


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
