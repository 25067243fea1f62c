"""A household as somebody would write it down who knows it: what is done with things and receptacles."""

from worldsmith_runtime import Action, State


def named(state: State, kind: str, name):
    found = state.where(type=kind, name=name) if name is not None else []
    return found[0] if found else None


def actions(state: State):
    agent = state.one("Agent")
    found = [Action("help"), Action("inventory"), Action("look")]
    if agent.holding is not None:
        found.append(Action("examine thing", [agent.holding]))
    for place in state.of("Receptacle"):
        if place.location != agent.location:
            found.append(Action("go", [place.name]))
            continue
        found.append(Action("examine receptacle", [place.name]))
        if place.openable:
            found.append(Action("close" if place.opened else "open", [place.name]))
        if place.openable and not place.opened:
            continue
        if agent.holding is None:
            inside = [thing for thing in state.where(type="Thing", receptacle=place.name) if thing.pickupable]
            found += [Action("take", [thing.name, place.name]) for thing in inside]
        elif state.where(type="CanContain", receptacle=place.kind, thing=named(state, "Thing", agent.holding).kind):
            found.append(Action("move", [agent.holding, place.name]))
    return found


def transition(state: State, action: Action) -> State:
    agent, args = state.one("Agent"), action.args
    if action.name in ("help", "inventory"):
        agent.checked = True
    elif action.name == "look":
        named(state, "Location", agent.location).checked = True
    elif action.name == "go":
        agent.location = named(state, "Receptacle", args[0]).location
    elif action.name == "examine thing":
        named(state, "Thing", args[0]).checked = True
    elif action.name == "examine receptacle":
        named(state, "Receptacle", args[0]).checked = True
    elif action.name in ("open", "close"):
        place = named(state, "Receptacle", args[0])
        place.opened = action.name == "open"
        place.checked = place.checked or place.opened
    elif action.name == "take":
        thing = named(state, "Thing", args[0])
        agent.holding, thing.location, thing.receptacle = thing.name, None, None
    elif action.name == "move":
        thing = named(state, "Thing", args[0])
        agent.holding, thing.location, thing.receptacle = None, agent.location, args[1]
    return state


def reward(state: State, action: Action, next_state: State, goal: str):
    words = goal.lower().replace(".", "").split()
    for thing in next_state.of("Thing"):
        place = named(next_state, "Receptacle", thing.receptacle) if thing.kind in words else None
        if place is not None and place.kind in words:
            return 1.0, True
    return 0.0, False
