"""A stream of batches to records, believing nothing."""

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from worldsmith.v1 import data_pb2 as pb

from sandbox.data._encode import MAX_BATCH_OBJECTS, MAX_STATE_OBJECTS
from sandbox.data._messages import WireError, action_from_proto, number, object_from_proto, text
from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State, digest, objects_of

T = TypeVar("T")
_FEW = 16  # changes up to which a state is made from its base by changing a copy
_ABSENT = "names an object that the base state does not hold"


class BatchDecoder:
    """Decodes the batches of one stream, in their order.

    The tables of what was told before grow with the stream. After an error the decoder is not to be used again.
    """

    def __init__(self) -> None:
        self._objects: list[Object] = []
        self._states: list[State] = []
        self._actions: list[Action] = []
        self._goals: list[str] = []

    def decode(self, batch: pb.TransitionBatch, field: str = "batch") -> tuple[list[Transition], list[Start]]:
        """The transitions and starts of the next batch; states share the objects that did not change.

        Raises:
            WireError: the batch breaks the contract; ``field`` is a path such as
                ``batch.transitions[3].next_state``.
        """
        for i, message in enumerate(batch.objects):
            obj = object_from_proto(message, f"{field}.objects[{i}]")
            digest(obj)  # known from here on to all that share it
            self._objects.append(obj)
        unfolded = 0
        for i, delta in enumerate(batch.states):
            state = self._state(delta, f"{field}.states[{i}]")
            unfolded += len(state)
            if unfolded > MAX_BATCH_OBJECTS:
                raise WireError(f"{field}.states[{i}]", f"a batch's states have at most {MAX_BATCH_OBJECTS} objects")
            self._states.append(state)
        for i, action in enumerate(batch.actions):
            self._actions.append(action_from_proto(action, f"{field}.actions[{i}]"))
        for i, goal in enumerate(batch.goals):
            self._goals.append(text(goal, f"{field}.goals[{i}]"))
        transitions = [self._transition(t, f"{field}.transitions[{i}]") for i, t in enumerate(batch.transitions)]
        starts = [self._start(s, f"{field}.starts[{i}]") for i, s in enumerate(batch.starts)]
        return transitions, starts

    def _state(self, delta: pb.StateDelta, field: str) -> State:
        base = _pick(self._states, delta.base, f"{field}.base") if delta.base else State()
        added = [_pick(self._objects, n, f"{field}.added[{i}]") for i, n in enumerate(delta.added)]
        removed = [_pick(self._objects, n, f"{field}.removed[{i}]") for i, n in enumerate(delta.removed)]
        if len(base) + len(added) > MAX_STATE_OBJECTS:
            raise WireError(field, f"a state has at most {MAX_STATE_OBJECTS} objects")
        if len(removed) + len(added) > _FEW:
            return State([*_without(objects_of(base), removed, f"{field}.removed"), *added])
        state = base.copy()  # shares what its base knows about itself
        for i, obj in enumerate(removed):
            try:
                state.remove(obj)
            except KeyError:
                raise WireError(f"{field}.removed[{i}]", _ABSENT) from None
        for obj in added:
            state.add(obj)
        state.release()
        return state

    def _transition(self, message: pb.Transition, field: str) -> Transition:
        if message.done and message.truncated:
            raise WireError(f"{field}.truncated", "a step that ended the episode was not truncated")
        if message.available and not message.has_available:
            raise WireError(f"{field}.available", "is told without has_available")
        if message.step < 0:
            raise WireError(f"{field}.step", "must not be negative")
        available = [_pick(self._actions, n, f"{field}.available[{i}]") for i, n in enumerate(message.available)]
        return Transition(
            state=_pick(self._states, message.state, f"{field}.state"),
            action=_pick(self._actions, message.action, f"{field}.action"),
            reward=number(message.reward, f"{field}.reward"),
            next_state=_pick(self._states, message.next_state, f"{field}.next_state"),
            goal=self._goal(message.goal, f"{field}.goal"),
            done=message.done,
            truncated=message.truncated,
            episode=text(message.episode, f"{field}.episode"),
            step=message.step if message.HasField("step") else None,
            available=tuple(available) if message.has_available else None,
        )

    def _start(self, message: pb.Start, field: str) -> Start:
        return Start(_pick(self._states, message.state, f"{field}.state"), self._goal(message.goal, f"{field}.goal"))

    def _goal(self, index: int, field: str) -> str:
        return _pick(self._goals, index, field) if index else ""


def _pick(table: Sequence[T], index: int, field: str) -> T:
    """What ``index``, counted from 1, stands for."""
    if not 1 <= index <= len(table):
        told = f"only 1 to {len(table)} were told" if table else "none was told"
        raise WireError(field, f"there is no number {index}; {told} so far")
    return table[index - 1]


def _without(items: list[Object], removed: list[Object], field: str) -> list[Object]:
    """``items`` less ``removed``, as multisets."""
    gone = Counter(map(digest, removed))
    kept = []
    for obj in items:
        if gone.get(digest(obj)):
            gone[digest(obj)] -= 1
        else:
            kept.append(obj)
    if any(gone.values()):
        raise WireError(field, _ABSENT)
    return kept
