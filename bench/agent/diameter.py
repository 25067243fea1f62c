"""The exact diameter of a small world: the longest of all shortest ways between two states."""

from agent_client.adapters import registry
from sandbox.runtime.actions import ground
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import State


def diameter(env: str, seed: int, program: str, most: int) -> tuple[int, int]:
    """The diameter of a level and its number of states, by a program that is known to be right.

    Of pairs of states those count of which one can be got to from the other; an end is not gone on from.

    Raises:
        ValueError: it has more than ``most`` states.
    """
    ways = _graph(env, seed, program, most)
    return max(_farthest(ways, at) for at in range(len(ways))), len(ways)


def _graph(env: str, seed: int, program: str, most: int) -> list[list[int]]:
    """The states that can be got to from the level's start, by number, each with those that follow."""
    game, model = registry.make(env), load_model(program)
    try:
        start, goal = game.reset(seed)
        actions = list(ground(game.world.actions, start))
    finally:
        game.close()
    numbers: dict[tuple[State, bool], int] = {(start, False): 0}
    states, ways = [(start, False)], list[list[int]]()
    while len(ways) < len(states):
        state, over = states[len(ways)]
        ways.append([])
        for action in () if over else actions:
            after = model.transition(state.copy(), action)
            found = (after, model.reward(state, action, after, goal)[1])
            if found not in numbers:
                numbers[found] = len(states)
                states.append(found)
                if len(states) > most:
                    raise ValueError(f"{env} has more than {most} states")
            ways[-1].append(numbers[found])
    return ways


def _farthest(ways: list[list[int]], start: int) -> int:
    """How many steps the farthest state is away that can be got to."""
    seen, edge, steps = {start}, [start], -1
    while edge:
        steps += 1
        edge = list({after for at in edge for after in ways[at]} - seen)
        seen.update(edge)
    return steps
