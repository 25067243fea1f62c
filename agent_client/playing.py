"""One play, wired: an environment, a trusted server, an agent."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from agent_client import trust, types
from agent_client.adapters.base import Environment
from agent_client.agent import Agent, PlaySettings
from agent_client.client import Client
from agent_client.errors import EnvironmentFailedError, TrustError, WorldsmithError
from agent_client.events import Event, Observer, WentOn
from agent_client.learning import Learner, LearnSettings
from agent_client.result import PlayResult
from agent_client.session import Connection
from sandbox.data.records import World
from sandbox.local import local_sandbox
from sandbox.runtime_text import runtime_digest


@dataclass(frozen=True)
class PlayRequest:
    """What is to be played, and how.

    ``world`` names the world at the server, whose data and newest model the play goes on with if it is there.
    ``model`` is the id of a model to begin with instead; without ``world`` the play goes on in the model's own world if
    that is defined like the environment's. With neither, the world is a new one.
    """

    world: str = ""
    model: str = ""
    learn: LearnSettings = field(default_factory=LearnSettings)
    play: PlaySettings = field(default_factory=PlaySettings)


@dataclass(frozen=True)
class _Held:
    """What the server held of a world before a play: transitions, and a model to begin with."""

    rows: int = 0
    model: types.Model | None = None


def play(
    env: Environment, connection: Connection, request: PlayRequest, observers: Sequence[Observer]
) -> tuple[PlayResult, types.Model | None]:
    """Plays, and returns the figures and the model in use at the end.

    Raises:
        WorldsmithError: the server refused or is gone, the environment raised, or the model that was asked for is not
            to be trusted. Its text names the world under which what was seen is kept, if any of it is.
    """
    observer = _together(observers)
    first = _asked_model(connection, request.model)
    world = _world(env, connection.client, request.world, first)
    held = _held(connection, world, first, observer)
    learner = Learner(
        client=connection.client,
        world=world,
        key=connection.key,
        runtime_digest=runtime_digest(),
        settings=request.learn,
        observer=observer,
    )
    sandbox = local_sandbox()
    try:
        agent = Agent(
            env=env,
            learner=learner,
            sandbox=sandbox,
            settings=request.play,
            observer=observer,
            model=held.model,
            stored=held.rows,
        )
        return agent.run(), agent.model
    except WorldsmithError as error:
        if held.rows or learner.submitted:
            told = f"{error}; what was submitted is kept: go on with --world {world.name}"
            if isinstance(error, EnvironmentFailedError):
                raise EnvironmentFailedError(told) from error
            raise type(error)(told, reason=error.reason, field=error.field) from error
        raise
    finally:
        sandbox.close()


def _asked_model(connection: Connection, id: str) -> types.Model | None:
    if not id:
        return None
    model = connection.client.get_model(id)
    trust.verify(model, connection.key, runtime_digest())
    return model


def _world(env: Environment, client: Client, name: str, first: types.Model | None) -> World:
    """The world to play in, as the server is told of it."""
    if not name and first is not None:
        there, _ = client.get_world(first.world)
        if replace(env.world, name=there.name) == there:
            return there
    return replace(env.world, name=name or f"{env.world.name}-{secrets.token_hex(4)}")


def _held(connection: Connection, world: World, first: types.Model | None, observer: Observer) -> _Held:
    """Creates the world, or finds what is held of it. A newest model that cannot be trusted is told, and left."""
    client = connection.client
    if client.create_world(world):
        return _Held(model=first)
    rows, refused = client.get_world(world.name)[1].transitions, ""
    model = first or next(client.list_models(world.name), None)
    if model is not None and model is not first:
        try:
            trust.verify(model, connection.key, runtime_digest())
        except TrustError as error:
            model, refused = None, str(error)
    observer(WentOn(world.name, rows, model, refused))
    return _Held(rows, model)


def _together(observers: Sequence[Observer]) -> Callable[[Event], None]:
    def observe(event: Event) -> None:
        for observer in observers:
            observer(event)

    return observe
