"""What the command line prints of results: one JSON object, or a table for people."""

from typing import Any

from rich.console import Console
from rich.table import Table

from agent_client.result import PlayResult
from agent_client.trace.safe import visible
from agent_client.types import Evaluation, Finished, Status


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """The figures of a check, by the names that the command line promises."""
    optimism = evaluation.optimism
    return {
        "status": evaluation.status.value,
        "fit": evaluation.fit,
        "next_state_fit": evaluation.next_state_fit,
        "reward_fit": evaluation.reward_fit,
        "done_fit": evaluation.done_fit,
        "held_back_fit": evaluation.held_back_fit,
        "uncertain": evaluation.uncertain,
        "identity_baseline": evaluation.identity_baseline,
        "optimism": {
            "found": optimism.found,
            "refuted": optimism.refuted,
            "open": optimism.open,
            "unchecked": optimism.unchecked,
        },
        "transitions": evaluation.transitions,
        "sandbox": evaluation.sandbox,
        "seconds": round(evaluation.seconds, 3),
    }


def synthesis_json(finished: Finished, nothing: Evaluation) -> dict[str, Any]:
    """The figures of a synthesis; ``nothing`` stands in where no model was found."""
    totals = finished.totals
    figures = evaluation_json(finished.model.evaluation if finished.model is not None else nothing)
    return figures | {
        "status": finished.status.value,
        "seconds": round(totals.seconds, 3),
        "candidates": totals.candidates,
        "provider_calls": totals.provider_calls,
        "tokens": totals.tokens,
        "cost_usd": totals.cost_usd,
    }


def print_evaluation(console: Console, evaluation: Evaluation) -> None:
    """A check as a table, with what went wrong below it."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="dim")
    table.add_column()
    colour = {Status.VERIFIED: "green", Status.PARTIAL: "yellow", Status.FAILED: "red"}[evaluation.status]
    table.add_row("status", f"[{colour}]{evaluation.status.value}[/]")
    parts = (evaluation.next_state_fit, evaluation.reward_fit, evaluation.done_fit)
    shares = ", ".join(
        f"{name} {share(part)}" for name, part in zip(("next state", "reward", "done"), parts, strict=True)
    )
    table.add_row("fit", f"{share(evaluation.fit)} of {evaluation.transitions} transitions ({shares})")
    if evaluation.held_back_fit is not None:
        table.add_row("held back", share(evaluation.held_back_fit))
    if evaluation.uncertain:
        table.add_row("guesses", f"{evaluation.uncertain} of the predictions are not yet supported by data")
    table.add_row("predicting no change", share(evaluation.identity_baseline))
    optimism = evaluation.optimism
    table.add_row(
        "plans from starts",
        f"{optimism.found} found, {optimism.refuted} refuted, {optimism.open} open, {optimism.unchecked} unchecked",
    )
    table.add_row("sandbox", evaluation.sandbox)
    console.print(table)
    if evaluation.error:
        console.print(visible(f"error: {evaluation.error}"), markup=False)
    for miss in evaluation.mispredictions[:5]:
        told = f"mispredicted {miss.part}: expected {miss.expected}; got {miss.predicted}"
        console.print(visible(told), markup=False)
    for finding in evaluation.findings:
        console.print(visible(f"{finding.kind}: {finding.detail}"), markup=False)


def print_play(console: Console, results: list[PlayResult]) -> None:
    """Plays as a table, one a row."""
    table = Table()
    table.add_column("environment", no_wrap=True)
    for name in (
        "solved",
        "steps to first",
        "steps",
        "abandoned",
        "syntheses",
        "surprises",
        "tokens",
        "lines",
        "seconds",
    ):
        table.add_column(name, justify="right")
    for result in results:
        solved = sum(episode.solved for episode in result.counted)
        first = str(result.first_solved) if result.first_solved is not None else "-"
        table.add_row(
            result.env,
            f"[{'green' if result.achieved else 'red'}]{solved}/{result.wanted}[/]",
            first,
            str(result.steps),
            str(result.abandoned),
            str(result.syntheses),
            str(result.surprises),
            str(result.tokens),
            str(result.model_lines),
            f"{result.seconds:.1f}",
        )
    console.print(table)


def share(value: float) -> str:
    """A share in 0..1 as a percentage that is 100 only when nothing is missing."""
    return "100%" if value >= 1 else f"{min(value * 100, 99.9):.1f}%"
