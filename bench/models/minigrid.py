"""MiniGrid, written by hand: walking, doors, keys, boxes, lava, and the missions of the levels that are measured."""

from worldsmith_runtime import Action, FrozenMap, Object, State, UnknownGoal

STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))
SOLID = ("Wall", "Key", "Ball", "Box")
PORTABLE = ("Key", "Ball", "Box")


def front(state: State, agent: Object) -> Object | None:
    """What stands before the agent."""
    dx, dy = STEPS[agent.dir]
    found = state.where(x=agent.x + dx, y=agent.y + dy)
    return found[0] if found else None


def walk(state: State, agent: Object) -> None:
    ahead = front(state, agent)
    if ahead is None or not (ahead.type in SOLID or (ahead.type == "Door" and ahead.state != "open")):
        dx, dy = STEPS[agent.dir]
        agent.x, agent.y = agent.x + dx, agent.y + dy


def pick_up(state: State, agent: Object) -> None:
    ahead = front(state, agent)
    if ahead is not None and ahead.type in PORTABLE and agent.carrying is None:
        agent.carrying = {"type": ahead.type, **{name: ahead[name] for name in ahead if name not in ("x", "y")}}
        state.remove(ahead)


def drop(state: State, agent: Object) -> None:
    held = agent.carrying
    if held is not None and front(state, agent) is None:
        dx, dy = STEPS[agent.dir]
        state.add(put(held, agent.x + dx, agent.y + dy))
        agent.carrying = None


def put(held: FrozenMap, x: int, y: int) -> Object:
    return Object.from_mapping(held["type"], {**{k: v for k, v in held.items() if k != "type"}, "x": x, "y": y})


def toggle(state: State, agent: Object) -> None:
    ahead = front(state, agent)
    if ahead is None:
        return
    if ahead.type == "Box":
        state.remove(ahead)
        if ahead.contains is not None:
            state.add(put(ahead.contains, ahead.x, ahead.y))
    elif ahead.type == "Door":
        if ahead.state == "locked":
            held = agent.carrying
            if held is not None and held["type"] == "Key" and held["color"] == ahead.color:
                ahead.state = "open"
        else:
            ahead.state = "closed" if ahead.state == "open" else "open"


ACTS = {"forward": walk, "pickup": pick_up, "drop": drop, "toggle": toggle}


def transition(state: State, action: Action) -> State:
    agent = state.one("Agent")
    if action.name in ("left", "right"):
        agent.dir = (agent.dir + (1 if action.name == "right" else -1)) % 4
    elif action.name in ACTS:
        ACTS[action.name](state, agent)
    return state


def reward(state: State, action: Action, next_state: State, goal: str) -> tuple[float, bool]:
    agent = next_state.one("Agent")
    words = goal.split()
    on = next_state.where(x=agent.x, y=agent.y)
    if any(thing.type == "Lava" for thing in on):
        return 0.0, True
    if "goal" in words or goal.startswith("traverse the rooms"):
        there = any(thing.type == "Goal" for thing in on)
    elif goal.startswith("pick up the"):
        color, kind = words[-2], words[-1].capitalize()
        held = agent.carrying
        there = action == "pickup" and held is not None and held["type"] == kind and held["color"] == color
    elif goal == "open the door":
        there = action == "toggle" and any(door.state == "open" for door in next_state.of("Door"))
    else:
        raise UnknownGoal(goal)
    return (1.0, True) if there else (0.0, False)
