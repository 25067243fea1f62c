import pytest

from synth_server.providers.splice import NO_REWARD, defined, equivalent, normalised, pieces, splice, without

BASE = '''"""A world."""

from worldsmith_runtime import State
import math

# how far one step goes
SIZE = 3


def helper(x):
    # added up
    return x + SIZE


def only_reward(x):
    return x * 10


def transition(state, action):
    """Goes on."""
    return helper(state)


# pays
def reward(state, action, next_state, goal):
    return only_reward(next_state), helper(0)
'''


def run(source: str) -> dict:
    scope: dict = {}
    exec(source.replace("from worldsmith_runtime import", "from sandbox.runtime import"), scope)
    return scope


def test_a_function_takes_the_place_of_the_old_one_and_all_else_stays() -> None:
    made = splice(BASE, "def reward(s, a, n, g):\n    # mine\n    return n, 1\n", ["reward"])
    scope = run(made)
    assert (scope["transition"](1, None), scope["reward"](0, 0, 5, "")) == (4, (5, 1))
    assert "# mine" in made
    assert "# added up" in made
    assert made.startswith('"""A world."""')
    assert "# how far one step goes\nSIZE = 3" in made


def test_what_only_the_old_function_needed_goes() -> None:
    made = splice(BASE, "def reward(s, a, n, g):\n    return n, 1\n", ["reward"])
    assert "only_reward" not in made
    assert "# pays" not in made
    assert "helper" in made


def test_helpers_come_along_and_others_do_not() -> None:
    made = splice(
        BASE, "import re\nLIMIT = 2\ndef unused(): pass\ndef reward(s, a, n, g):\n    return LIMIT, re\n", ["reward"]
    )
    assert run(made)["reward"](0, 0, 0, "")[0] == 2
    assert "unused" not in made


def test_a_helper_of_the_same_name_gets_another() -> None:
    made = splice(
        BASE,
        "SIZE = 100\n\n\ndef helper(x):\n    return SIZE\n\n\ndef reward(s, a, n, g):\n    return helper(1), 1\n",
        ["reward"],
    )
    scope = run(made)
    assert scope["transition"](1, None) == 4
    assert scope["reward"](0, 0, 0, "") == (100, 1)


def test_the_same_helper_is_kept_once() -> None:
    other = BASE.replace("return only_reward(next_state), helper(0)", "return helper(7), False")
    made = splice(BASE, other, ["reward"])
    assert made.count("def helper") == made.count("SIZE = 3") == 1
    assert run(made)["reward"](0, 0, 0, "") == (10, False)


def test_the_same_helper_over_another_constant_is_needed_twice() -> None:
    other = BASE.replace("SIZE = 3", "SIZE = 50").replace(
        "return only_reward(next_state), helper(0)", "return helper(0), 1"
    )
    scope = run(splice(BASE, other, ["reward"]))
    assert scope["transition"](1, None) == 4
    assert scope["reward"](0, 0, 0, "") == (50, 1)


def test_a_variable_of_a_renamed_name_is_left_alone() -> None:
    functions = "def reward(s, a, n, g):\n    return helper(1), inner(2)\n\n\ndef inner(helper):\n    return helper\n"
    other = f"def helper(x):\n    return 9\n\n\n{functions}"
    assert run(splice(BASE, other, ["reward"]))["reward"](0, 0, 0, "") == (9, 2)


def test_what_is_not_given_is_borrowed_even_if_only_the_old_function_used_it() -> None:
    scope = run(splice(BASE, "def reward(s, a, n, g):\n    return only_reward(n), True\n", ["reward"]))
    assert scope["reward"](0, 0, 5, "") == (50, True)


def test_new_constants_stand_after_those_that_they_need() -> None:
    base = "def reward(s, a, n, g):\n    return 0, False\n\n\nLATE = 4\n\n\ndef transition(s, a):\n    return LATE\n"
    scope = run(splice(base, "TWICE = LATE * 2\n\n\ndef reward(s, a, n, g):\n    return TWICE, True\n", ["reward"]))
    assert scope["reward"](0, 0, 0, "") == (8, True)


def test_several_functions_at_once_and_a_program_that_lacks_one() -> None:
    made = splice(
        "X = 1\n",
        "def transition(s, a):\n    return X\n\n\ndef reward(s, a, n, g):\n    return 1, True\n",
        ["transition", "reward"],
    )
    assert run(made)["transition"](0, 0) == 1
    assert defined(made) == {"X", "transition", "reward"}


def test_imports_from_one_module_are_put_together() -> None:
    made = splice(BASE, NO_REWARD, ["reward"])
    assert made.count("from worldsmith_runtime import") == 1
    assert "from worldsmith_runtime import State, UnknownGoal" in made


def test_text_outside_of_ascii_survives_renaming() -> None:
    other = 'def helper(x):\n    return "é", x\n\n\ndef reward(s, a, n, g):\n    return ("ü", helper("ö"), helper(2))\n'
    assert run(splice(BASE, other, ["reward"]))["reward"](0, 0, 0, "") == ("ü", ("é", "ö"), ("é", 2))


def test_statements_on_one_line_stay_together() -> None:
    assert [piece.gives for piece in pieces("a = 1; b = 2\n@d\ndef f(): pass\n")] == [{"a", "b"}, {"f"}]


def test_a_program_without_a_function_has_nothing_that_only_it_needed() -> None:
    assert defined(without(BASE, "reward")) == {"State", "math", "SIZE", "helper", "transition"}
    assert without("def broken(", "reward") == "def broken("


@pytest.mark.parametrize(
    "other",
    ["# more\n" + BASE, BASE.replace('    """Goes on."""\n', ""), BASE.replace("# added up", "# more"), BASE + "\n\n"],
)
def test_comments_docstrings_and_layout_make_no_other_program(other: str) -> None:
    assert equivalent(BASE, other)


@pytest.mark.parametrize("other", [BASE.replace("SIZE = 3", "SIZE = 4"), BASE.replace("SIZE = 3", "SIZE = 3.0"), "x ="])
def test_anything_else_does(other: str) -> None:
    assert not equivalent(BASE, other)


def test_text_that_does_not_parse_is_compared_as_it_is() -> None:
    assert equivalent("x =", " x = \n")
    assert normalised("x =") == "x ="
