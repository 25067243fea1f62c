"""A synthetic family of searches: programs with planted defects, which refinements remove or add.

A program is right when it has none of eight defects; its score is the share that it does not have. A refinement
removes one with the program's own probability, and adds one with probability 0.15; when it does neither it gives the
program back as it was. A program's probability is drawn when it is written. Everything comes from the seed and the
number of the request, so that strategies meet the same luck.
"""

import asyncio
import json
from collections.abc import Iterable, Sequence
from random import Random

from sandbox.data.records import Start, Transition, World
from synth_server.domain import Candidate, Evaluation, Optimism, Status, Usage
from synth_server.providers.protocol import Proposal, Request
from synth_server.verify.checker import FullCheck
from synth_server.verify.rows import Row

DEFECTS = 8
BREAKS = 0.15
_WORLD = World("planted")


class Planted:
    """The provider: writes programs with all defects, and refines as the family says.

    With ``shuffled`` replies to requests that are under way together come in a random order.
    """

    spec = "planted"

    def __init__(self, rates: Sequence[float], seed: int, *, shuffled: bool = False) -> None:
        self._rates = tuple(rates)
        self._seed = seed
        self._shuffled = shuffled

    async def propose(self, request: Request) -> Proposal:
        """A program; it costs one call."""
        random = Random(f"{self._seed}/{request.index}")
        if self._shuffled:
            for _ in range(random.randrange(16)):
                await asyncio.sleep(0)
        return Proposal(self._source(request.parent, random), Usage(calls=1))

    async def close(self) -> None:
        """Nothing runs."""

    def _source(self, parent: Candidate | None, random: Random) -> str:
        left = list(range(DEFECTS))
        if parent is not None:
            before, rate = read(parent.source)
            left = list(before)
            if random.random() < rate:
                left.remove(random.choice(left))
            whole = [defect for defect in range(DEFECTS) if defect not in before]
            if whole and random.random() < BREAKS:
                left.append(random.choice(whole))
            if sorted(left) == before:
                return parent.source
        return f"LEFT = {sorted(left)}\nRATE = {random.choice(self._rates)}\nNUMBER = {random.random()}\n"


class PlantedJudge:
    """Evaluates such programs."""

    world = _WORLD
    visible: Sequence[Transition] = ()
    starts: Sequence[Start] = ()
    held_back = 0
    transitions = 0

    def data_digest(self) -> str:
        """There are no data."""
        return ""

    async def warm(self) -> None:
        """Nothing to open."""

    async def evaluate(self, source: str, deadline: float | None = None) -> Evaluation:
        """The share of defects that the program does not have."""
        left = len(read(source)[0])
        status = Status.PARTIAL if left else Status.VERIFIED
        score = 1 - left / DEFECTS
        return Evaluation(status, score, score, 1.0, 1.0, None, 0, 0.0, Optimism(), 0, "none", 0.0, score=score)

    async def evaluate_all(self, source: str, deadline: float | None = None) -> FullCheck:
        """The same."""
        return FullCheck(await self.evaluate(source))

    def take(self, transitions: Iterable[Transition], starts: Iterable[Start]) -> None:
        """Nothing comes."""

    async def release(self, missed: Sequence[Row] = ()) -> None:
        """Nothing is held back."""


def read(source: str) -> tuple[list[int], float]:
    """The defects of a program, and how likely its refinements remove one."""
    values = dict(line.split(" = ") for line in source.splitlines())
    return json.loads(values["LEFT"]), float(values["RATE"])
