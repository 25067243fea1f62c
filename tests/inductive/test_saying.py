"""What a goal's words say of the state that things are to be in."""

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State
from synth_server.inductive.album import Album
from synth_server.inductive.saying import doers_of
from synth_server.inductive.survey import build


def den(*, lit: bool = False, seen: bool = False) -> State:
    """A lamp and a den, each of which may be seen."""
    return State([Object("Lamp", name="lamp 1", lit=lit, seen=seen), Object("Den", name="den 1", seen=seen)])


def test_an_action_brings_about_what_it_changes_of_the_things_that_it_is_applied_to() -> None:
    rows = [
        Transition(den(), Action("kindle", ["lamp 1"]), 0.0, den(lit=True)),
        Transition(den(lit=True), Action("peer"), 0.0, den(lit=True, seen=True)),
    ]
    doers = doers_of(build(rows, Album())[1])
    assert doers["lit"] == {"kindl"}
    assert "seen" not in doers
