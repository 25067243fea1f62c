"""The blocks of a prompt as text."""

import difflib
from collections.abc import Iterable, Sequence

from sandbox.data.records import Start, Success, World
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.bm25 import words
from synth_server.domain import Candidate, Evaluation, Misprediction
from synth_server.prompts.rows import Shown
from synth_server.prompts.scene import Focus, Scene, effect, tell_next
from synth_server.prompts.tokens import clip

_MOST_ACTIONS = 60
_MOST_GOALS = 30
_GOAL_TEXT = 500
_HIDDEN = frozenset({"policy_refused"})  # told as the error


def tell_example(
    row: Shown, number: int, scene: Scene, most_objects: int, misprediction: Misprediction | None = None
) -> str:
    """One transition: effect in words first, then the states; with what was predicted instead, if anything."""
    step = row.transition
    lines = [f"## {'Wrong' if misprediction else 'Transition'} {number}: {tell_action(step.action)}"]
    if step.goal:
        lines.append(f"Goal: {tell_goal(step.goal)}")
    if misprediction:
        lines += [f"Expected: {misprediction.expected}", f"Predicted: {misprediction.predicted}"]
    change = effect(step)
    if misprediction is None or change != misprediction.expected:
        lines.append(f"Effect: {change}")
    lines.append(f"Reward: {step.reward!r}, done: {step.done}")
    lines += ["State:", scene.tell(step.state, Focus.of(step), most_objects) or "(the background only)"]
    after = tell_next(step)
    lines += ["Next state: the same but for", clip(after, 2_000)] if after else ["Next state: the same"]
    return "\n".join(lines)


def tell_briefly(row: Shown) -> str:
    """One transition in a line."""
    step = row.transition
    return f"- {tell_action(step.action)}: {effect(step)}; reward {step.reward!r}, done {step.done}"


def tell_start(start: Start, scene: Scene, most_objects: int) -> str:
    """An initial state."""
    return scene.tell(start.state, Focus((), frozenset((start.goal, *words(start.goal)))), most_objects)


def tell_action(action: Action) -> str:
    """An action as a program sees it: ``move("up")``."""
    return clip(f"{action.name}({', '.join(map(repr, action.args))})" if action.args else action.name, 300)


def tell_goal(goal: str) -> str:
    """A goal in quotes."""
    return clip(repr(goal), _GOAL_TEXT)


def tell_goals(goals: Sequence[str]) -> str:
    """Goals, one a line."""
    lines = [f"- {tell_goal(goal)}" for goal in goals[:_MOST_GOALS] if goal]
    if len(goals) > _MOST_GOALS:
        lines.append(f"- and {len(goals) - _MOST_GOALS} more of them")
    return "\n".join(lines)


def tell_actions(world: World) -> str:
    """The action schemas, one a line."""
    lines = [_schema(schema) for schema in world.actions[:_MOST_ACTIONS]]
    if len(world.actions) > _MOST_ACTIONS:
        lines.append(f"- and {len(world.actions) - _MOST_ACTIONS} more")
    return "\n".join(lines) or "- as the transitions show"


def _schema(schema: ActionSchema) -> str:
    if not schema.args:
        return f"- {schema.name}"
    return f"- {schema.name} with {', '.join(_argument(i, a) for i, a in enumerate(schema.args))}"


def _argument(place: int, argument: Argument) -> str:
    if argument.type:
        return f"args[{place}] the {argument.attribute} of a {argument.type}"
    told = ", ".join(map(repr, argument.values[:12])) + (", ..." if len(argument.values) > 12 else "")
    return f"args[{place}] one of {told}"


def tell_success(success: Success) -> str:
    """The world's test of success."""
    ends = " and the episode ends with that step (done is True)" if success.needs_done else ""
    return f"a step pays a reward above {success.reward_above:g}{ends}"


def tell_findings(evaluation: Evaluation) -> str:
    """What was noticed about a program."""
    return "\n".join(f"- {finding.detail}" for finding in evaluation.findings if finding.kind not in _HIDDEN)


def tell_tried(parent: Candidate, children: Iterable[Candidate], most: int) -> str:
    """Repairs of the parent that did not help, the last ones first, as differences."""
    had = parent.evaluation.score if parent.evaluation else 0.0
    told: list[str] = []
    for child in reversed(list(children)):
        if len(told) < 2 and child.evaluation is not None and child.evaluation.score <= had:
            lines = difflib.unified_diff(parent.source.splitlines(), child.source.splitlines(), lineterm="", n=1)
            change = "\n".join(line for line in lines if not line.startswith(("---", "+++")))
            told.append(f"Score {child.evaluation.score:.3f} after {had:.3f}:\n```diff\n{clip(change, most)}\n```")
    return "\n".join(told)
