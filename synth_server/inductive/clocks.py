"""What changes by itself: attributes that change alike whatever the action is."""

from collections import Counter
from collections.abc import Sequence

from sandbox.runtime.values import Value, same
from synth_server.inductive.scene import Step

LEAST_ROWS = 5  # of an action, before it says anything
LEAST_ACTIONS = 3
OFTEN = 0.2  # the share of an action's rows in which there is the change
MOST = 0.8  # the share of the actions that it takes


def runs_by_itself(steps: Sequence[Step]) -> bool:
    """Whether some attribute changes by the same amount, or to the same value, under nearly all actions."""
    rows = Counter(step.action.name for step in steps)
    actions = [name for name, count in rows.items() if count >= LEAST_ROWS]
    seen: dict[tuple[str, str], dict[str, Counter[Value]]] = {}
    for step in steps:
        changes: set[tuple[str, str, Value]] = set()
        for old, new in step.pairs:
            if new is not None and new is not old:
                for name, value in new.attrs.items():
                    if name in old.attrs and not same(old.attrs[name], value):
                        changes.add((old.type, name, _change(old.attrs[name], value)))
        for kind, name, change in changes:
            seen.setdefault((kind, name), {}).setdefault(step.action.name, Counter())[change] += 1
    for by_action in seen.values():
        usual: Counter[Value] = Counter()
        for name in actions:
            for change, count in by_action.get(name, Counter[Value]()).most_common(1):
                usual[change] += count >= OFTEN * rows[name]
        alike = max(usual.values(), default=0)
        if len(actions) >= LEAST_ACTIONS and alike >= MOST * len(actions):
            return True
    return False


def _change(old: Value, new: Value) -> Value:
    return new - old if type(old) is int and type(new) is int else new
