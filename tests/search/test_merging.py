"""What the search puts together of two programs: it runs, and does what its parts did."""

from sandbox.policy import check
from synth_server.providers.splice import splice

DYNAMICS = '''"""Moves."""

import math
from worldsmith_runtime import UnknownGoal

STEP = {"left": -1, "right": 1}  # by action


# how far
def shift(state, action):
    return STEP.get(action.name, 0) * math.floor(1.5)


def transition(state, action):
    agent = state.one("Agent")
    agent.x += shift(state, action)  # as far as that
    return state


def uncertain(state, action):
    return None if action.name in STEP else "never seen"


def reward(state, action, next_state, goal):
    raise UnknownGoal(goal)
'''
REWARDS = """from worldsmith_runtime import UnknownGoal

STEP = 7


def shift(state):
    return state.one("Agent").x - STEP


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    # pays at the end
    if shift(next_state) == 0:
        return 1.0, True
    return 0.0, False
"""


def run(source: str) -> dict[str, object]:
    namespace: dict[str, object] = {}
    exec(compile(source.replace("from worldsmith_runtime import UnknownGoal", ""), "combined", "exec"), namespace)
    return namespace


class Thing:
    def __init__(self, x: int) -> None:
        self.x = x


class World:
    def __init__(self, x: int) -> None:
        self.agent = Thing(x)

    def one(self, _: str) -> Thing:
        return self.agent


class Named:
    def __init__(self, name: str) -> None:
        self.name = name


def test_each_part_works_as_it_did_although_both_use_the_same_names() -> None:
    source = splice(DYNAMICS, REWARDS, ["reward"])
    found = run(source)
    assert found["transition"](World(3), Named("right")).agent.x == 4
    assert found["reward"](None, None, World(7), "") == (1.0, True)
    assert found["reward"](None, None, World(1), "") == (0.0, False)
    assert found["uncertain"](None, Named("jump")) == "never seen"
    assert found["STEP"] == {"left": -1, "right": 1}
    assert not check(source)


def test_comments_of_what_is_not_renamed_stay_and_nothing_unused_comes_along() -> None:
    source = splice(DYNAMICS, REWARDS, ["reward"])
    assert "# how far\ndef shift(state, action):" in source
    assert "# as far as that" in source
    assert source.count("def transition") == 1
    assert source.count("import UnknownGoal") == 0
    assert source.count("import math") == 1


def test_what_both_share_comes_once() -> None:
    shared = "LIMIT = 3\n\n\ndef big(x):\n    return x > LIMIT\n\n\n"
    first = shared + "def transition(state, action):\n    return big(state)\n"
    second = shared + "def reward(state, action, next_state, goal):\n    return 0.0, big(next_state)\n"
    source = splice(first, second, ["reward"])
    assert source.count("def big") == 1
    assert "_2" not in source
    assert run(source)["reward"](0, 0, 4, "") == (0.0, True)


def test_equal_functions_that_use_different_constants_are_kept_apart() -> None:
    body = "def big(x):\n    return x > LIMIT\n\n\n"
    first = "LIMIT = 3\n\n\n" + body + "def transition(state, action):\n    return big(state)\n"
    second = (
        "LIMIT = 9\n\n\n" + body + "def reward(state, action, next_state, goal):\n    return 0.0, big(next_state)\n"
    )
    found = run(splice(first, second, ["reward"]))
    assert found["transition"](5, None) is True
    assert found["reward"](0, 0, 5, "") == (0.0, False)


def test_statements_that_fill_a_table_come_along() -> None:
    first = "TABLE = {}\nfor i in range(3):\n    TABLE[i] = i + 1\n\n\n"
    first += "def transition(state, action):\n    return TABLE[state]\n"
    second = "def reward(state, action, next_state, goal):\n    return 0.0, False\n"
    assert run(splice(first, second, ["reward"]))["transition"](2, None) == 3


def test_statements_that_fill_a_table_come_along_with_what_uses_it() -> None:
    first = "def transition(state, action):\n    return state\n"
    second = "PRICES = {}\nfor i in range(3):\n    PRICES[i] = float(i)\n\n\n"
    second += "def reward(state, action, next_state, goal):\n    return PRICES[next_state], False\n"
    assert run(splice(first, second, ["reward"]))["reward"](0, 0, 2, "") == (2.0, False)
