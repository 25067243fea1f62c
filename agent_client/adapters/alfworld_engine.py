"""TextWorld's PDDL engine without its prose: commands, facts and goal of a game."""

import re
import sys
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

import fast_downward
from alfworld.agents.utils.misc import Demangler
from textworld.envs.pddl.logic import GameLogic, PddlState

from agent_client.adapters.alfworld_games import Game
from sandbox.runtime.actions import Action, ActionSchema, Argument

_PLACEHOLDER = re.compile(r"\{(\w+)")
NAMED = {"agent": "Agent", "location": "Location", "object": "Thing", "receptacle": "Receptacle"}


class Fact(NamedTuple):
    """A relation of the engine that holds, with its arguments as commands call them."""

    name: str
    args: tuple[str, ...]


class _Template(NamedTuple):
    """How an action of the domain is said: its name, and which of its parameters are its arguments."""

    name: str
    places: tuple[int, ...]
    types: tuple[str, ...]


class Engine:
    """A game, loaded into a copy of the engine's library. Loading takes about a second, starting again milliseconds.

    Raises:
        ValueError: the engine refuses the game.
    """

    def __init__(self, library: Any, game: Game) -> None:
        self._library = library
        logic = GameLogic(domain=game.domain, grammar=game.grammar)
        argv = sys.argv
        try:
            loaded = PddlState(library, game.problem, logic)
        except SystemExit:
            raise ValueError(f"the engine refuses the game {game.name}") from None
        finally:
            sys.argv = argv  # the translator leaves its own there
        self._sas = loaded.sas.encode()
        entities = {arg.name: arg.type for fact in loaded.facts for arg in fact.arguments}
        names = Demangler(game_infos={name: SimpleNamespace(id=name) for name in entities})
        self._names = {name: names.demangle_alfred_name(name).strip() for name in entities}
        self.types: Mapping[str, str] = {self._names[name]: kind for name, kind in entities.items()}
        self._templates = _templates(logic, loaded.task.actions)
        self._actions: dict[str, Action] = {}
        self._facts: dict[str, Fact | None] = {}
        self._initial = frozenset(
            Fact(fact.name, tuple(self._names[arg.name] for arg in fact.arguments))
            for fact in loaded.facts
            if not fact.name.startswith(("not_", "new-axiom"))
        )
        self._offered: dict[Action, Any] = {}

    @property
    def schemas(self) -> tuple[ActionSchema, ...]:
        """The domain's actions, as they are said."""
        return tuple(
            ActionSchema(t.name, tuple(Argument(type=NAMED[kind], attribute="name") for kind in t.types))
            for t in self._templates.values()
        )

    def begin(self) -> frozenset[Fact]:
        """Starts the game (again) and returns the facts that hold."""
        self._library.load_sas(self._sas)
        self._offer()
        return self._initial

    def available(self) -> tuple[Action, ...]:
        """What applies now; in the order of their texts."""
        return tuple(sorted(self._offered, key=str))

    def apply(self, action: Action) -> list[tuple[Fact, bool]]:
        """Does what applies: the facts that it sets, and whether they hold then. Any other action changes nothing.

        Of a fact that is set twice the last counts, as in the text environment.
        """
        operator = self._offered.get(action)
        if operator is None:
            return []
        effects = (fast_downward.Atom * operator.nb_effect_atoms)()
        self._library.apply_operator(operator.id, effects)
        self._offer()
        texts = [effect.name for effect in effects]
        told = [(self._fact(text), not text.startswith("NegatedAtom")) for text in texts]
        return [(fact, holds) for fact, holds in told if fact is not None]

    def won(self) -> bool:
        """Whether the goal holds."""
        return bool(self._library.check_goal())

    def _offer(self) -> None:
        """Of operators that are said alike, the first is meant, as in the text environment."""
        operators = (fast_downward.Operator * self._library.get_applicable_operators_count())()
        self._library.get_applicable_operators(operators)
        self._offered = {}
        for operator in operators:
            self._offered.setdefault(self._action(operator.name), operator)

    def _action(self, text: str) -> Action:
        action = self._actions.get(text)
        if action is None:
            name, *args = text.split()
            template = self._templates[name]
            action = Action(template.name, [self._names[args[place]] for place in template.places])
            self._actions[text] = action
        return action

    def _fact(self, text: str) -> Fact | None:
        """The fact of an atom such as ``Atom opened(fridge_1)``; none where it is the engine's own."""
        if text not in self._facts:
            name, _, args = text.partition(" ")[2].partition("(")
            known = [arg for arg in args[:-1].split(", ") if arg]
            own = name.startswith("new-axiom")
            self._facts[text] = None if own else Fact(name, tuple(self._names[arg] for arg in known))
        return self._facts[text]


def _templates(logic: Any, actions: Any) -> dict[str, _Template]:
    """Actions are called by the verbs of their commands; where two share one, by the type of their argument too."""
    out: dict[str, _Template] = {}
    for action in sorted(actions, key=lambda action: str(action.name)):
        text = logic.actions[action.name].template
        parameters = [p.name.strip("?") for p in action.parameters]
        places = tuple(parameters.index(name) for name in _PLACEHOLDER.findall(text))
        types = tuple(action.parameters[place].type_name for place in places)
        out[action.name] = _Template(text.split()[0], places, types)
    verbs = [template.name for template in out.values()]
    return {
        name: t._replace(name=f"{t.name} {NAMED[t.types[0]].lower()}") if verbs.count(t.name) > 1 else t
        for name, t in out.items()
    }
