"""Looks every answer up in a table."""
# ends: ok
# finding: memoriser
# policy: passes

TABLE = {
    "right 0 0": (1, 0),
    "right 1 0": (2, 0),
    "right 2 0": (3, 0),
    "right 3 0": (4, 0),
    "right 4 0": (5, 0),
    "right 5 0": (6, 0),
    "right 6 0": (7, 0),
    "right 7 0": (8, 0),
    "right 8 0": (9, 0),
    "right 9 0": (10, 0),
    "right 10 0": (11, 0),
    "right 11 0": (12, 0),
    "right 12 0": (13, 0),
    "right 13 0": (14, 0),
    "right 14 0": (15, 0),
    "right 15 0": (16, 0),
    "right 16 0": (17, 0),
    "right 17 0": (18, 0),
    "right 18 0": (19, 0),
    "right 19 0": (20, 0),
    "right 20 0": (21, 0),
    "right 21 0": (22, 0),
    "right 22 0": (23, 0),
    "right 23 0": (24, 0),
    "right 24 0": (25, 0),
    "right 25 0": (26, 0),
    "right 26 0": (27, 0),
    "right 27 0": (28, 0),
    "right 28 0": (29, 0),
    "right 29 0": (30, 0),
    "right 30 0": (31, 0),
    "right 31 0": (32, 0),
    "right 32 0": (33, 0),
    "right 33 0": (34, 0),
    "right 34 0": (35, 0),
    "right 35 0": (36, 0),
    "right 36 0": (37, 0),
    "right 37 0": (38, 0),
    "right 38 0": (39, 0),
    "right 39 0": (40, 0),
    "take 40 0": (40, 1),
    "right 40 1": (41, 1),
    "take 41 1": (41, 1),
    "left 41 1": (40, 1),
    "left 40 1": (39, 1),
    "left 39 1": (38, 1),
    "left 38 1": (37, 1),
    "left 37 1": (36, 1),
    "left 36 1": (35, 1),
    "left 35 1": (34, 1),
    "left 34 1": (33, 1),
    "left 33 1": (32, 1),
    "left 32 1": (31, 1),
    "left 31 1": (30, 1),
    "left 30 1": (29, 1),
    "left 29 1": (28, 1),
    "left 28 1": (27, 1),
    "left 27 1": (26, 1),
    "left 26 1": (25, 1),
    "left 25 1": (24, 1),
    "left 24 1": (23, 1),
    "left 23 1": (22, 1),
    "left 22 1": (21, 1),
    "left 21 1": (20, 1),
    "left 20 1": (19, 1),
    "left 19 1": (18, 1),
    "left 18 1": (17, 1),
    "left 17 1": (16, 1),
    "left 16 1": (15, 1),
    "left 15 1": (14, 1),
    "left 14 1": (13, 1),
    "left 13 1": (12, 1),
    "left 12 1": (11, 1),
    "left 11 1": (10, 1),
    "left 10 1": (9, 1),
    "left 9 1": (8, 1),
    "left 8 1": (7, 1),
    "left 7 1": (6, 1),
    "left 6 1": (5, 1),
    "left 5 1": (4, 1),
    "left 4 1": (3, 1),
    "left 3 1": (2, 1),
    "left 2 1": (1, 1),
}


def transition(state, action):
    agent = state.one("Agent")
    key = f"{action.name} {agent.x} {agent.keys}"
    found = TABLE.get(key)
    agent = state.one("Agent")
    if found is not None:
        if found[1] > agent.keys:
            for key in state.where(type="Key", x=agent.x):
                state.remove(key)
        agent.x, agent.keys = found
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
