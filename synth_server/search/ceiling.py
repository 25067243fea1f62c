"""What no program can do: explain rows that contradict each other. A search that is there need not go on."""

import asyncio

from sandbox.data.doctor import Remark, examine, explainable
from synth_server.domain import Evaluation
from synth_server.search.types import Judge


class Ceiling:
    """How many of the visible rows any program can explain; worked out when first asked for."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._most: int | None = None

    def forget(self) -> None:
        """The rows have grown."""
        self._most = None

    async def reached(self, evaluation: Evaluation | None) -> str:
        """Why a search need not go on after this evaluation; empty where the rows do not contradict themselves."""
        rows, most = self._judge.visible, await self._explainable()
        if evaluation is None or most == len(rows) or evaluation.fit * len(rows) < most - 0.5:
            return ""
        return f"contradictory: no program can explain more than {most} of {len(rows)} transitions"

    async def problems(self) -> tuple[Remark, ...]:
        """What of the visible rows no program can explain, in words; the report is made only where there is any."""
        judge = self._judge
        if await self._explainable() == len(judge.visible):
            return ()
        report = await asyncio.to_thread(examine, judge.visible, judge.starts, judge.world.actions, repeats=False)
        return report.problems

    async def _explainable(self) -> int:
        if self._most is None:
            self._most = await asyncio.to_thread(explainable, self._judge.visible)
        return self._most
