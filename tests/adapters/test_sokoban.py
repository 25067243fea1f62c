"""Sokoban's rules, in small situations, and its levels."""

import random

import pytest

from agent_client.adapters.sokoban import make
from agent_client.adapters.sokoban_env import (
    ACTIONS,
    BOX,
    BOX_ON_TARGET,
    FLOOR,
    PLAYER,
    PLAYER_ON_TARGET,
    TARGET,
    WALL,
    SokobanEnv,
)
from agent_client.adapters.sokoban_levels import GenerationError, generate, parse, solve


def situation(text, max_steps=200):
    level = parse(text)
    env = SokobanEnv(level.width, level.height, len(level.boxes), max_steps)
    env.reset(options={"level": level})
    return env


def row(before, action):
    """What becomes of a one-line situation between walls, and the reward."""
    wall = "#" * len(before)
    env = situation(f"{wall}\n{before}\n{wall}")
    grid, reward, done, truncated, _ = env.step(ACTIONS.index(action))
    marks = {WALL: "#", FLOOR: " ", TARGET: ".", BOX_ON_TARGET: "*", BOX: "$", PLAYER: "@", PLAYER_ON_TARGET: "+"}
    return "".join(marks[code] for code in grid[1]), reward, done, truncated


@pytest.mark.parametrize(
    ("before", "action", "after", "reward"),
    [
        ("# @$ .#", "push right", "#  @$.#", -0.1),
        ("# @$ .#", "push left", "#@ $ .#", -0.1),  # a push without a box moves
        ("# @$ .#", "move left", "#@ $ .#", -0.1),
        ("# @$ .#", "move right", "# @$ .#", -0.1),  # a move does not push
        ("# @$ .#", "push up", "# @$ .#", -0.1),
        ("# @$ .#", "move up", "# @$ .#", -0.1),
        ("# @$ .#", "noop", "# @$ .#", -0.1),
        ("#. @$#", "push right", "#. @$#", -0.1),  # against a wall
        ("#..@$$ #", "push right", "#..@$$ #", -0.1),  # against a box
        ("#.@$. $#", "push right", "#. @* $#", 0.9),  # onto a target
        ("#.@* $ #", "push right", "#. +$$ #", -1.1),  # off a target
        ("#$@** .#", "push right", "#$@** .#", -0.1),
        ("#.+* $$#", "push right", "#..+$$$#", -1.1),
        ("#.@*. $$#", "push right", "#. +* $$#", -0.1),  # off one and onto the next
        ("#+ $#", "move right", "#.@$#", -0.1),
    ],
)
def test_a_step_does_what_the_original_does(before, action, after, reward):
    assert row(before, action) == (after, pytest.approx(reward), False, False)


def test_the_last_box_onto_its_target_pays_ten_more_and_ends():
    assert row("#*@$.#", "push right") == ("#* @*#", pytest.approx(10.9), True, False)


def test_pushes_go_up_and_down_too():
    text = "#####\n#.  #\n#$  #\n#@  #\n#$  #\n#.  #\n#####"
    for action, box in (("push up", (1, 1)), ("push down", (1, 5))):
        env = situation(text)
        _, reward, done, _, _ = env.step(ACTIONS.index(action))
        assert box in env.level.boxes
        assert (reward, done) == (pytest.approx(0.9), False)


def test_the_step_limit_truncates_and_does_not_end():
    env = situation("######\n#@ $.#\n######", max_steps=3)
    assert [env.step(0)[2:4] for _ in range(3)] == [(False, False), (False, False), (False, True)]


def test_a_solution_on_the_last_step_is_done_and_not_truncated():
    env = situation("#####\n#@$.#\n#####", max_steps=1)
    assert env.step(ACTIONS.index("push right"))[2:4] == (True, False)


def test_an_action_that_is_none_is_refused():
    env = situation("#####\n#@$.#\n#####")
    for action in (-1, 9):
        with pytest.raises(ValueError, match="no action"):
            env.step(action)


def test_the_adapter_tells_objects_and_has_no_hidden_clock():
    env = make("7x7-2")
    state, goal = env.reset(4)
    counts = {kind: len(state.of(kind)) for kind in ("Player", "Box", "Target", "Wall")}
    assert goal == "push every box onto a target"
    assert (counts["Player"], counts["Box"], counts["Target"]) == (1, 2, 2)
    assert len(state) == sum(counts.values())
    assert {tuple(obj) for obj in state} == {("x", "y")}
    assert [schema.name for schema in env.world.actions] == list(ACTIONS)


def test_solve_counts_pushes_and_knows_when_there_is_no_way():
    assert solve(parse("######\n#@$ .#\n######"), 100) == 2
    assert solve(parse("#####\n#@* #\n#####"), 100) == 0
    assert solve(parse("#####\n#.@$#\n#####"), 100) == -1
    assert solve(parse("#######\n#@ $ .#\n#     #\n#######"), 2) is None


@pytest.mark.parametrize(("width", "height", "boxes"), [(7, 7, 2), (6, 8, 1), (8, 8, 3)])
def test_fifty_levels_are_solvable_and_not_trivial(width, height, boxes):
    for seed in range(50):
        level = generate(seed, width, height, boxes)
        assert (level.width, level.height, len(level.boxes), len(level.targets)) == (width, height, boxes, boxes)
        assert not level.boxes & level.targets
        assert level.player not in level.boxes | level.walls
        border = {(x, y) for x in range(width) for y in range(height) if x in (0, width - 1) or y in (0, height - 1)}
        assert border <= level.walls
        pushes = solve(level, 200_000)
        assert pushes is not None
        assert pushes > boxes


def test_a_level_follows_from_its_seed_alone():
    levels = [generate(seed, 7, 7, 2) for seed in range(30)]
    random.seed(0)
    assert [generate(seed, 7, 7, 2) for seed in range(30)] == levels
    assert len(set(levels)) == 30


def test_a_size_without_room_is_refused():
    with pytest.raises(GenerationError):
        generate(0, 5, 5, 4)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("###\n#$#\n###", "it has no players; a level has one player"),
        ("#####\n#@@.#\n#####", "it has 2 players"),
        ("####\n#@$#\n####", "it has 1 boxes and 0 targets"),
        ("####\n#@ #\n####", "it has 0 boxes and 0 targets"),
        ("#####\n#@$.\n#####", "walls must go all around"),
        ("# ###\n#@$.#\n#####", "walls must go all around"),
        ("#####\n#@x.#\n#####", "`x` is no mark of a level"),
    ],
)
def test_a_drawing_that_is_no_level_is_refused(text, why):
    with pytest.raises(ValueError, match=why):
        parse(text)
