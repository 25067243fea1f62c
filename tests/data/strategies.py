"""What hypothesis draws: anything a state may hold."""

from hypothesis import strategies as st

from sandbox.data.records import Start, Success, Transition, World
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import Object, State
from sandbox.runtime.values import INT_MAX, INT_MIN

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
floats = st.floats(allow_nan=False, allow_infinity=False)
# Numbers that Python calls equal and the project does not.
twins = st.sampled_from([0, 1, 0.0, -0.0, 1.0, False, True, "1", "", None])
atoms = twins | st.none() | st.booleans() | st.integers(INT_MIN, INT_MAX) | floats | texts
values = st.recursive(atoms, lambda v: st.lists(v, max_size=3) | st.dictionaries(texts, v, max_size=3), max_leaves=6)
attributes = st.dictionaries(names.filter(lambda name: name != "type"), values, max_size=3)
objects = st.builds(Object.from_mapping, st.sampled_from(["Agent", "Box", "type", "é"]) | names, attributes)


@st.composite
def state_pairs(draw):
    """A state and one like it, with repeated objects in both."""
    pool = draw(st.lists(objects, min_size=1, max_size=5))
    before, after = (draw(st.lists(st.sampled_from(pool), max_size=6)) for _ in range(2))
    return State(before), State(after)


actions = st.builds(Action, names, st.lists(values, max_size=2))


@st.composite
def transitions(draw):
    before, after = draw(state_pairs())
    done = draw(st.booleans())
    return Transition(
        state=before,
        action=draw(actions),
        reward=draw(floats) + 0.0,
        next_state=after,
        goal=draw(texts),
        done=done,
        truncated=not done and draw(st.booleans()),
        episode=draw(texts),
        step=draw(st.none() | st.integers(0, INT_MAX)),
        available=draw(st.none() | st.lists(actions, max_size=2).map(tuple)),
    )


starts = st.builds(lambda pair, goal: Start(pair[0], goal), state_pairs(), texts)
arguments = st.builds(
    lambda values: Argument(values=Action("any", values).args), st.lists(values, min_size=1, max_size=3)
) | st.builds(lambda kind, attribute: Argument(type=kind, attribute=attribute), names, names)
schemas = st.builds(ActionSchema, names, st.lists(arguments, max_size=2).map(tuple))
worlds = st.builds(
    World,
    names,
    texts,
    st.lists(schemas, max_size=3).map(tuple),
    st.builds(Success, floats.map(lambda f: f + 0.0), st.booleans()),
)
