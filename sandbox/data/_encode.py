"""Records to a stream of batches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from google.protobuf.message import Message
from worldsmith.v1 import data_pb2 as pb

from sandbox.data._messages import WireError, action_to_proto, name, number, object_to_proto, text
from sandbox.data.records import Start, Transition, action_to_plain
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State, difference, digest, objects_of
from sandbox.runtime.values import INT_MAX, canonical

MAX_BATCH_BYTES = 1024 * 1024
_SLACK = 8 * 1024  # for the request around a batch
_FRAME = 6  # tag and length of one item of a batch, at most
MAX_STATE_OBJECTS = 100_000
# Objects in all states of a batch, repeats included: what a receiver needs to unfold it is bounded too.
MAX_BATCH_OBJECTS = 8_000_000
_CLOSE = 4  # a difference this small is taken without looking for a smaller one


def encode_batches(
    transitions: Iterable[Transition], starts: Iterable[Start] = (), max_bytes: int = MAX_BATCH_BYTES - _SLACK
) -> Iterator[pb.TransitionBatch]:
    """The records as a stream of batches of at most ``max_bytes`` bytes each; nothing for no records.

    Objects, states, actions and goals are told once over the whole stream, states as their difference from an
    earlier one.

    Raises:
        WireError: a record cannot be told, or one item alone is larger than a batch; ``field`` is a path such as
            ``transitions[3].reward``.
    """
    encoder = _Encoder(max_bytes)
    for i, transition in enumerate(transitions):
        encoder.add_transition(transition, f"transitions[{i}]")
        yield from encoder.full()
    for i, start in enumerate(starts):
        encoder.add_start(start, f"starts[{i}]")
        yield from encoder.full()
    yield from encoder.rest()


@dataclass
class _Encoder:
    max_bytes: int
    objects: dict[int, int] = field(default_factory=dict)
    states: dict[tuple[int, ...], int] = field(default_factory=dict)
    actions: dict[str, int] = field(default_factory=dict)
    goals: dict[str, int] = field(default_factory=dict)
    batch: pb.TransitionBatch = field(default_factory=pb.TransitionBatch)
    size: int = 0
    unfolded: int = 0
    ready: list[pb.TransitionBatch] = field(default_factory=list)
    bases: list[State] = field(default_factory=list)  # where differences are taken from: the first state, the last

    def full(self) -> Iterator[pb.TransitionBatch]:
        yield from self.ready
        self.ready = []

    def rest(self) -> Iterator[pb.TransitionBatch]:
        if self.size:
            self._close()
        yield from self.full()

    def add_transition(self, t: Transition, where: str) -> None:
        if t.done and t.truncated:
            raise WireError(f"{where}.truncated", "a step that ended the episode was not truncated")
        if t.step is not None and not 0 <= t.step <= INT_MAX:
            raise WireError(f"{where}.step", "must be between 0 and 2**63 - 1")
        state = self._state(t.state, f"{where}.state")
        message = pb.Transition(
            state=state,
            action=self._action(t.action, f"{where}.action"),
            next_state=self._state(t.next_state, f"{where}.next_state", t.state),
            reward=number(float(t.reward), f"{where}.reward"),
            done=t.done,
            truncated=t.truncated,
            goal=self._goal(t.goal, f"{where}.goal"),
            episode=text(t.episode, f"{where}.episode"),
            step=t.step,
        )
        if t.available is not None:
            message.has_available = True
            message.available.extend(self._action(a, f"{where}.available[{i}]") for i, a in enumerate(t.available))
        self._room(message, where)
        self.batch.transitions.append(message)

    def add_start(self, start: Start, where: str) -> None:
        message = pb.Start(state=self._state(start.state, f"{where}.state"), goal=self._goal(start.goal, where))
        self._room(message, where)
        self.batch.starts.append(message)

    def _state(self, state: State, where: str, near: State | None = None) -> int:
        known = self.states.get(state.key())
        if known is not None:
            return known
        if len(state) > MAX_STATE_OBJECTS:
            raise WireError(where, f"a state has at most {MAX_STATE_OBJECTS} objects")
        base, removed, added = self._difference(state, near)
        message = pb.StateDelta(base=base)
        message.removed.extend(self._object(obj, where) for obj in removed)
        message.added.extend(self._object(obj, where) for obj in added)
        self._room(message, where, len(state))
        self.batch.states.append(message)
        number = self.states[state.key()] = len(self.states) + 1
        self.bases = [self.bases[0] if self.bases else state.copy(), state.copy()]
        return number

    def _difference(self, state: State, near: State | None) -> tuple[int, list[Object], list[Object]]:
        best: tuple[int, list[Object], list[Object]] = (0, [], objects_of(state))
        for base in ([] if near is None else [near]) + self.bases[::-1]:
            removed, added = difference(base, state)
            if len(removed) + len(added) < len(best[1]) + len(best[2]):
                best = (self.states[base.key()], removed, added)
            if len(best[1]) + len(best[2]) <= _CLOSE:
                break
        return best

    def _object(self, obj: Object, where: str) -> int:
        known = self.objects.get(digest(obj))
        if known is None:
            message = object_to_proto(obj, where)
            self._room(message, where)
            self.batch.objects.append(message)
            known = self.objects[digest(obj)] = len(self.objects) + 1
        return known

    def _action(self, action: Action, where: str) -> int:
        key = canonical(action_to_plain(action))
        known = self.actions.get(key)
        if known is None:
            message = action_to_proto(action, where)
            self._room(message, where)
            self.batch.actions.append(message)
            known = self.actions[key] = len(self.actions) + 1
        return known

    def _goal(self, goal: str, where: str) -> int:
        if not goal:
            return 0
        known = self.goals.get(goal)
        if known is None:
            self._room(name(goal, where).encode(), where)
            self.batch.goals.append(goal)
            known = self.goals[goal] = len(self.goals) + 1
        return known

    def _room(self, item: Message | bytes, where: str, unfolded: int = 0) -> None:
        """Makes room for an item, closing the batch when it would not fit."""
        size = (len(item) if isinstance(item, bytes) else item.ByteSize()) + _FRAME
        if size > self.max_bytes:
            raise WireError(where, f"{size} bytes do not fit into a batch of {self.max_bytes}")
        if self.size + size > self.max_bytes or self.unfolded + unfolded > MAX_BATCH_OBJECTS:
            self._close()
        self.size += size
        self.unfolded += unfolded

    def _close(self) -> None:
        self.ready.append(self.batch)
        self.batch = pb.TransitionBatch()
        self.size = self.unfolded = 0
