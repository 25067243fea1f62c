"""Puts what was checked of one program into an evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass

from synth_server.domain import Evaluation, Finding, Optimism, Status
from synth_server.verify import memoriser
from synth_server.verify.fit import RowFit, identity_baseline, shares, tell
from synth_server.verify.honesty import find
from synth_server.verify.optimism import OptimismResult
from synth_server.verify.options import VerifyOptions
from synth_server.verify.predict import Predictions
from synth_server.verify.rows import Row
from synth_server.verify.score import score


@dataclass(frozen=True)
class Checked:
    """Everything that was found out; ``held`` are the digests of the rows that the search has not seen."""

    rows: Sequence[Row]
    fits: Sequence[RowFit]
    predictions: Predictions
    plans: OptimismResult
    held: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def report(checked: Checked, sandbox: str, seconds: float, options: VerifyOptions) -> Evaluation:
    """The evaluation."""
    rows, fits, predictions, plans = checked.rows, checked.fits, checked.predictions, checked.plans
    overall = shares(fits)
    seen = shares([fit for row, fit in zip(rows, fits, strict=True) if row.digest not in checked.held])
    held = shares([fit for row, fit in zip(rows, fits, strict=True) if row.digest in checked.held])
    held_fit = held.fit if checked.held else None
    baseline = identity_baseline(rows)
    findings = [
        *([] if predictions.load_error else find(overall.next_state, baseline, seen.fit, held_fit)),
        *checked.findings,
        *plans.findings,
        *(Finding("sandbox", text) for text in predictions.findings),
    ]
    return Evaluation(
        status=_status(checked),
        fit=overall.fit if rows else 0.0,
        next_state_fit=overall.next_state if rows else 0.0,
        reward_fit=overall.reward if rows else 0.0,
        done_fit=overall.done if rows else 0.0,
        held_back_fit=held_fit,
        uncertain=sum(prediction.uncertain is not None for prediction in predictions.states),
        identity_baseline=baseline,
        optimism=plans.counts,
        transitions=len(rows),
        sandbox=sandbox,
        seconds=seconds,
        score=0.0 if _memorises(checked) else _score(checked),
        mispredictions=tuple(tell(rows, fits, predictions, options.mispredictions)),
        refuted=plans.refuted,
        findings=tuple(findings),
        error=predictions.load_error or _first_error(predictions),
        stdout=predictions.stdout,
        unknown_goals=_unknown_goals(checked)[: options.unknown_goals],
    )


def refusal(reason: str, rows: Sequence[Row], sandbox: str, seconds: float) -> Evaluation:
    """The evaluation of a program that was refused unrun; ``reason`` names line and rule."""
    return Evaluation(
        status=Status.FAILED,
        fit=0.0,
        next_state_fit=0.0,
        reward_fit=0.0,
        done_fit=0.0,
        held_back_fit=None,
        uncertain=0,
        identity_baseline=identity_baseline(rows),
        optimism=Optimism(),
        transitions=len(rows),
        sandbox=sandbox,
        seconds=seconds,
        findings=(Finding("policy_refused", reason),),
        error=reason,
    )


def _status(checked: Checked) -> Status:
    predictions = checked.predictions
    if predictions.load_error or (checked.rows and not predictions.runs):
        return Status.FAILED
    if checked.rows and all(fit.all for fit in checked.fits) and checked.plans.holds and not _memorises(checked):
        return Status.VERIFIED
    return Status.PARTIAL


def _score(checked: Checked) -> float:
    fitting = sum(fit.all for fit in checked.fits)
    return score(fitting, len(checked.rows), checked.plans.counts.found, checked.plans.tried)


def _memorises(checked: Checked) -> bool:
    return any(finding.kind == memoriser.KIND for finding in checked.findings)


def _unknown_goals(checked: Checked) -> tuple[str, ...]:
    """The goals of rows and of starts for which `reward` raised UnknownGoal, each once."""
    rewards = zip(checked.rows, checked.predictions.rewards, strict=True)
    goals = [row.transition.goal for row, reward in rewards if reward.unknown_goal]
    return tuple(dict.fromkeys([*goals, *checked.predictions.unknown_goals]))


def _first_error(predictions: Predictions) -> str:
    """Why no row could be predicted; empty if one could."""
    if not predictions.states or predictions.runs:
        return ""
    return next((prediction.error for prediction in predictions.states if prediction.error), "")
