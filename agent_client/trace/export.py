"""A whole search as JSON."""

from typing import Any

from agent_client import types
from agent_client.output import evaluation_json
from agent_client.trace.story import Candidate, Failure, Story
from agent_client.types import Synthesis


def trace_json(synthesis: Synthesis, story: Story, *, full: bool) -> dict[str, Any]:
    """The search as one JSON object; ``full`` adds prompts and replies. Texts are as they came."""
    items = story.items()
    return {
        "synthesis": synthesis.id,
        "world": synthesis.world,
        "provider": synthesis.provider,
        "state": synthesis.state.value,
        "status": story.finished.status.value if story.finished else None,
        "reason": story.finished.reason if story.finished else synthesis.reason,
        "best": story.best or None,
        "fit": story.fit(),
        **_spent(story.spent),
        "candidates": [_candidate(item, full=full) for item in items if isinstance(item, Candidate)],
        "failures": [_failure(item, full=full) for item in items if isinstance(item, Failure)],
        "under_way": [
            {"request": item.number, "parent": item.parent, "defect": item.defect} for item in story.pending.values()
        ],
        "best_fit": [
            {"candidate": point.candidate, "fit": point.fit, "best_fit": point.best, **_spent(point.spent)}
            for point in story.points
        ],
    }


def _candidate(item: Candidate, *, full: bool) -> dict[str, Any]:
    told = item.evaluation
    return {
        "candidate": item.id,
        "parent": item.parent,
        "defect": item.defect,
        "note": item.note,
        "provider": item.provider,
        "lines": item.lines,
        **_spent(item.spent, seconds=False),
        "source": item.source,
        "evaluation": None if told is None else _evaluation(told),
        **_exchanges(item.exchanges, full=full),
    }


def _evaluation(told: types.Evaluation) -> dict[str, Any]:
    return evaluation_json(told) | {
        "score": told.score,
        "error": told.error,
        "mispredictions": [
            {"transition": m.transition, "part": m.part, "expected": m.expected, "predicted": m.predicted}
            for m in told.mispredictions
        ],
        "refuted": [{"start": r.start, "goal": r.goal, "blocking": r.blocking} for r in told.refuted],
        "findings": [{"kind": f.kind, "detail": f.detail} for f in told.findings],
        "stdout": told.stdout,
    }


def _failure(item: Failure, *, full: bool) -> dict[str, Any]:
    told = {"request": item.number, "parent": item.parent, "defect": item.defect, "reason": item.reason}
    return {**told, **_spent(item.spent, seconds=False), **_exchanges(item.exchanges, full=full)}


def _spent(totals: types.Totals, *, seconds: bool = True) -> dict[str, Any]:
    told = {"provider_calls": totals.provider_calls, "tokens": totals.tokens, "cost_usd": totals.cost_usd}
    return told | ({"seconds": round(totals.seconds, 3)} if seconds else {})


def _exchanges(exchanges: tuple[types.Exchange, ...], *, full: bool) -> dict[str, Any]:
    if not full:
        return {}
    return {
        "exchanges": [
            {
                "messages": [{"role": role, "text": text} for role, text in one.messages],
                "reply": one.reply,
                "error": one.error,
                "model": one.model,
                "cached": one.cached,
                "provider_calls": one.calls,
                "tokens": one.tokens,
                "cost_usd": one.cost_usd,
                "seconds": round(one.seconds, 3),
            }
            for one in exchanges
        ]
    }
