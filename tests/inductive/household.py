"""A household without places: things lie in receptacles that their attributes name, and goals are plain sentences."""

import random

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State

SORTS = ("mug", "egg", "tomato", "plate", "vase", "knife")
PLACES = ("coffee machine", "fridge", "sink", "cabinet", "drawer")
GOALS = {
    "put": "put a {0} in the {1}",
    "clean": "put a clean {0} in the {1}",
    "heat": "heat some {0} and put it in {1}",
    "look": "examine the {0} with the desklamp",
}
STRAY = 0.3


def name_of(sort: str, number: int = 1) -> str:
    """The identifier of a thing."""
    return f"{sort.replace(' ', '')} {number}"


def begin(rng: random.Random) -> State:
    """A household with seven receptacles and some things in them."""
    things = [Object("Receptacle", name=name_of(place), sort=place.replace(" ", "")) for place in PLACES]
    for sort in rng.sample(SORTS, 4):
        for number in range(1, rng.choice([2, 3])):
            spot = name_of(rng.choice(PLACES))
            things.append(Object("Item", name=name_of(sort, number), sort=sort, clean=False, hot=False, inside=spot))
    things.append(Object("Lamp", name="desklamp 1", sort="desklamp", on=False))
    return State([*things, Object("Robot", holds=None, at=name_of(rng.choice(PLACES)))])


def act(state: State, action: Action) -> State:
    """What an action does."""
    robot = state.of("Robot")[0]
    held = state.where(type="Item", name=robot.holds)[0] if robot.holds is not None else None
    if action.name == "go":
        robot.at = action.args[0]
    elif action.name == "use":
        lamp = state.of("Lamp")[0]
        lamp.on = not lamp.on
    elif action.name == "take":
        item = state.where(type="Item", name=action.args[0])[0]
        if held is None and item.inside == robot.at:
            robot.holds, item.inside = item.name, None
    elif held is not None and action.name == "put":
        robot.holds, held.inside = None, robot.at
    elif held is not None and (action.name, robot.at) in {("clean", "sink 1"), ("heat", "fridge 1")}:
        held["clean" if action.name == "clean" else "hot"] = True
    return state


def holds(wish: str, state: State, sort: str, place: str) -> bool:
    """Whether a wish is fulfilled."""
    items = state.where(type="Item", sort=sort)
    if wish == "look":
        return state.of("Lamp")[0].on and any(item.name == state.of("Robot")[0].holds for item in items)
    right = {"put": lambda _: True, "clean": lambda item: item.clean, "heat": lambda item: item.hot}[wish]
    return any(item.inside == name_of(place) and right(item) for item in items)


def play(rng: random.Random) -> list[Transition]:
    """An episode of somebody who knows how it goes, and strays now and then."""
    wish, state, place = rng.choice(list(GOALS)), begin(rng), rng.choice(PLACES)
    sort = rng.choice(sorted({item.sort for item in state.of("Item")}))
    goal, rows = GOALS[wish].format(sort, place), list[Transition]()
    if holds(wish, state, sort, place):
        return play(rng)
    while len(rows) < 80:
        action = _stray(state, rng) if rng.random() < STRAY else _wise(wish, state, sort, place)
        after = act(state.copy(), action)
        done = holds(wish, after, sort, place)
        rows.append(Transition(state, action, float(done), after, goal, done))
        if done:
            return rows
        state = after
    return play(rng)


def _stray(state: State, rng: random.Random) -> Action:
    items = [item.name for item in state.of("Item")]
    spots = [Action("go", [name_of(place)]) for place in PLACES]
    return rng.choice([rng.choice(spots), Action("take", [rng.choice(items)]), *map(Action, ("put", "clean", "heat"))])


def _wise(wish: str, state: State, sort: str, place: str) -> Action:
    robot, item = state.of("Robot")[0], state.where(type="Item", sort=sort)[0]
    if robot.holds not in {None, item.name}:
        return Action("put")
    if robot.holds is None:
        return Action("take", [item.name]) if item.inside == robot.at else Action("go", [item.inside])
    if wish == "look":
        return Action("use")
    made = {"put": True, "clean": item.clean, "heat": item.hot}[wish]
    spot = name_of(place) if made else {"clean": "sink 1", "heat": "fridge 1"}[wish]
    if robot.at != spot:
        return Action("go", [spot])
    return Action("put" if made else wish)
