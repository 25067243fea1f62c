"""What a play has met, told by kinds."""

from agent_client.sightings import Sightings
from sandbox.runtime.sights import sight
from sandbox.runtime.state import Object, State, bodies_of


def barn(place: str, hand: str | None = None, spot: str = "stall 1") -> State:
    """A groom, two stalls and a trough, each somewhere, and a bridle."""
    return State(
        [
            Object("Groom", name="groom", at=place, hand=hand),
            Object("Place", name="stall 1", sort="stall"),
            Object("Place", name="stall 2", sort="stall"),
            Object("Place", name="trough 1", sort="trough"),
            Object("Gear", name="bridle 1", sort="bridle", spot=None if hand else spot),
            Object("Gear", name="brush 1", sort="brush", spot="trough 1"),
            Object("Gear", name="brush 2", sort="brush", spot="trough 1"),
        ]
    )


def walked() -> Sightings:
    seen = Sightings()
    seen.begin(barn("stall 1"))
    seen.add(barn("stall 1"), barn("trough 1"))
    seen.add(barn("trough 1"), barn("stall 1"))
    seen.add(barn("stall 1"), barn("stall 1", hand="brush 1"))
    return seen


def test_places_of_one_kind_are_one_sight() -> None:
    told = walked().of(barn("stall 2"), "hang the bridle over the trough")
    assert told.kinds == {"Groom"}
    here = sight(bodies_of(barn("stall 2")), told.kinds, told.classes)
    assert here in told.met
    other = sight(bodies_of(barn("trough 1", hand="brush 2")), told.kinds, told.classes)
    assert other not in told.met


def test_what_the_goal_names_is_told_by_its_name() -> None:
    told = walked().of(barn("stall 1"), "hang the brush over the trough")
    assert {"brush 1", "brush 2", "trough 1"} <= told.named
    assert not {"bridle 1", "stall 1", "groom"} & told.named


def test_what_changes_tells_no_kind() -> None:
    told = walked().of(barn("stall 1"), "sweep")
    assert told.classes["stall 1"] == "stall"
    moved = Sightings()
    moved.begin(barn("stall 1"))
    assert "bridle" in moved.of(barn("stall 1"), "sweep").classes["stall 1"]  # nothing was seen to change yet


def test_what_comes_and_goes_tells_no_kind() -> None:
    """A note about the trough is another thing than what the trough is."""
    noted = barn("stall 1")
    noted.add(Object("Note", about="trough 1", text="leaks"))
    seen = walked()
    assert "leaks" in seen.of(noted, "sweep").classes["trough 1"]  # notes were not seen to come or go yet
    seen.add(noted, barn("stall 1"))
    assert seen.of(noted, "sweep").classes["trough 1"] == "trough"
    assert sight(bodies_of(noted), frozenset({"Groom"}), seen.of(noted, "sweep").classes) in seen.of(noted, "").met


def stable(place: str, *, closed: bool, hand: str | None = None) -> State:
    """A groom, two places with a gate each, of which one may be closed, and two bridles."""
    return State(
        [
            Object("Groom", name="groom", at=place, hand=hand),
            Object("Place", name="stall 1", sort="stall"),
            Object("Place", name="yard 1", sort="yard"),
            Object("Gate", name="gate 1", sort="gate", of="stall 1", closed=closed),
            Object("Gate", name="gate 2", sort="gate", of="yard 1", closed=False),
            Object("Gear", name="bridle 1", sort="bridle"),
            Object("Gear", name="bridle 2", sort="bridle"),
        ]
    )


def test_a_closer_sight_tells_in_what_state_things_are_there() -> None:
    seen = Sightings()
    seen.begin(stable("yard 1", closed=False))
    seen.add(stable("yard 1", closed=False), stable("stall 1", closed=False))
    seen.add(stable("stall 1", closed=False), stable("stall 1", closed=True))
    seen.add(stable("stall 1", closed=True), stable("yard 1", closed=True, hand="bridle 1"))
    seen.add(stable("yard 1", closed=True, hand="bridle 1"), stable("stall 1", closed=True, hand="bridle 1"))
    told = seen.of(stable("yard 1", closed=True), "hang the bridle in the stall")
    assert told.states == {"closed"}
    opened = bodies_of(stable("stall 1", closed=False, hand="bridle 1"))
    assert sight(opened, told.kinds, told.classes) in told.met
    assert sight(opened, told.kinds, told.classes, told.states) not in told.closely
    closed = bodies_of(stable("stall 1", closed=True, hand="bridle 1"))
    assert sight(closed, told.kinds, told.classes, told.states) in told.closely
