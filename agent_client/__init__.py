"""The client: connect to a server, let an agent learn an environment, plan with what it learned.

Names for users; the modules beside this file hold the rest.
"""

from agent_client.adapters.base import Adapter, Environment, StepResult
from agent_client.adapters.registry import make
from agent_client.agent import PlaySettings
from agent_client.client import Client
from agent_client.errors import WorldsmithError
from agent_client.loading import load
from agent_client.planning import LoadedModel, Plan, PlannedStep, PlanSettings
from agent_client.playing import PlayRequest, play
from agent_client.session import ServerChoice, connect

__all__ = [
    "Adapter",
    "Client",
    "Environment",
    "LoadedModel",
    "Plan",
    "PlanSettings",
    "PlannedStep",
    "PlayRequest",
    "PlaySettings",
    "ServerChoice",
    "StepResult",
    "WorldsmithError",
    "connect",
    "load",
    "make",
    "play",
]
