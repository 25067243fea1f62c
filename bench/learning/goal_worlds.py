"""Worlds whose goals name things: BabyAI's missions, played by its own bot."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from minigrid.utils.baby_ai_bot import BabyAIBot

from agent_client.adapters import registry
from sandbox.data.records import Transition
from sandbox.runtime.actions import Action

BABYAI = {
    "go to": ("BabyAI-GoToLocal-v0",),
    "pick up": ("BabyAI-PickupLoc-v0",),
    "open": ("BabyAI-OpenDoorColor-v0",),
    "put next to": ("BabyAI-PutNextLocalS5N3-v0",),
    "go to, pick up, open": ("BabyAI-GoToLocal-v0", "BabyAI-PickupLoc-v0", "BabyAI-OpenDoorColor-v0"),
}
COLORS = ("red", "green", "blue", "purple", "yellow", "grey")
TRIES = 0.25  # the share of steps that the bot leaves to chance


def missions(ids: Sequence[str], episodes: int, seed: int) -> Iterator[list[Transition]]:
    """Episodes of the bot, which also does something at random now and then, by turns in each of the worlds."""
    rng = random.Random(seed)
    envs: list[Any] = [registry.make(f"minigrid:{name}") for name in ids]
    done = 0
    while done < episodes:
        rows = _episode(envs[done % len(envs)], rng)
        if rows:
            done += 1
            yield rows


def _episode(env: Any, rng: random.Random) -> list[Transition]:
    """One mission; nothing where the bot gives up."""
    state, goal = env.reset(rng.randrange(10**6))
    if "in front of" in goal or "behind" in goal or "on your" in goal:  # tells of a place, not of a thing
        return []
    inner = env._env
    vars(inner).pop("gen_obs", None)
    bot, last, rows = BabyAIBot(inner), None, list[Transition]()
    for _ in range(200):
        try:
            planned = bot.replan(last)
        except Exception:  # noqa: BLE001 - it gives up in many ways
            return []
        name = planned.name if rng.random() > TRIES else rng.choice(["left", "right", "forward", "pickup", "toggle"])
        last = inner.actions[name]
        step = env.step(Action(name))
        rows.append(Transition(state, Action(name), step.reward, step.state, goal, step.done))
        state = step.state
        if step.done or step.truncated:
            return rows
    return []


def in_vain(rows: Sequence[Transition]) -> list[Transition]:
    """Every step that paid, under a goal that names a colour instead that nothing there has: it pays nothing."""
    found = []
    for row in rows:
        there = {thing.color for state in (row.state, row.next_state) for thing in state if "color" in thing}
        there |= {thing.carrying["color"] for thing in row.next_state.of("Agent") if thing.carrying}
        absent = [color for color in COLORS if color not in there]
        if row.done and absent:
            goal = " ".join(absent[0] if word in there else word for word in row.goal.split())
            if goal != row.goal:
                found.append(Transition(row.state, row.action, 0.0, row.next_state, goal))
    return found
