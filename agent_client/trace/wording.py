"""Searches in words."""

import re
from difflib import unified_diff

from agent_client import types
from agent_client.output import share
from agent_client.trace.safe import one_line, visible
from agent_client.trace.story import Candidate, Failure, Item, Story

_REPAIRS = {
    "error": "repairs an error",
    "next_state": "repairs next states",
    "reward": "repairs rewards and ends",
    "goal": "adds a goal's reward",
    "plan": "makes a plan possible",
}
_SHORT = 80


def aim(item: Item) -> str:
    """What was to be achieved with a candidate or a request."""
    if isinstance(item, Candidate) and item.id.startswith(("m", "c0")):
        return one_line(item.note, _SHORT)  # nobody was asked for it
    if not item.defect:
        return "a new program"
    repairs = _REPAIRS.get(item.defect, f"repairs {one_line(item.defect, _SHORT)}")
    return f"{repairs} of {one_line(item.parent, _SHORT)}" if item.parent else repairs


def name(item: Item) -> str:
    """How an item is called: a candidate's id, or the request's number."""
    return one_line(item.id, _SHORT) if isinstance(item, Candidate) else f"#{item.number}"


def cost(usd: float | None) -> str:
    """US dollars; an unknown cost is not zero."""
    if usd is None:
        return "cost unknown"
    if usd == 0:
        return "$0"
    if usd < 0.000001:
        return "under $0.000001"
    return f"${usd:.2f}" if usd >= 1 else f"${usd:.2g}" if usd >= 0.001 else f"${usd:.6f}".rstrip("0")


def counted(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def spent(totals: types.Totals) -> str:
    """Calls, tokens and money; empty where no call was made."""
    if not totals.provider_calls and not totals.tokens and totals.cost_usd == 0:
        return ""
    parts = [counted(totals.provider_calls, "call")]
    if totals.tokens or totals.cost_usd != 0:
        parts += [counted(totals.tokens, "token"), cost(totals.cost_usd)]
    return ", ".join(parts)


def verdict(evaluation: types.Evaluation | None) -> str:
    """What the check of a candidate said, in a line."""
    if evaluation is None:
        return "not checked yet"
    if evaluation.error:
        return f"failed: {one_line(evaluation.error)}"
    parts = f"next state {share(evaluation.next_state_fit)}, reward {share(evaluation.reward_fit)}"
    told = f"{evaluation.status.value}: fits {share(evaluation.fit)} of {evaluation.transitions} transitions "
    told += f"({parts}, done {share(evaluation.done_fit)})"
    return f"{told}; {plans(evaluation.optimism)}; score {evaluation.score:.3f}"


def plans(optimism: types.Optimism) -> str:
    """Plan searches by their verdict; those that there were."""
    named = {"found": optimism.found, "refuted": optimism.refuted, "open": optimism.open}
    named["unchecked"] = optimism.unchecked
    return "plans " + (", ".join(f"{number} {word}" for word, number in named.items() if number) or "not looked for")


def standing(story: Story) -> str:
    """The best fit against what it took."""
    fit, took = story.fit(), spent(story.spent) or counted(story.spent.candidates, "candidate")
    return (
        f"best fit {share(fit)} ({one_line(story.best, _SHORT)}) after {took}"
        if fit is not None
        else f"no candidate yet; {took}"
    )


def curve(story: Story, width: int) -> str:
    """The best fit, a block a candidate (the last ``width``): low is 0, full is 1."""
    blocks = "▁▂▃▄▅▆▇█"
    return "".join(blocks[min(7, int(point.best * 7.999))] for point in story.points[-width:])


def difference(story: Story, candidate: Candidate) -> list[str]:
    """The unified diff of a candidate to its parent; its whole text, each line as one, where there is no parent."""
    text, parent = lines(candidate.source), story.candidates.get(candidate.parent)
    if parent is None or not parent.source:
        return text
    return list(unified_diff(lines(parent.source), text, name(parent), name(candidate), lineterm=""))


def lines(text: str) -> list[str]:
    """The lines of a text, as they are shown."""
    return visible(text).removesuffix("\n").split("\n")


def row_name(digest: str) -> str:
    """The digest of a row or a start, short enough to be read."""
    return digest[:12] if re.fullmatch("[0-9a-f]{64}", digest) else one_line(digest)


def event_line(event: types.SynthesisEvent) -> str | None:
    """One short line about an event of a synthesis."""
    match event.body:
        case types.Started() as body:
            held = f", {body.held_back} held back" if body.held_back else ""
            rows = f"{counted(body.transitions, 'transition')}{held}, {counted(body.starts, 'start')}"
            trouble = f"; {one_line(body.problems[0].text)}" if body.problems else ""
            return f"{one_line(body.provider)} searches for a model of {rows}{trouble}"
        case types.Resumed() as body:
            return f"the search goes on: {one_line(body.reason)}"
        case types.Asked() as body:
            return f"#{body.number} asked: " + aim_of(body.parent, body.defect)
        case types.Proposed() as body:
            proposed = _candidate(body)
            took = spent(proposed.spent)
            parts = [aim(proposed), counted(body.lines, "line"), took, one_line(body.provider, _SHORT)]
            return f"{name(proposed)} proposed: " + "; ".join(part for part in parts if part)
        case types.Evaluated() as body:
            best = ", the best so far" if body.best_so_far and not body.evaluation.error else ""
            return f"{one_line(body.candidate, _SHORT)} {verdict(body.evaluation)}{best}"
        case types.ProviderFailed() as body:
            took = spent(types.Totals(0, body.calls, body.tokens, body.cost_usd))
            return f"#{body.number} came to nothing: {one_line(body.reason)}" + (f" ({took})" if took else "")
    return None


def aim_of(parent: str, defect: str) -> str:
    """What a request asks for."""
    return aim(Failure(0, parent, defect, 0, "", types.Totals()))


def _candidate(body: types.Proposed) -> Candidate:
    totals = types.Totals(1, body.calls, body.tokens, body.cost_usd)
    return Candidate(body.candidate, body.parent, body.defect, 0, body.note, body.provider, body.lines, totals)
