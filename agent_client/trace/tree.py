"""The tree of a search on a terminal."""

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from agent_client.output import share
from agent_client.trace.rows import Row, pick, rows
from agent_client.trace.safe import one_line
from agent_client.trace.story import Candidate, Failure, Item, Story
from agent_client.trace.wording import aim, counted, curve, name, spent, standing
from agent_client.types import Status

DEEPEST = 8  # levels that are indented
_COLOURS = {Status.VERIFIED: "green", Status.PARTIAL: "yellow", Status.FAILED: "red"}
_CURVE = 40
_LABEL = 24  # columns that are left to an item, however deep it is


class SearchTree:
    """The tree and the line about the best fit, in ``most`` rows of the tree at most."""

    def __init__(self, story: Story, title: str, most: int) -> None:
        self._story = story
        self._title = title
        self._most = most

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> list[RenderableType]:
        """What rich prints; each item takes one line, however narrow the terminal is."""
        found = rows(self._story, max(0, min(DEEPEST, (options.max_width - _LABEL) // 4)))
        shown = pick(self._story, found, self._most)
        parts: list[RenderableType] = [self._drawn(shown, ascii_only=options.ascii_only)]
        if len(shown) < len(found):
            parts.append(_line(Text(f"({len(found) - len(shown)} more)", style="dim"), ascii_only=options.ascii_only))
        line = Text(standing(self._story), style="bold")
        if not options.ascii_only and len(self._story.points) > 1:
            line.append("  " + curve(self._story, _CURVE), style="green")
        return [Group(*parts, _line(line, ascii_only=options.ascii_only))]

    def _drawn(self, shown: list[Row], *, ascii_only: bool) -> Tree:
        root = Tree(_line(Text(self._title), ascii_only=ascii_only), guide_style="dim")
        stack: list[tuple[int, Tree]] = [(-1, root)]
        for row in shown:
            while stack[-1][0] >= row.depth:
                stack.pop()
            told = _line(label(self._story, row.item), ascii_only=ascii_only)
            stack.append((row.depth, stack[-1][1].add(told)))
        return root


def label(story: Story, item: Item) -> Text:
    """One item in a line, what matters most first."""
    text = Text(name(item))
    if isinstance(item, Failure):
        text.append(f"  {one_line(item.reason)}  ({aim(item)})", style="dim")
        return _tail(text, [spent(item.spent)])
    if not isinstance(item, Candidate):
        text.append(f"  asked: {aim(item)} ...", style="cyan")
        return text
    told = item.evaluation
    if told is None:
        text.append("  being checked", style="cyan")
    elif told.error:
        text.append("  error", style="red")
    else:
        text.append(f"  {share(told.fit)}", style=_COLOURS[told.status])
    if item.id == story.best:
        text.append(" best", style="bold green")
    text.append(f"  {aim(item)}")
    score = f"score {told.score:.3f}" if told is not None else ""
    return _tail(text, [score, counted(item.lines, "line"), spent(item.spent), one_line(item.provider)])


def _tail(text: Text, parts: list[str]) -> Text:
    told = "  ".join(part for part in parts if part)
    return text.append(f"  {told}", style="dim") if told else text


def _line(text: Text, *, ascii_only: bool) -> Text:
    """The text on one line, cut where the terminal ends, in characters that it has."""
    if ascii_only:  # rich's own ellipsis is none of them
        return Text(text.plain.encode("ascii", "backslashreplace").decode(), no_wrap=True, overflow="crop")
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
