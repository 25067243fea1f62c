"""Plans among many things, of which the goal names few."""

import pytest

from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.planners import Budget, Plan, Problem, explore, plan
from sandbox.runtime.planners.named import Concern, named_of
from sandbox.runtime.planners.tree import Tree, searched
from sandbox.runtime.sights import Sights
from sandbox.runtime.state import Object, State, bodies_of

STORE = '''
"""A porter carries parcels between bays; a heavy one only with the trolley in hand."""
from worldsmith_runtime import Action, State

def actions(state: State):
    porter = state.of("Porter")[0]
    found = [Action("walk", [bay.name]) for bay in state.of("Bay") if bay.name != porter.bay]
    for parcel in state.where(type="Parcel", bay=porter.bay):
        if porter.hold is None and (not parcel.heavy or porter.trolley):
            found.append(Action("take", [parcel.name]))
        if parcel.kind == "trolley":
            found.append(Action("grip", [parcel.name]))
    if porter.hold is not None:
        found.append(Action("put"))
    return found

def transition(state: State, action: Action) -> State:
    porter = state.of("Porter")[0]
    if action.name == "walk":
        porter.bay = action.args[0]
    elif action.name == "grip":
        porter.trolley = True
    elif action.name == "take":
        porter.hold = action.args[0]
        state.where(type="Parcel", name=action.args[0])[0].bay = None
    else:
        state.where(type="Parcel", name=porter.hold)[0].bay = porter.bay
        porter.hold = None
    return state

def reward(state: State, action: Action, next_state: State, goal: str):
    kind, place = goal.split()[1], goal.split()[-1]
    bays = [bay.name for bay in next_state.where(type="Bay", kind=place)]
    done = any([parcel.bay in bays for parcel in next_state.where(type="Parcel", kind=kind)])
    return float(done), done
'''
KINDS = ("crate", "barrel", "carton", "bucket", "ladder", "trolley")


def store(heavy: bool) -> State:
    """A porter, twenty bays and sixty parcels, of which one is a ladder."""
    bays = [Object("Bay", name=f"bay {i}", kind="dock" if i == 7 else "shelf") for i in range(20)]
    parcels = []
    for i in range(60):
        kind = "ladder" if i == 11 else "trolley" if i == 5 else KINDS[i % 4]
        bay = f"bay {(i * 3) % 20}"
        parcels.append(Object("Parcel", name=f"{kind} {i}", kind=kind, bay=bay, heavy=heavy and kind == "ladder"))
    return State([Object("Porter", bay="bay 0", hold=None, trolley=False), *bays, *parcels])


def test_what_the_goal_does_not_name_is_left_out() -> None:
    found = plan(load_model(STORE), store(heavy=False), "bring ladder to dock", Budget(4000))
    assert found.verdict == "found"
    assert [action.name for action in found.actions] == ["walk", "take", "walk", "put"]
    assert found.nodes < 400
    assert found.states[-1].where(type="Parcel", kind="ladder", bay="bay 7")


def test_a_plan_for_fewer_things_that_fails_among_all_counts_for_nothing() -> None:
    """The trolley is not named, but without it nothing is found; so all things are looked at."""
    found = plan(load_model(STORE), store(heavy=True), "bring ladder to dock", Budget(4000))
    assert found.verdict != "refuted"
    if found.verdict == "found":
        assert Action("grip", ["trolley 5"]) in found.actions


def test_a_plan_has_no_step_that_it_does_without() -> None:
    found = plan(load_model(STORE), store(heavy=False), "bring ladder to dock", Budget(4000))
    assert len(found.actions) == len(set(found.actions)) == 4


PAINTED = (
    STORE.replace(
        "    if porter.hold is not None:\n        found",
        "    if porter.hold is not None and porter.bay == 'bay 3':\n        found.append(Action(\"paint\"))\n"
        "    if porter.hold is not None:\n        found",
    )
    .replace(
        '    elif action.name == "take"',
        '    elif action.name == "paint":\n        state.where(type="Parcel", name=porter.hold)[0].painted = True\n'
        '    elif action.name == "take"',
    )
    .replace("any([parcel.bay in bays", "any([parcel.painted and parcel.bay in bays")
)


def test_what_is_asked_of_a_named_thing_is_known_before_anything_was_seen_to_change_it() -> None:
    """Nothing but holding the ladder in one bay of twenty shows that things can be painted."""
    start = store(heavy=False)
    for parcel in start.of("Parcel"):
        parcel["painted"] = False
    found = plan(load_model(PAINTED), start, "bring ladder to dock", Budget(8000))
    assert found.verdict == "found"
    assert [action.name for action in found.actions] == ["walk", "take", "walk", "paint", "walk", "put"]
    assert found.nodes < 600


SEEN = Sights(
    frozenset({"Porter"}),
    {f"bay {i}": "dock" if i == 7 else "shelf" for i in range(20)} | {"ladder 11": "ladder"},
    frozenset({"ladder 11"}),
    frozenset({("shelf", ""), ("dock", ""), ("shelf", "ladder")}),
)


