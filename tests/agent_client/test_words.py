from agent_client.words import change
from sandbox.runtime.state import Object, State

HERO, KEY, DOOR = Object("Hero", x=1, y=2, carrying=None), Object("Key", x=3), Object("Door", open=False)


def changed(*after: Object) -> str:
    return change(State([HERO, KEY, DOOR]), State(after))


def test_changed_attributes_are_told_one_by_one() -> None:
    assert changed(Object("Hero", x=1, y=3, carrying=None), KEY, DOOR) == "Hero y 2 -> 3"
    assert changed(HERO, KEY, Object("Door", open=True)) == "Door open false -> true"
    assert changed(Object("Hero", x=1, y=2, carrying="key"), DOOR) == "Hero carrying none -> key; Key gone"
    assert changed(HERO, KEY, DOOR) == "nothing changes"


def test_what_is_new_and_what_has_other_attributes_is_told_as_it_is() -> None:
    assert changed(HERO, KEY, DOOR, Object("Lamp", x=9)) == "Lamp(x=9) new"
    assert changed(HERO, Object("Key", y=3), DOOR) == "Key gone; Key(y=3) new"


def test_types_of_numbers_are_told_apart() -> None:
    assert changed(HERO, Object("Key", x=3.0), DOOR) == "Key x 3 -> 3.0"


def test_one_of_several_is_told_from_the_others_and_each_is_matched_with_the_nearest() -> None:
    before = State([Object("Box", x=1, y=1), Object("Box", x=5, y=5)])
    after = State([Object("Box", x=1, y=2), Object("Box", x=6, y=5)])
    assert change(before, after) == "Box(x=1, y=1) y 1 -> 2; Box(x=5, y=5) x 5 -> 6"
