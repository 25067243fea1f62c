"""The next experiment: which actions lead to the step that teaches most, given a model and its rivals."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace

import grpc

from sandbox.contract import Explore, Explored, Inputs, OutcomeKind, Verdict, Why
from sandbox.data.records import Start
from sandbox.limits import Limits
from sandbox.runtime.actions import Action
from synth_server.domain import Candidate, ModelRecord
from synth_server.errors import ServiceError
from synth_server.providers.splice import normalised
from synth_server.store.protocol import Rows, Store
from synth_server.verify.sessions import failure
from synth_server.verify.verifier import Verifier

MOST_RIVALS = 6
MOST_CHECKED = 12  # programs, the newest, that are asked whether they still fit
MOST_TRIED = 20_000  # rows, the newest, that say what was done where
SECONDS = 30.0
_SYNTHESES = 5  # whose candidates are looked through
_REMEMBERED = 1000


@dataclass(frozen=True)
class Wanted:
    """What is asked: the way from ``start`` to an experiment, under a model (empty: the newest)."""

    world: str
    start: Start
    model: str = ""
    skip: frozenset[str] = frozenset()
    nodes: int = 5000


@dataclass(frozen=True)
class Experiment:
    """Actions of which the last one is worth trying, and why; none when there is nothing to find out within reach.

    ``rivals`` counts the other programs that fit and were asked, ``apart`` the outcomes that they and the model
    predict. ``model_fits`` says whether the model explains all rows that are stored by now.
    """

    model: str
    model_fits: bool
    verdict: Verdict
    actions: tuple[Action, ...] = ()
    why: Why | None = None
    reason: str = ""
    rivals: int = 0
    apart: int = 0
    nodes: int = 0
    error: str = ""


class Experiments:
    """Finds experiments. Programs run in the verifier's sandbox only."""

    def __init__(self, store: Store, verifier: Verifier) -> None:
        self._store = store
        self._verifier = verifier
        self._fits: OrderedDict[tuple[str, str], bool] = OrderedDict()  # by data and program

    async def next(self, wanted: Wanted, caller: Hashable) -> Experiment:
        """The next experiment.

        Raises:
            NotFoundError: there is no such world or model.
            ServiceError: the world has no model yet, or the model is of another world.
            SandboxUnavailableError: the sandbox is gone.
        """
        model = await self._model(wanted)
        rows, stats = await self._store.rows_after(wanted.world, 0), await self._store.stats(wanted.world)
        check = _Check(rows, stats.digest, caller)
        fits = await self._fit(model.source, model.evaluation.transitions, model.evaluation.fit, check, model)
        rivals = await self._rivals(model, check)
        task = Explore(
            0,
            wanted.nodes,
            wanted.skip,
            tuple(rivals),
            tuple((row.state.fingerprint(), row.action) for row in rows.transitions[-MOST_TRIED:]),
        )
        inputs = Inputs(states=(wanted.start.state,), starts=((0, wanted.start.goal),), schemas=model.actions)
        limits = replace(Limits(), wall_seconds=SECONDS, cpu_seconds=int(SECONDS) + 1)
        outcome = await self._verifier.run(inputs, task, model.source, limits, caller)
        found = outcome.value
        if outcome.kind is not OutcomeKind.OK or not isinstance(found, Explored):
            return Experiment(model.id, fits, Verdict.OPEN, rivals=len(rivals), error=failure(outcome))
        return Experiment(
            model.id,
            fits,
            found.verdict,
            found.actions,
            found.why,
            found.reason,
            len(rivals),
            found.apart,
            found.nodes,
            found.error or "",
        )

    async def _model(self, wanted: Wanted) -> ModelRecord:
        await self._store.world(wanted.world)
        if wanted.model:
            model = await self._store.model(wanted.model)
            if model.world != wanted.world:
                text = f"model: {model.id} is a model of {model.world!r}, not of {wanted.world!r}"
                raise ServiceError(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", text, field="model")
            return model
        models, _ = await self._store.models(1, "", wanted.world)
        if not models:
            text = f"the world {wanted.world!r} has no model yet; call Synthesize first"
            raise ServiceError(grpc.StatusCode.FAILED_PRECONDITION, "NO_MODEL", text)
        return models[0]

    async def _rivals(self, model: ModelRecord, check: "_Check") -> list[str]:
        """Other programs of the world that explain all rows as well, the newest first."""
        known = {normalised(model.source)}
        rivals: list[str] = []
        for candidate in (await self._programs(model))[:MOST_CHECKED]:
            if normalised(candidate.source) in known or candidate.evaluation is None:
                continue
            known.add(normalised(candidate.source))
            evaluation = candidate.evaluation
            if await self._fit(candidate.source, evaluation.transitions, evaluation.fit, check, model):
                rivals.append(candidate.source)
            if len(rivals) == MOST_RIVALS:
                break
        return rivals

    async def _programs(self, model: ModelRecord) -> list[Candidate]:
        """The candidates of the last syntheses that explained all rows that there were."""
        syntheses, _ = await self._store.syntheses(_SYNTHESES, "", model.world)
        found: list[Candidate] = []
        for synthesis in syntheses:
            candidates = await self._store.candidates(synthesis.id)
            found += [one for one in reversed(candidates) if one.evaluation is not None and one.evaluation.fit >= 1]
        return found

    async def _fit(self, source: str, transitions: int, fit: float, check: "_Check", model: ModelRecord) -> bool:
        """Whether a program explains all rows; it is run again only when it was checked on others."""
        if transitions == len(check.rows.transitions):
            return fit >= 1
        key = check.digest, source
        known = self._fits.get(key)
        if known is None:
            world = await self._store.world(model.world)
            found = await self._verifier.evaluate_program(
                world, check.rows.transitions, (), source, skip_optimism=True, caller=check.caller
            )
            known = self._fits[key] = found.fit >= 1
            if len(self._fits) > _REMEMBERED:
                self._fits.popitem(last=False)
        return known


@dataclass(frozen=True)
class _Check:
    """What programs have to explain, and for whom."""

    rows: Rows
    digest: str
    caller: Hashable


def sentence(experiment: Experiment) -> str:
    """Why the experiment is worth it, in one sentence."""
    match experiment.why:
        case Why.RIVALS:
            return f"{experiment.reason}."
        case Why.DOUBT:
            return f"The model guesses there: {experiment.reason}."
        case Why.UNSEEN:
            return f"Nothing is in doubt within reach; {experiment.reason}."
    if experiment.error:
        return f"The model fails: {experiment.error}."
    ended = "within reach" if experiment.verdict is Verdict.REFUTED else "within the budget"
    return f"There is nothing to find out {ended}."
