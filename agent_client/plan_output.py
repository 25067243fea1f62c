"""What ``worldsmith plan`` prints."""

from typing import Any

from rich.console import Console
from rich.table import Table

from agent_client.acting import Acted
from agent_client.planning import Plan
from agent_client.words import change
from sandbox.contract import Verdict
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from sandbox.runtime.values import thaw

_MEANING = {
    Verdict.FOUND: "found",
    Verdict.REFUTED: "refuted: no state that the model can reach is a success",
    Verdict.OPEN: "open: the search ended before a plan was found",
}


def plan_json(state: State, plan: Plan, *, certificate: str, isolation: str, acted: Acted | None) -> dict[str, Any]:
    """The plan as one JSON object; actions as in files of data, changes in words."""
    return {
        "verdict": plan.verdict.value,
        "planner": plan.planner,
        "shortest": plan.shortest,
        "nodes": plan.nodes,
        "steps": [
            {
                "action": _action(step.action),
                "reward": step.reward,
                "done": step.done,
                "change": change(before, step.next_state),
            }
            for before, step in _pairs(state, plan)
        ],
        "partial": [_action(action) for action in plan.partial],
        "error": plan.error,
        "certificate": certificate,
        "isolation": isolation,
        "environment": None
        if acted is None
        else {"steps": acted.steps, "reward": acted.reward, "solved": acted.solved, "surprise": acted.surprise},
    }


def print_plan(console: Console, state: State, plan: Plan) -> None:
    """The plan step by step, each with what changes; or why there is none."""
    if plan.verdict is Verdict.FOUND:
        table = Table(show_header=False, box=None, pad_edge=False)
        for style in ("dim", "bold", "", "green"):
            table.add_column(style=style)
        for number, (before, step) in enumerate(_pairs(state, plan), start=1):
            pays = f"{step.reward:+g}" if step.reward else ""
            guess = f" (a guess: {step.uncertain})" if step.uncertain else ""
            what = change(before, step.next_state) + guess
            table.add_row(str(number), str(step.action), what, f"{pays} ends" if step.done else pays)
        console.print(table, markup=False)
    searched = f"{_counted(plan.nodes, 'state')} searched" + (f" by {plan.planner}" if plan.planner else "")
    length = f" with {_counted(len(plan.steps), 'step')}" + (", the fewest that there are" if plan.shortest else "")
    told = _MEANING[plan.verdict] + (length if plan.verdict is Verdict.FOUND else "")
    console.print(f"{told}; {searched}", markup=False, highlight=False)
    if plan.partial:
        names = " ".join(map(str, plan.partial))
        console.print(
            f"what looked best is {_counted(len(plan.partial), 'step')} away: {names}", markup=False, highlight=False
        )
    if plan.error:
        console.print(f"the model went wrong: {plan.error}", markup=False, highlight=False)


def print_acted(console: Console, env: str, acted: Acted) -> None:
    """What became of the plan in the environment."""
    if acted.surprise:
        told = f"{env} does otherwise at {acted.surprise}"
    elif acted.solved:
        told = f"{env} does as planned: solved, reward {acted.reward:g}"
    else:
        told = f"{env} does as planned, and is not solved by it"
    console.print(told, markup=False, highlight=False)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _pairs(state: State, plan: Plan) -> list[tuple[State, Any]]:
    """Each step with the state before it."""
    before = [state, *(step.next_state for step in plan.steps)]
    return list(zip(before, plan.steps, strict=False))


def _action(action: Action) -> Any:
    return {"name": action.name, "args": [thaw(arg) for arg in action.args]} if action.args else action.name
