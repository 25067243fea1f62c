"""An explorer that holds no model, against a real server."""

import secrets
from dataclasses import replace

import pytest

from agent_client.errors import NotFoundError, PreconditionError
from agent_client.explorer import Explorer
from agent_client.learning import Learner, LearnSettings
from agent_client.session import Connection
from sandbox.contract import Why
from sandbox.data.records import World
from sandbox.runtime.actions import Action
from sandbox.runtime_text import runtime_digest
from tests.agent_client.conftest import Script
from tests.agent_client.corridor import ASKING, GOOD, Corridor, situation


def learner(connection: Connection, provider: str) -> Learner:
    world = replace(Corridor().world, name=f"corridor-{secrets.token_hex(4)}")
    connection.client.create_world(world)
    return Learner(
        client=connection.client,
        world=world,
        key=connection.key,
        runtime_digest=runtime_digest(),
        settings=LearnSettings(provider=provider),
        observer=lambda event: None,
    )


def test_an_explorer_goes_where_the_model_doubts(connection: Connection, script: Script) -> None:
    doubtful = GOOD + ASKING[ASKING.index("def uncertain") :]
    explorer = Explorer(Corridor(), connection.client, learner(connection, script(doubtful)))
    found = explorer.run(60)
    assert found.steps == 60
    assert found.experiments[Why.DOUBT] == 4
    assert found.experiments[Why.UNSEEN] >= 1
    assert all(explorer.experience.tried_in(situation(x, lamp=11))[Action("press")] for x in range(8, 12))


@pytest.mark.long
def test_an_explorer_with_the_built_in_learner_sees_all_of_a_corridor(connection: Connection) -> None:
    explorer = Explorer(Corridor(), connection.client, learner(connection, "inductive"))
    found = explorer.run(80)
    assert found.model is not None
    assert found.model.evaluation.next_state_fit == 1.0
    places = [x for x in range(12) if explorer.experience.tried_in(situation(x, lamp=11))]
    assert places == list(range(12))


def test_experiments_need_a_world_and_a_model(connection: Connection) -> None:
    with pytest.raises(NotFoundError):
        connection.client.next_experiment("nowhere", situation(0))
    name = f"corridor-{secrets.token_hex(4)}"
    connection.client.create_world(World(name))
    with pytest.raises(PreconditionError):
        connection.client.next_experiment(name, situation(0))
