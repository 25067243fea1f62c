"""What one play has seen: the rows not yet submitted, what is distinct, and how often what was tried."""

from collections import Counter
from itertools import islice

from agent_client.sightings import Sightings
from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.sights import Sights
from sandbox.runtime.state import State

_MOST_STATES = 500  # that a search for what was never done is told of


class Experience:
    """Counts and buffers of a play. Counters only grow. ``stored`` rows were at the server before it."""

    def __init__(self, stored: int = 0) -> None:
        self.steps = 0
        self._stored = stored
        self.tried: Counter[Action] = Counter()
        self.idle: Counter[str] = Counter()  # by an action's name, how often it changed nothing
        self._tried_in: dict[State, Counter[Action]] = {}
        self._distinct: set[str] = set()
        self._changed = 0
        self._starts: set[str] = set()
        self._unsent: list[Transition] = []
        self._unsent_starts: list[Start] = []
        self._sightings = Sightings()

    @property
    def distinct(self) -> int:
        """Distinct transitions, those counted twice that were seen before this play and in it."""
        return self._stored + len(self._distinct)

    @property
    def changed(self) -> int:
        """Distinct transitions in which the state changed; those that were there before count as such."""
        return self._stored + self._changed

    def tried_in(self, state: State) -> Counter[Action]:
        """How often each action was tried in a state."""
        return self._tried_in.get(state, Counter())

    def pairs(self) -> list[tuple[State, Action]]:
        """Every state and action that were tried together, of the states that were met last."""
        last = islice(reversed(self._tried_in.items()), _MOST_STATES)
        return [(state, action) for state, actions in last for action in actions]

    def begin(self, start: Start) -> None:
        """An episode starts."""
        self._sightings.begin(start.state)
        digest = start.digest()
        if digest not in self._starts:
            self._starts.add(digest)
            self._unsent_starts.append(start)

    def add(self, transition: Transition) -> bool:
        """Takes a step in; True when it is one not seen before."""
        self.steps += 1
        self.tried[transition.action] += 1
        self.idle[transition.action.name] += transition.next_state == transition.state
        self._tried_in.setdefault(transition.state, Counter())[transition.action] += 1
        self._sightings.add(transition.state, transition.next_state)
        digest = transition.digest()
        if digest in self._distinct:
            return False
        self._distinct.add(digest)
        self._changed += transition.next_state != transition.state
        self._unsent.append(transition)
        return True

    def sights(self, state: State, goal: str) -> Sights:
        """What was met so far, as seen from a state."""
        return self._sightings.of(state, goal)

    def unsent(self) -> tuple[list[Transition], list[Start]]:
        """The distinct rows and starts that the server does not have yet."""
        return list(self._unsent), list(self._unsent_starts)

    def sent(self, transitions: int, starts: int) -> None:
        """The first so many of :meth:`unsent` have reached the server."""
        del self._unsent[:transitions]
        del self._unsent_starts[:starts]
