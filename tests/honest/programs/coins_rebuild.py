"""A new state is built from copied objects, never changing the given one."""

import copy

from worldsmith_runtime import Object, State


def transition(state, action):
    old = copy.deepcopy(state)
    walker = next(o for o in old if o.type == "Walker")
    end = next(o for o in old if o.type == "End")
    taken = []
    x, purse = walker.x, walker.purse
    if action == "left":
        x = max(0, x - 1)
    if action == "right":
        x = min(end.x, x + 1)
    if action == "take":
        taken = [o for o in old if o.type == "Coin" and o.x == x]
        purse = purse + sum(o.worth for o in taken)
    kept = [o for o in old if o.type == "Coin" and o not in taken]
    return State([Object("Walker", x=x, purse=purse), Object("End", x=end.x), *kept])


def reward(state, action, next_state, goal):
    [walker] = [o for o in next_state if o.type == "Walker"]
    if walker.purse < int(goal[len("collect ") :]):
        return 0.0, False
    return 1.0, True
