"""Requests for tests, built as a search builds them: from what a real check of a real program gave."""

from collections.abc import Sequence
from typing import Any

from sandbox.data.records import Start, Transition, World
from synth_server.domain import Candidate
from synth_server.prompts.render import Prompts
from synth_server.providers.protocol import Defect, Request
from synth_server.verify.verifier import Verifier
from tests.verify.worlds import GOAL, STARTS, TRUE_PROGRAM, WORLD, good_data, state, walk

NO_COUNT = TRUE_PROGRAM.replace("agent.keys += 1", "print('taking', key)")
NO_END = TRUE_PROGRAM.replace("return 1.0, True", "return 1.0, False")
OTHER_GOAL = "leave empty-handed"
ONE_GOAL = TRUE_PROGRAM.replace(
    "    agent = next_state", f"    if goal != {GOAL!r}:\n        raise UnknownGoal(goal)\n    agent = next_state"
)
NO_GOAL = TRUE_PROGRAM.replace("    agent = next_state", "    raise UnknownGoal(goal)\n    agent = next_state")


async def ask(
    verifier: Verifier,
    source: str | None = None,
    defect: Defect | None = None,
    *,
    world: World = WORLD,
    rows: Sequence[Transition] = (),
    starts: Sequence[Start] = STARTS,
    **more: Any,
) -> Request:
    """A request about ``source``, evaluated on ``rows`` (the corridor's, where there are none)."""
    checker = await verifier.open(world, rows or good_data(), starts)
    try:
        evaluation = await checker.evaluate(source) if source is not None else None
    finally:
        await checker.close()
    parent = Candidate("c1", source, evaluation=evaluation) if source is not None else None
    fixed = {"index": 1, "seed": 0, "history": [parent] if parent else [], **more}
    return Request(checker.world, checker.visible, checker.starts, parent=parent, defect=defect, **fixed)


def told(prompts: Prompts, request: Request, budget: int = 12_000, copies: int = 0) -> str:
    """The turn of the user."""
    return prompts.render(request, budget, copies).messages[1].text


def two_goals() -> list[Transition]:
    """The corridor's rows, and some under another goal."""
    return [*good_data(), *walk(["right", "right", "take"], state(0, key_at=[2]), OTHER_GOAL)]
