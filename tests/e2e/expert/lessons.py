"""Two worlds to be learned step by step: what is observed, and what a first program gets wrong of it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from agent_client.adapters import registry
from sandbox.data.records import Start, Transition, World
from sandbox.runtime.actions import Action

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Mistake:
    """A line that is wrong, what is right instead, and the actions whose transitions show it."""

    right: str
    wrong: str
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A world, a program of all its rules, and what is planted into the first answer.

    ``gap`` is a rule that no observed transition shows, without which there is no plan; ``branch`` is what the
    program says of the new goal.
    """

    world: World
    program: str
    mistakes: tuple[Mistake, ...]
    gap: Mistake
    branch: str
    goal: str
    new_goal: str
    rows: list[Transition]
    starts: list[Start]
    new_rows: list[Transition]

    def first(self) -> str:
        """The program with everything that is to be found out wrong or missing."""
        source = self.program
        for mistake in (*self.mistakes, self.gap):
            assert mistake.right in source
            source = source.replace(mistake.right, mistake.wrong)
        assert self.branch in source
        return source.replace(self.branch, "")

    def last(self) -> str:
        """The program as it is to be found, before the new goal."""
        return self.program.replace(self.branch, "")


def doorkey() -> Lesson:
    """The door was never seen open: that a key opens it has to be thought of."""
    program = (FOLDER / "doorkey.py").read_text()
    goal, new_goal = "use the key to open the door and then get to the goal", "get the yellow key"
    world, rows, starts = _play("minigrid:MiniGrid-DoorKey-5x5-v0", 150, _door_is_shut)
    return Lesson(
        replace(world, name="doorkey"),
        program,
        (
            Mistake("agent.dir = (agent.dir + 1) % 4", "agent.dir = (agent.dir + 2) % 4  # turns around", ("right",)),
            Mistake("        if is_free(things):\n", "        if True:\n", ("forward",)),
        ),
        Mistake('            door.state = "open"\n', "            pass\n"),
        _branch(program, new_goal),
        goal,
        new_goal,
        rows,
        starts[:2],
        _relabelled(rows, new_goal, lambda row: row.next_state.one("Agent").carrying is not None),
    )


def sokoban() -> Lesson:
    """No level was ever finished: that this pays has to be thought of."""
    program = (FOLDER / "sokoban.py").read_text()
    goal, new_goal = "push every box onto a target", "push one box onto a target"
    world, rows, starts = _play("sokoban:6x6-2", 150, lambda row: not row.done)
    return Lesson(
        replace(world, name="sokoban"),
        program,
        (
            Mistake('"up": (0, -1)', '"up": (0, 1)', ("push up", "move up")),
            Mistake(
                'if verb == "push" and not', "if verb and not", ("move up", "move down", "move left", "move right")
            ),
        ),
        Mistake("return round(-0.1 + gained + 10.0, 6), True", "return round(-0.1 + gained, 6), False  # as ever"),
        _branch(program, new_goal),
        goal,
        new_goal,
        rows,
        starts[:1],
        _relabelled(rows, new_goal, _a_box_is_home),
    )


def _door_is_shut(row: Transition) -> bool:
    return all(door.state == "locked" for state in (row.state, row.next_state) for door in state.of("Door"))


def _a_box_is_home(row: Transition) -> bool:
    after = row.next_state
    return any(after.where(type="Target", x=box.x, y=box.y) for box in after.of("Box"))


def _branch(program: str, goal: str) -> str:
    """The lines of `reward` that are about a goal."""
    begin = program.index(f'    if goal == "{goal}"')
    return program[begin : program.index("    raise UnknownGoal", begin)]


def _play(env: str, count: int, kept: Callable[[Transition], bool]) -> tuple[World, list[Transition], list[Start]]:
    """Distinct transitions of random play that may be seen, and the starts."""
    game, rng = registry.make(env), random.Random(5)
    found: dict[str, Transition] = {}
    starts: list[Start] = []
    actions = [Action(schema.name) for schema in game.world.actions]
    try:
        while len(found) < count:
            state, goal = game.reset(rng.randrange(10**6))
            starts.append(Start(state, goal))
            for _ in range(60):
                action = rng.choice(actions)
                taken = game.step(action)
                row = Transition(state, action, taken.reward, taken.state, goal, taken.done)
                if not kept(row) or len(found) >= count:
                    break
                found[row.digest()] = row
                state = taken.state
                if taken.truncated:
                    break
    finally:
        game.close()
    return game.world, list(found.values()), starts


def _relabelled(rows: list[Transition], goal: str, pays: Callable[[Transition], bool]) -> list[Transition]:
    """Some of the rows as they would have been under another goal."""
    found = []
    for row in rows[::4]:
        won = pays(row)
        found.append(replace(row, goal=goal, reward=1.0 if won else 0.0, done=won))
    assert any(row.done for row in found)
    return found
