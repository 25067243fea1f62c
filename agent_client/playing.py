"""One play, wired: an environment, a trusted server, an agent."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from agent_client import trust, types
from agent_client.adapters.base import Environment
from agent_client.agent import Agent, PlaySettings
from agent_client.errors import EnvironmentFailedError, WorldsmithError
from agent_client.events import Event, Observer
from agent_client.learning import Learner, LearnSettings
from agent_client.result import PlayResult
from agent_client.session import Connection
from sandbox.local import local_sandbox
from sandbox.runtime_text import runtime_digest


@dataclass(frozen=True)
class PlayRequest:
    """What is to be played, and how. ``world`` names the world at the server; empty: a new one for this play.

    ``model`` is the id of a model to begin with, or empty.
    """

    world: str = ""
    model: str = ""
    learn: LearnSettings = field(default_factory=LearnSettings)
    play: PlaySettings = field(default_factory=PlaySettings)


def play(
    env: Environment, connection: Connection, request: PlayRequest, observers: Sequence[Observer]
) -> tuple[PlayResult, types.Model | None]:
    """Plays, and returns the figures and the model in use at the end.

    Raises:
        WorldsmithError: the server refused or is gone, the environment raised, or a model is not to be trusted. Its
            text names the world under which what was seen is kept.
    """
    observer, digest = _together(observers), runtime_digest()
    world = replace(env.world, name=request.world or f"{env.world.name}-{secrets.token_hex(4)}")
    connection.client.create_world(world)
    first = connection.client.get_model(request.model) if request.model else None
    if first is not None:
        trust.verify(first, connection.key, digest)
    learner = Learner(
        client=connection.client,
        world=world,
        key=connection.key,
        runtime_digest=digest,
        settings=request.learn,
        observer=observer,
    )
    sandbox = local_sandbox()
    agent = Agent(env=env, learner=learner, sandbox=sandbox, settings=request.play, observer=observer, model=first)
    try:
        return agent.run(), agent.model
    except EnvironmentFailedError as error:
        raise EnvironmentFailedError(f"{error}; {_kept(world.name)}") from error
    except WorldsmithError as error:
        if learner.submitted:
            raise type(error)(f"{error}; {_kept(world.name)}", reason=error.reason, field=error.field) from error
        raise
    finally:
        sandbox.close()


def _kept(world: str) -> str:
    return f"what was submitted is kept: go on with --world {world}"


def _together(observers: Sequence[Observer]) -> Callable[[Event], None]:
    def observe(event: Event) -> None:
        for observer in observers:
            observer(event)

    return observe
