from agent_client.program_diff import compare

BEFORE = '''
SPEED = 2

def move(thing):
    """Moves (3 cases seen)."""
    thing.x += SPEED

def push(thing):
    thing.x += 1

def old(thing):
    return thing
'''
AFTER = '''
SPEED = 2

def move(thing):  # as it was
    """Moves (30 cases seen)."""
    thing.x += SPEED

def push(thing):
    thing.x += 2

def new(thing):
    return thing
'''


def test_what_is_kept_changed_new_and_gone_is_told_by_name() -> None:
    diff = compare(BEFORE, AFTER, ("m-1", "m-2"))
    assert (diff.kept, diff.changed, diff.added, diff.removed) == (("SPEED", "move"), ("push",), ("new",), ("old",))
    assert str(diff) == "2 of 4 definitions reused; changed: push; new: new; gone: old"
    assert diff.lines[:2] == ("--- m-1", "+++ m-2")
    assert "+    thing.x += 2" in diff.lines


def test_the_same_program_differs_in_nothing() -> None:
    diff = compare(BEFORE, BEFORE)
    assert diff.lines == ()
    assert str(diff) == "the same program"


def test_a_function_of_nothing_but_a_docstring_can_be_compared() -> None:
    assert compare('def f():\n    """One."""\n', 'def f():\n    """Two."""\n').kept == ("f",)
