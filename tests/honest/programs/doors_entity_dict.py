"""The state is turned into a dict of lists of plain dicts, changed in place, and turned back."""

from collections import defaultdict

from worldsmith_runtime import Object, State


def unpack(state):
    world = defaultdict(list)
    for obj in state:
        world[obj.type].append({name: obj[name] for name in obj})
    return world


def pack(world):
    return State([Object(kind, **attributes) for kind, things in world.items() for attributes in things])


def find(world, kind, **wanted):
    return [t for t in world[kind] if all(t[name] == value for name, value in wanted.items())]


def transition(state, action):
    world = unpack(state)
    agent = world["Agent"][0]
    verb, args = action.name, list(action.args)
    if verb == "move":
        x = agent["x"] + {"left": -1, "right": 1}.get(args[0], 0)
        y = agent["y"] + {"up": -1, "down": 1}.get(args[0], 0)
        if not find(world, "Wall", x=x, y=y) and not find(world, "Door", x=x, y=y, open=False):
            agent["x"], agent["y"] = x, y
    elif verb == "pick":
        keys = find(world, "Key", x=agent["x"], y=agent["y"])
        if keys and agent["carrying"] is None:
            agent["carrying"] = keys[0]["colour"]
            world["Key"].remove(keys[0])
    elif verb == "open":
        for door in find(world, "Door", colour=agent["carrying"]):
            if abs(door["x"] - agent["x"]) + abs(door["y"] - agent["y"]) == 1:
                door["open"] |= True
    return pack(world)


def reward(state, action, next_state, goal):
    world = unpack(next_state)
    agent = world["Agent"][0]
    if goal == "reach the exit":
        won = len(find(world, "Exit", x=agent["x"], y=agent["y"])) > 0
    else:
        won = len(find(world, "Door", colour=goal.split()[-2], open=True)) > 0
    return (1.0, True) if won else (0.0, False)
