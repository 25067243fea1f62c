"""What each kind of prompt is filled with."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sandbox.data.records import Start, Transition
from sandbox.runtime.state import State
from synth_server.domain import Candidate, Evaluation
from synth_server.prompts import telling
from synth_server.prompts.detail import Detail
from synth_server.prompts.failures import NEXT_STATE, REWARD, Failure, correct, failures
from synth_server.prompts.kinds import Kind, goals, known_goals, unknown_goals
from synth_server.prompts.rows import Shown, by_information, sample
from synth_server.prompts.scene import Focus, Scene, kinds_of_objects
from synth_server.prompts.similar import most_similar
from synth_server.prompts.tokens import clip
from synth_server.providers.protocol import Defect, Request

_SIMILAR = 3
_STATES_FOR_KINDS = 60


@dataclass
class Chosen:
    """The rows, goal and start that a prompt is about; how much of each is told is decided later."""

    kind: Kind
    examples: list[Shown] = field(default_factory=list)
    wrong: list[Failure] = field(default_factory=list)
    right: bool = False  # whether the examples are known to be predicted right
    goal: str | None = None
    others: list[str] = field(default_factory=list)
    similar: list[tuple[str, list[Shown]]] = field(default_factory=list)
    start: Start | None = None
    path: str = ""


def choose(request: Request, kind: Kind, copies: int, read: Callable[[Transition], Shown]) -> Chosen:
    """What a prompt is about. Drawn by the request's seed, index and attempt, and the number of verbatim copies."""
    draw = random.Random(f"{request.seed}:{request.index}:{request.attempt}:{copies}")  # noqa: S311
    rows = [read(row) for row in sample(request.transitions, draw)]
    match kind:
        case Kind.REPAIR_TRANSITION | Kind.REPAIR_REWARD:
            return _repair(request, kind, rows, read, draw)
        case Kind.REWARD | Kind.GOAL:
            return _goal(request, kind, copies, rows, draw)
        case Kind.PLAN:
            return _plan(request, copies, rows, draw)
    return Chosen(kind, by_information(rows, draw))


def _repair(
    request: Request, kind: Kind, rows: Sequence[Shown], read: Callable[[Transition], Shown], draw: random.Random
) -> Chosen:
    parts = REWARD if kind is Kind.REPAIR_REWARD else NEXT_STATE
    evaluation = request.parent.evaluation if request.parent else None
    wrong = failures(evaluation, parts, request.transitions, read, draw)
    turn = request.attempt % len(wrong) if wrong else 0
    wrong = wrong[turn:] + wrong[:turn]  # another one first each time
    right = correct(evaluation, parts, request.transitions, read)
    failing = {failure.row.digest for failure in wrong}
    pool = right or [row for row in rows if row.digest not in failing]
    about = {failure.row.transition.action.name for failure in wrong[:2]}
    examples = by_information(pool, draw)
    examples.sort(key=lambda row: row.transition.action.name not in about)  # near misses teach most
    return Chosen(kind, _interleaved(examples, about), wrong, bool(right))


def _interleaved(examples: Sequence[Shown], about: frozenset[str] | set[str]) -> list[Shown]:
    """Rows of the actions in question and others by turns, so that a short list holds both."""
    near = [row for row in examples if row.transition.action.name in about]
    far = [row for row in examples if row.transition.action.name not in about]
    mixed: list[Shown] = []
    while near or far:
        mixed += near[:2] + far[:1]
        near, far = near[2:], far[1:]
    return mixed


def _goal(request: Request, kind: Kind, copies: int, rows: Sequence[Shown], draw: random.Random) -> Chosen:
    missing = unknown_goals(request) or goals(request) or [""]
    goal = missing[(request.attempt + copies) % len(missing)]
    similar = most_similar(goal, known_goals(request), _SIMILAR) if kind is Kind.GOAL else []
    return Chosen(
        kind,
        by_information([row for row in rows if row.transition.goal == goal], draw),
        goal=goal,
        others=[other for other in missing if other != goal],
        similar=[(other, by_information([r for r in rows if r.transition.goal == other], draw)) for other in similar],
        start=next((start for start in request.starts if start.goal == goal), None),
    )


def _plan(request: Request, copies: int, rows: Sequence[Shown], draw: random.Random) -> Chosen:
    evaluation = request.parent.evaluation if request.parent else None
    refuted = list(evaluation.refuted) if evaluation else []
    refuted = [start for start in refuted if start.blocking] or refuted
    examples = by_information(rows, draw)
    if not refuted:
        start = request.starts[0] if request.starts else None
        return Chosen(Kind.PLAN, examples, goal=start.goal if start else "", start=start)
    one = refuted[(request.attempt + copies) % len(refuted)]
    start = next((s for s in request.starts if s.goal == one.goal and s.digest() == one.start), None)
    return Chosen(Kind.PLAN, examples, goal=one.goal, start=start, path=one.path)


