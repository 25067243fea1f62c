"""ALFWorld: household tasks in words, by TextWorld's PDDL engine, told in objects."""

import textwrap
from collections import OrderedDict

import fast_downward
from PIL import Image

from agent_client.adapters.alfworld_engine import Engine
from agent_client.adapters.alfworld_games import Game, Games, find
from agent_client.adapters.alfworld_scene import Scene
from agent_client.adapters.base import Adapter, StepResult
from agent_client.adapters.sketch import LINES, WIDTH
from agent_client.render import draw
from sandbox.data.records import World
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State

_DESCRIPTION = (
    "A room with receptacles and things, each called by its name. The agent stands at a location and may hold one "
    "thing. CanContain tells which kinds of receptacles take which kinds of things."
)
_LIMIT = 50  # steps of an episode
_KEPT = 16  # games that stay loaded


def make(name: str) -> Adapter:
    """The environment of games that :func:`agent_client.adapters.alfworld_games.find` knows by this name.

    Raises:
        ValueError: there are no such games, or the first cannot be told in objects.
    """
    return AlfworldAdapter(name, find(name))


class AlfworldAdapter:
    """ALFWorld games, chosen by the seed; all are one world. An action that does not apply changes nothing."""

    def __init__(self, name: str, games: Games) -> None:
        self.name = f"alfworld:{name}"
        self._games = games
        self._library = fast_downward.load_lib()
        self._loaded: OrderedDict[Game, Engine] = OrderedDict()
        self._begin(games.of(0))
        self.world = World("alfworld", _DESCRIPTION, self._engine.schemas)
        self._names = {schema.name for schema in self.world.actions}

    def reset(self, seed: int) -> tuple[State, str]:
        """Begins the game that this seed chooses."""
        game = self._games.of(seed)
        self._begin(game)
        return self._scene.state, game.task

    def step(self, action: Action) -> StepResult:
        """Acts.

        Raises:
            ValueError: ALFWorld has no action of this name.
        """
        if action.name not in self._names:
            raise ValueError(f"ALFWorld has no action {action}; it has {', '.join(sorted(self._names))}")
        state = self._scene.change(self._engine.apply(action))
        self._steps += 1
        done = self._engine.won()
        return StepResult(state, float(done), done, self._steps >= _LIMIT and not done)

    def available(self) -> tuple[Action, ...]:
        """The actions that apply now."""
        return self._engine.available()

    def picture(self) -> str:
        """The task, where the agent is, and what is near."""
        return "\n".join(line.ljust(WIDTH) for line in self._lines())

    def frame(self) -> Image.Image:
        """The same as a picture."""
        return draw(self.picture())

    def close(self) -> None:
        """Lets go of the game; the library stays loaded, for a process that unloaded it crashes when it ends."""
        self._library.cleanup()

    def _begin(self, game: Game) -> None:
        if game not in self._loaded:
            self._loaded[game] = Engine(self._library, game)
            if len(self._loaded) > _KEPT:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(game)
        self._game, self._engine = game, self._loaded[game]
        self._scene = Scene(self._engine.types, self._engine.begin())
        self._steps = 0

    def _lines(self) -> list[str]:
        state = self._scene.state
        agent = state.one("Agent")
        lines = [self._game.task, f"step {self._steps}, holding {(agent and agent.holding) or 'nothing'}", ""]
        for receptacle in sorted(state.of("Receptacle"), key=lambda r: str(r.name)):
            if agent and receptacle.location == agent.location:
                shut = receptacle.openable and not receptacle.opened
                things = sorted(
                    thing.name for thing in state.where(receptacle=receptacle.name) if thing.type == "Thing"
                )
                lines.append(f"{receptacle.name}: {'closed' if shut else ', '.join(things) or 'empty'}")
        return [part for line in lines for part in textwrap.wrap(line, WIDTH) or [""]][:LINES]