def test_a_sight_never_met_is_sought_with_what_the_goal_names() -> None:
    problem = Problem(load_model(STORE), store(heavy=False), "bring ladder to dock")
    found = explore(problem, Budget(2000), sights=SEEN)
    assert (found.verdict, found.kind) == ("found", "unmet")
    assert [action.name for action in found.actions] == ["walk", "take", "walk"]
    assert found.actions[-1] == Action("walk", ["bay 7"])
    assert "dock" in found.reason
    assert "ladder" in found.reason


def test_where_all_sights_were_met_nothing_is_sought() -> None:
    problem = Problem(load_model(STORE), store(heavy=False), "bring ladder to dock")
    every = frozenset({*SEEN.met, ("dock", "ladder")})
    assert explore(problem, Budget(2000), sights=SEEN._replace(met=every)).verdict != "found"


def test_where_all_sights_were_met_a_state_that_something_was_not_seen_in_is_sought() -> None:
    start = store(heavy=False)
    for parcel in start.of("Parcel"):
        parcel["painted"] = False
    problem = Problem(load_model(PAINTED), start, "bring ladder to dock")
    every = frozenset({*SEEN.met, ("dock", "ladder")})
    sights = SEEN._replace(met=every, closely=every)
    assert explore(problem, Budget(2000), sights=sights).verdict != "found"
    found = explore(problem, Budget(2000), sights=sights._replace(states=frozenset({"painted"})))
    assert (found.verdict, found.kind) == ("found", "unmet")
    assert [action.name for action in found.actions] == ["walk", "take", "walk", "paint"]
    assert "ladder painted" in found.reason


@pytest.mark.parametrize(
    ("goal", "kinds"),
    [
        ("bring the pencil to the dock", {"pencil"}),
        ("bring two pens", {"pen"}),
        ("fetch a pen case", {"pen", "pencase"}),
        ("look at the tvs", set()),
        ("carry boxes", {"box"}),
    ],
)
def test_a_thing_is_named_by_words_of_the_goal_and_not_by_a_part_of_one(goal: str, kinds: set[str]) -> None:
    things = State([Object("Thing", kind=kind) for kind in ("pen", "pencil", "pencase", "box", "tv")])
    assert {body.data["kind"] for body in named_of(bodies_of(things), goal, {})} == kinds


def test_a_kind_of_two_letters_is_named_where_it_is_a_word_of_the_goal() -> None:
    start = store(heavy=False)
    for parcel in start.of("Parcel"):
        if parcel.kind == "ladder":
            parcel["kind"], parcel["name"] = "tv", "tv 11"
    found = plan(load_model(STORE), start, "bring tv to dock", Budget(4000))
    assert [action.name for action in found.actions] == ["walk", "take", "walk", "put"]
    assert found.nodes < 400


def test_what_is_done_for_one_thing_counts_although_another_had_it_from_the_start() -> None:
    """Four ladders are at the dock already, but none is painted; painting takes a ladder elsewhere."""
    start = store(heavy=False)
    for number, parcel in enumerate(start.of("Parcel")):
        parcel["painted"] = False
        if number in (20, 24, 28, 32):
            parcel["kind"], parcel["bay"] = "ladder", "bay 7"
    found = plan(load_model(PAINTED), start, "bring ladder to dock", Budget(8000))
    assert found.verdict == "found"
    assert found.nodes < 600


BOTH = STORE.replace("done = any([parcel.bay in bays", "done = 1 < sum([parcel.bay in bays")


def test_that_two_things_be_alike_is_wished_before_all_that_one_could_be() -> None:
    """Each of four ladders might have any of thousands of pairs of marks, none of which counts."""
    start = store(heavy=False)
    for number, parcel in enumerate(start.of("Parcel")):
        for mark in range(60):
            parcel[f"mark_{mark}"] = False
        if number in (20, 24, 28):
            parcel["kind"] = "ladder"
    found = plan(load_model(BOTH), start, "bring ladder to dock", Budget(8000))
    assert found.verdict == "found"
    assert [action.name for action in found.actions] == [*["take", "walk", "put"], *["walk", "take", "walk", "put"]]
    assert found.nodes < 400


def test_what_is_offered_and_not_told_by_the_model_comes_before_any_sight() -> None:
    start = store(heavy=False)
    problem = Problem(load_model(STORE), start, "bring ladder to dock")
    told = [Action("walk", [f"bay {i}"]) for i in range(1, 20)]
    found = explore(problem, Budget(2000), sights=SEEN._replace(offered=(*told, Action("whistle"), Action("sing"))))
    assert (found.verdict, found.kind, found.actions) == ("found", "untold", (Action("whistle"),))
    assert "whistle" in found.reason
    known = explore(problem, Budget(2000), sights=SEEN._replace(offered=tuple(told)))
    assert known.kind == "unmet"


def test_what_is_left_alone_of_its_type_is_still_what_its_name_stands_for() -> None:
    whole = store(heavy=False)
    small = State([thing for thing in whole if thing.type != "Parcel" or thing.kind == "ladder"])
    small.of("Porter")[0].hold = "ladder 11"
    met: list[bool] = []

    def look(tree: Tree) -> Plan:
        met.append(Concern(tree, bodies_of(whole)).met(tree.start))
        return tree.end("refuted")

    searched(Problem(load_model(STORE), small, "bring ladder to dock"), Budget(100), "bfws", look)
    assert met == [True]
