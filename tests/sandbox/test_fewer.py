"""Plans among many things, of which the goal names few."""

from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.planners import Budget, plan
from sandbox.runtime.state import Object, State

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
