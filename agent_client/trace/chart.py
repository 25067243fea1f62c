"""The best fit against what it took, as SVG."""

from collections.abc import Callable
from dataclasses import dataclass

from agent_client.output import share
from agent_client.trace.markup import Html, join, tag
from agent_client.trace.story import Point, Story
from agent_client.trace.wording import cost
from agent_client.types import Totals

_WIDTH, _HEIGHT = 460, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 12, 40


@dataclass(frozen=True)
class Axis:
    """What was spent: its name, how much a point took, and how an amount is written."""

    name: str
    amount: Callable[[Totals], float]
    written: Callable[[float], str]
    half: Callable[[float], float] = lambda most: most // 2  # of what is counted in ones


_CALLS = Axis("provider calls", lambda spent: spent.provider_calls, lambda amount: f"{amount:,.0f}")
_CANDIDATES = Axis("candidates", lambda spent: spent.candidates, lambda amount: f"{amount:,.0f}")
_COST = Axis("US dollars", lambda spent: spent.cost_usd or 0.0, cost, lambda most: most / 2)
_TOKENS = Axis("tokens", lambda spent: spent.tokens, lambda amount: f"{amount:,.0f}")
_SECONDS = Axis("seconds", lambda spent: spent.seconds, lambda amount: f"{amount:,.1f}", lambda most: most / 2)


def charts(story: Story) -> Html:
    """Two charts: against calls (candidates, where there was no call) and cost (else tokens, else seconds)."""
    if not story.points:
        return Html("")
    first = _CALLS if story.spent.provider_calls else _CANDIDATES
    second = _COST if story.spent.cost_usd else _TOKENS if story.spent.tokens else _SECONDS
    return join(_chart(story, first), _chart(story, second))


def _chart(story: Story, axis: Axis) -> Html:
    most = max(axis.amount(story.spent), *(axis.amount(point.spent) for point in story.points)) or 1.0
    lowest = min(max(int(min(point.fit for point in story.points) * 5) / 5, 0.0), 0.8)

    def x(amount: float) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * amount / most, 1)

    def y(fit: float) -> float:
        return round(_TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - (fit - lowest) / (1 - lowest)), 1)

    line, end = _line(story, axis, x, y), _HEIGHT - _BOTTOM
    levels = [lowest + (1 - lowest) * step / 4 for step in range(5)]
    grid = [
        join(
            tag("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y(level), y2=y(level), class_="grid"),
            tag("text", f"{level:.0%}", x=_LEFT - 6, y=y(level) + 4, text_anchor="end"),
        )
        for level in levels
    ]
    ticks = [
        tag("text", axis.written(amount), x=x(amount), y=end + 16, text_anchor=side)
        for amount, side in ((0.0, "start"), (axis.half(most), "middle"), (most, "end"))
        if side != "middle" or amount
    ]
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    name = tag("text", f"best fit against {axis.name}", x=middle, y=_HEIGHT - 6, text_anchor="middle", class_="name")
    path = tag("path", d=line, class_="best")
    dots = [_dot(point, x(axis.amount(point.spent)), y(point.fit), axis) for point in story.points]
    label = f"best fit against {axis.name}, from {share(story.points[0].best)} to {share(story.points[-1].best)}"
    return tag("svg", *grid, *ticks, name, path, *dots, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=label)


def _line(story: Story, axis: Axis, x: Callable[[float], float], y: Callable[[float], float]) -> str:
    """Steps: the best fit holds until a candidate is better."""
    first = story.points[0]
    steps = [f"M{x(axis.amount(first.spent))} {y(first.best)}"]
    steps += [f"H{x(axis.amount(point.spent))}V{y(point.best)}" for point in story.points[1:]]
    return "".join(steps) + f"H{x(axis.amount(story.spent))}"


def _dot(point: Point, across: float, down: float, axis: Axis) -> Html:
    told = f"{point.candidate}: {share(point.fit)} after {axis.written(axis.amount(point.spent))} {axis.name}"
    circle = tag("circle", tag("title", told), cx=across, cy=down, r=3.5, class_="dot")
    return tag("a", circle, href=f"#{anchor(point.candidate)}")


def anchor(candidate: str) -> str:
    """The name of a candidate's place in the page."""
    return f"candidate-{candidate}"
