from sandbox.runtime.state import State
from synth_server.verify.words import NOTHING, describe_change, shorten
from tests.verify.worlds import state


def test_a_changed_attribute_is_told_by_type_and_name() -> None:
    assert describe_change(state(1), state(2)) == "Agent.x: 1 -> 2"


def test_one_of_several_objects_of_a_type_is_told_whole() -> None:
    before = state(1, key_at=[2, 5])
    assert describe_change(before, state(1, key_at=[3, 5])) == "Key(color='red', x=2).x: 2 -> 3"


def test_added_and_removed_objects_are_told() -> None:
    after = state(1, keys=1)
    assert describe_change(state(1, key_at=[1]), after) == "Agent.keys: 0 -> 1; removed Key(color='red', x=1)"
    assert describe_change(after, state(1, keys=1, key_at=[4])) == "added Key(color='red', x=4)"


def test_values_that_differ_in_type_only_are_told_apart() -> None:
    one, true = State(), State()
    one.add("A", n=1)
    true.add("A", n=True)
    assert describe_change(one, true) == "A.n: 1 -> True"


def test_equal_states_change_nothing() -> None:
    assert describe_change(state(1), state(1)) == NOTHING


def test_a_change_of_everything_is_told_shortly() -> None:
    assert len(describe_change(state(0, key_at=range(90)), state(0, key_at=range(100, 190)))) < 1000


def test_long_texts_are_cut() -> None:
    assert shorten("abcdefgh", 6) == "abc..."


def test_a_change_of_very_many_objects_is_told_in_few_words_and_little_work() -> None:
    before, after = State(), State()
    for number in range(20_000):
        before.add("Old", number=number)
        after.add("Old", number=-1 - number)
    told = describe_change(before, after)  # pairing each with each would take hours
    assert told.startswith("Old(number=")
    assert len(told) <= 400


def test_names_that_would_command_a_terminal_are_spelled_out() -> None:
    after = State()
    after.add("\x1b[2J")
    assert describe_change(State(), after) == "added \\x1b[2J()"
