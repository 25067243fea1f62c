"""An action is hoped to be offered where no state spoke against it and the names of attributes say that it may be."""

from sandbox.data.records import Transition, World
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import Object, State
from synth_server.inductive.learn import propose
from synth_server.inductive.offer_hopes import akin
from synth_server.providers.protocol import Request

LIDS = {"tray": False, "crate": True, "drum": True}  # whether it can be unlidded


def yard(at: str, hand: str | None = None, unlidded: tuple[str, ...] = (), where: str = "tray") -> State:
    """A picker at a box, three boxes of which two have lids, and a plum in one of them."""
    boxes = [
        Object("Box", name=name, unliddable=able, unlidded=name in unlidded, dusty=name == "drum")
        for name, able in LIDS.items()
    ]
    plum = Object("Fruit", name="plum", box=None if hand else where)
    return State([Object("Picker", box=at, hand=hand), *boxes, plum])


def row(before: State, action: Action, after: State, *, keep: bool = True) -> Transition:
    """A step; what is offered: going elsewhere, unlidding, picking from what is open, unless it may not be."""
    picker, offered = before.of("Picker")[0], []
    for box in before.of("Box"):
        here = picker.box == box.name
        if not here:
            offered.append(Action("go", [box.name]))
        if here and box.unliddable and not box.unlidded:
            offered.append(Action("unlid", [box.name]))
        open_ = not box.unliddable or (box.unlidded and keep)
        plum = before.of("Fruit")[0]
        if here and open_ and plum.box == box.name:
            offered.append(Action("pick", [plum.name, box.name]))
    return Transition(before, action, 0.0, after, available=tuple(offered))


def seen() -> list[Transition]:
    """Plums are picked from the tray; those in closed boxes are not, and no box with a plum was ever unlidded."""
    rows = [row(yard("tray"), Action("pick", ["plum", "tray"]), yard("tray", "plum"))]
    for box in ("crate", "drum"):
        rows.append(row(yard("tray"), Action("go", [box]), yard(box)))
        rows.append(row(yard("tray", where=box), Action("go", [box]), yard(box, where=box)))
        rows.append(row(yard(box, where=box), Action("go", ["tray"]), yard("tray", where=box)))
        rows.append(row(yard(box), Action("unlid", [box]), yard(box, unlidded=(box,))))
        rows.append(row(yard(box, unlidded=(box,)), Action("go", ["tray"]), yard("tray", unlidded=(box,))))
    return rows


def picks(rows: list[Transition], state: State) -> bool:
    """Whether a program learned from rows tells that the plum may be picked."""
    model = load_model(propose(Request(World("yard"), rows, [], 0, 0)).source)
    assert model.actions is not None
    for known in rows:
        assert set(model.actions(known.state.copy())) == set(known.available or ())
    return any(action.name == "pick" for action in model.actions(state))


def test_what_names_say_is_hoped_where_no_state_spoke_against_it() -> None:
    assert picks(seen(), yard("crate", unlidded=("crate",), where="crate"))
    assert not picks(seen(), yard("crate", where="crate"))


def test_a_hope_that_a_state_speaks_against_is_given_up() -> None:
    refuting = yard("crate", unlidded=("crate",), where="crate")
    rows = [
        *seen(),
        row(refuting, Action("go", ["tray"]), yard("tray", unlidded=("crate",), where="crate"), keep=False),
    ]
    assert not picks(rows, yard("drum", unlidded=("drum",), where="drum"))


def test_names_are_akin_that_have_a_long_part_in_common() -> None:
    assert akin("opened", "openable")
    assert akin("isclean", "cleanable")
    assert not akin("opened", "checked")
    assert not akin("ishot", "iscool")
