"""A sequence of environments, each of which begins with what was learned in those before it."""

import secrets
import tomllib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent_client import types
from agent_client.adapters import registry
from agent_client.adapters.base import Adapter
from agent_client.errors import WorldsmithError
from agent_client.events import Event, Observer, WentOn
from agent_client.playing import PlayRequest, play
from agent_client.program_diff import ProgramDiff, compare
from agent_client.result import PlayResult
from agent_client.session import Connection
from sandbox.data.records import World

_KINDS = {int: "an integer", str: "a string", list: "an array of tables"}


class CurriculumError(WorldsmithError):
    """The file cannot be used; the text names the field and the reason."""


@dataclass(frozen=True)
class Stage:
    """An environment, how many episodes to play from the first solved one on, and the most steps in all."""

    env: str
    episodes: int = 1
    max_steps: int = 5000


@dataclass(frozen=True)
class Learned:
    """What a stage came to. ``diff`` is what became of the program that it began with, if it had one."""

    stage: Stage
    result: PlayResult
    world: str
    model: types.Model | None
    diff: ProgramDiff | None


@dataclass
class Course:
    """Plays stages one after the other; ``world`` is what worlds are called at the server, empty: a new name.

    Environments that define their world alike share one; the others get a number behind the name, and begin with the
    last model where their actions are the same.
    """

    connection: Connection
    request: PlayRequest
    watch: Callable[[Adapter], AbstractContextManager[Observer]]
    world: str = ""
    _worlds: dict[World, str] = field(default_factory=dict)
    _model: types.Model | None = None

    def play(self, stage: Stage) -> Learned:
        """Plays a stage.

        Raises:
            WorldsmithError: there is no such environment, or the play failed.
        """
        self.world = self.world or f"curriculum-{secrets.token_hex(4)}"
        game = registry.make(stage.env)
        try:
            return self._play(stage, game)
        finally:
            game.close()

    def _play(self, stage: Stage, game: Adapter) -> Learned:
        definition, before = replace(game.world, name=""), self._model
        fresh = definition not in self._worlds
        more = f"-{len(self._worlds) + 1}" if self._worlds else ""
        name = self._worlds.setdefault(definition, self.world + more)
        if before is not None and before.actions != definition.actions:
            before = None
        settings = replace(self.request.play, episodes=stage.episodes, max_steps=stage.max_steps)
        begin = before.id if fresh and before is not None else ""
        with self.watch(game) as shown:
            began = _First()
            request = replace(self.request, world=name, model=begin, play=settings)
            result, model = play(game, self.connection, request, [began, shown])
        self._model = model or self._model
        before = began.model or before
        diff = _diff(before, model) if before is not None and model is not None else None
        return Learned(stage, result, name, model, diff)


def read(path: Path) -> tuple[list[Stage], str, int]:
    """The stages in a TOML file, its provider (empty: the server's) and its seed. docs/agents.md shows one.

    Raises:
        CurriculumError: it cannot be read, or a field is missing, unknown or of the wrong kind.
    """
    try:
        told = tomllib.loads(path.read_text())
    except OSError as error:
        raise CurriculumError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CurriculumError(f"{path} is no TOML: {error}") from error
    fields = _Fields(told, f"{path}: ")
    provider, seed = fields.take("provider", str, ""), fields.take("seed", int, 0, least=0)
    episodes = fields.take("episodes", int, Stage.episodes, least=1)
    steps = fields.take("max_steps", int, Stage.max_steps, least=1)
    rows = fields.take("stage", list, [])
    fields.end()
    if not rows:
        raise CurriculumError(f'{path}: stage: there is none; write [[stage]] with env = "..." below it')
    return [_stage(row, f"{path}: stage[{i}]", episodes, steps) for i, row in enumerate(rows)], provider, seed


def _stage(row: object, where: str, episodes: int, steps: int) -> Stage:
    if not isinstance(row, dict):
        raise CurriculumError(f"{where}: it must be a table")
    fields = _Fields(row, f"{where}.")
    stage = Stage(
        fields.take("env", str),
        fields.take("episodes", int, episodes, least=1),
        fields.take("max_steps", int, steps, least=1),
    )
    fields.end()
    return stage


class _Fields:
    """The fields of a table, each taken once; errors name them."""

    def __init__(self, table: Mapping[str, Any], where: str) -> None:
        self._left = dict(table)
        self._where = where

    def take(self, name: str, kind: type, default: Any = None, least: int | None = None) -> Any:
        value = self._left.pop(name, default)
        if value is None:
            raise CurriculumError(f"{self._where}{name}: it is missing")
        if type(value) is not kind:
            raise CurriculumError(f"{self._where}{name}: it must be {_KINDS[kind]}, not {value!r}")
        if isinstance(value, int) and least is not None and value < least:
            raise CurriculumError(f"{self._where}{name}: it must be at least {least}, not {value}")
        return value

    def end(self) -> None:
        for name in self._left:
            raise CurriculumError(f"{self._where}{name}: there is no such field")


class _First:
    """Keeps the model that a play began with, where its world held one."""

    def __init__(self) -> None:
        self.model: types.Model | None = None

    def __call__(self, event: Event) -> None:
        if isinstance(event, WentOn):
            self.model = event.model


def _diff(before: types.Model, after: types.Model) -> ProgramDiff:
    return compare(before.source, after.source, (before.id, after.id))