def texts(request: Request, chosen: Chosen, detail: Detail, *, fresh: bool, own_source: str) -> dict[str, str]:
    """The texts of the templates, as far as ``detail`` goes. ``own_source`` is the program to be shown."""
    parent = request.parent
    wrong, examples = chosen.wrong[: detail.failures], chosen.examples[: _how_many(chosen, detail)]
    scene, focus = _scene(chosen, wrong, examples)
    most, short = detail.text, min(2_000, detail.text // 3)
    out = {
        **_world(request, detail),
        "background": clip(scene.tell_background(focus, detail.background), most),
        "examples": _numbered(examples, scene, detail, 1),
        "source": clip(own_source.strip(), most),
        "whole": "`transition`, with the helpers that it needs,",
    }
    if chosen.goal is not None:
        out["goal"] = telling.tell_goal(chosen.goal)
        out["other_goals"] = clip(telling.tell_goals(chosen.others), short)
        out["similar"] = clip(_similar(chosen), most)
    if chosen.start is not None:
        out["start"] = clip(telling.tell_start(chosen.start, scene, detail.objects), most)
    if parent is None:
        return out
    if chosen.path:
        out["path"] = clip(chosen.path, min(4_000, most))
    out["failures"] = "\n\n".join(
        telling.tell_example(failure.row, number, scene, detail.objects, failure.misprediction)
        for number, failure in enumerate(wrong, 1)
    )
    if not fresh:
        children = [candidate for candidate in request.history if candidate.parent == parent.id]
        out["tried"] = telling.tell_tried(parent, children, min(1_200, short))
    return out | _verdict(request, parent, chosen, len(wrong), short)


def _how_many(chosen: Chosen, detail: Detail) -> int:
    """Examples to show: half as many where failures are shown too."""
    return detail.examples if not chosen.wrong else max(1, detail.examples // 2)


def _world(request: Request, detail: Detail) -> dict[str, str]:
    world, short = request.world, min(4_000, detail.text // 2)
    rows = request.transitions
    step = max(1, len(rows) // _STATES_FOR_KINDS)
    states = [state for row in rows[::step] for state in (row.state, row.next_state)]
    states += [start.state for start in request.starts[:8]]
    return {
        "world": clip(world.name, 200),
        "description": clip(world.description.strip(), short),
        "actions": clip(telling.tell_actions(world), short),
        "success": telling.tell_success(world.success),
        "objects": clip(kinds_of_objects(states), short),
        "goals": clip(telling.tell_goals(goals(request)), short),
    }


def _verdict(request: Request, parent: Candidate, chosen: Chosen, shown: int, short: int) -> dict[str, str]:
    """What is known of the parent besides the rows."""
    evaluation = parent.evaluation
    if evaluation is None:
        return {}
    out = {"error": clip(evaluation.error, short), "findings": clip(telling.tell_findings(evaluation), short)}
    if evaluation.transitions == len(request.transitions):  # else it may have been printed on rows that are held back
        out["stdout"] = clip(evaluation.stdout, short)
    if request.defect is Defect.ERROR or (evaluation.error and not chosen.wrong):
        out["whole"] = "the whole program"
    number = _number_wrong(evaluation, chosen.kind)
    if shown and number > shown:
        out["how_many_wrong"] = f" ({shown} of {number}; there are {evaluation.transitions} in all)"
    return out


def _number_wrong(evaluation: Evaluation, kind: Kind) -> int:
    fit = evaluation.next_state_fit
    if kind is Kind.REPAIR_REWARD:
        fit = min(evaluation.reward_fit, evaluation.done_fit)
    return round((1 - fit) * evaluation.transitions)


def _scene(chosen: Chosen, wrong: Iterable[Failure], examples: Iterable[Shown]) -> tuple[Scene, Focus]:
    """The states that are told, and what all of them are about."""
    rows = [*(failure.row.transition for failure in wrong), *(row.transition for row in examples)]
    states: list[State] = [state for row in rows for state in (row.state, row.next_state)]
    if chosen.start is not None:
        states.append(chosen.start.state)
    about = [Focus.of(row) for row in rows]
    changed = [obj for focus in about for obj in focus.changed][:40]
    named = frozenset[str]().union(*(focus.named for focus in about))
    return Scene.of(states) if len(states) > 2 else Scene(), Focus(changed, named)


def _numbered(rows: Sequence[Shown], scene: Scene, detail: Detail, first: int) -> str:
    told = (telling.tell_example(row, i, scene, detail.objects) for i, row in enumerate(rows, first))
    return "\n\n".join(told)


def _similar(chosen: Chosen) -> str:
    blocks = []
    for goal, rows in chosen.similar:
        told = [telling.tell_briefly(row) for row in rows[:3]] or ["- no transition was observed under it"]
        blocks.append("\n".join([f"Goal {telling.tell_goal(goal)}:", *told]))
    return "\n".join(blocks)
