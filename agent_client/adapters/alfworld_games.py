"""ALFWorld games by name: made, or read from files and folders."""

import json
import lzma
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl

from agent_client.adapters import alfworld_maker

_TASK = re.compile(r"Your task is to: ([^\"\\]*)")
_COLLECTION = re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class Game:
    """One game: PDDL domain and problem, TextWorld grammar, and the task's sentence."""

    name: str
    domain: str
    grammar: str
    problem: str
    task: str

    def data(self) -> dict[str, str]:
        """What TextWorld loads, as in a ``game.tw-pddl``."""
        return {"pddl_domain": self.domain, "grammar": self.grammar, "pddl_problem": self.problem}


class Games(Protocol):
    """Where an adapter takes its games from."""

    def of(self, seed: int) -> Game:
        """The game that this seed chooses."""
        ...


@dataclass(frozen=True)
class Read:
    """Games of files, taken in turn; their texts are read when they are played."""

    sources: Sequence[Any]

    def of(self, seed: int) -> Game:
        """The game that the seed's remainder chooses."""
        source = self.sources[seed % len(self.sources)]
        return source if isinstance(source, Game) else _of_json(source)


@dataclass(frozen=True)
class Made:
    """Games that are made, of these types of task in turn; with a ``seed`` of its own one game of each type."""

    tasks: Sequence[str]
    seed: int | None = None

    def of(self, seed: int) -> Game:
        """The game of this seed."""
        task = self.tasks[seed % len(self.tasks)]
        number = seed // len(self.tasks) if self.seed is None else self.seed
        problem, sentence = alfworld_maker.problem(task, number)
        domain, grammar = alfworld_maker.texts()
        return Game(f"{task}-{number}", domain, grammar.replace("UNKNOWN GOAL.", sentence), problem, sentence)


def find(name: str) -> Games:
    """The games of a name: ``generate?task=heat&seed=3`` (both optional), a ``game.tw-pddl``, a folder that has some
    at any depth, a collection of JSON Lines (with ``domain.pddl`` and ``grammar.twl2`` beside it), or the name of such
    a collection in the folder ``alfworld`` of the environment variable ``WORLDSMITH_DATA``.

    Raises:
        ValueError: it names none, or what it names cannot be read.
    """
    kind, _, query = name.partition("?")
    if kind == "generate":
        return _made(query)
    path = Path(name)
    if not path.exists() and _COLLECTION.fullmatch(name) and os.environ.get("WORLDSMITH_DATA"):
        path = Path(os.environ["WORLDSMITH_DATA"]) / "alfworld" / f"{name}.jsonl.xz"
    if path.is_dir():
        found = sorted(path.rglob("*.tw-pddl"))
        if not found:
            raise ValueError("the folder has no game (*.tw-pddl)")
        return Read(found)
    if not path.is_file():
        raise ValueError("this is no file, no folder and no collection of games; or write generate?task=heat&seed=3")
    if path.name.endswith((".jsonl", ".jsonl.xz")):
        return Read(list(_of_lines(path)))
    return Read([_of_json(path)])


def _made(query: str) -> Made:
    asked = dict(parse_qsl(query, keep_blank_values=True))
    task, seed = asked.pop("task", ""), asked.pop("seed", "")
    if asked or (task and task not in alfworld_maker.TASKS) or (seed and not seed.isdecimal()):
        raise ValueError(f"generate takes task={'|'.join(alfworld_maker.TASKS)} and seed=NUMBER")
    return Made([task] if task else list(alfworld_maker.TASKS), int(seed) if seed else None)


def _of_json(path: Path) -> Game:
    try:
        data = json.loads(path.read_text())
        domain, grammar, problem = (data[key] for key in ("pddl_domain", "grammar", "pddl_problem"))
        task = _TASK.search(grammar)
        if task is None:
            raise ValueError("its grammar tells no task")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no game: {error}") from None
    return Game(path.parent.name, domain, grammar, problem, task[1].strip())


def _of_lines(path: Path) -> Iterator[Game]:
    try:
        domain = (path.parent / "domain.pddl").read_text()
        grammar = (path.parent / "grammar.twl2").read_text()
        text = (lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()).decode()
        for row in map(json.loads, text.splitlines()):
            filled = grammar.replace("{task}", row["task"])
            yield Game(f"{row['name']}/{row['trial']}", domain, filled, row["pddl_problem"], row["task"])
    except (OSError, ValueError, KeyError, TypeError, lzma.LZMAError) as error:
        raise ValueError(f"{path} is no collection of games: {error}") from None
