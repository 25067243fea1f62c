"""What a Docker engine is able to do, as far as it bears on how strong a container is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import docker

from sandbox.engine import translated

# As `docker info` names them (Docker API, GET /info, SecurityOptions).
_ROOTLESS, _USERNS = "name=rootless", "name=userns"


@dataclass(frozen=True)
class EngineFacts:
    """``bounded``: it limits a container's memory and processes, as a rootless engine on cgroup v1 does not."""

    runtimes: frozenset[str]
    rootless: bool
    userns: bool
    bounded: bool

    def remark(self) -> str:
        """What a level's note has to say besides; empty for an ordinary engine."""
        words = []
        if self.rootless:
            words.append("The engine is rootless, so that even its root is an ordinary user of this machine.")
        elif self.userns:
            words.append("The engine maps the container's users, so that its root is nobody on this machine.")
        if not self.bounded:
            words.append(
                "The engine does not limit a container's memory and processes; each program's own limits hold."
            )
        return " ".join(words)


def engine_facts(client: docker.DockerClient) -> EngineFacts:
    """Asks the engine.

    Raises:
        SandboxUnavailableError: it does not answer.
    """
    with translated():
        return read_facts(client.info())


def read_facts(info: Mapping[str, Any]) -> EngineFacts:
    """The facts in what the engine tells of itself."""
    options = {word for option in info.get("SecurityOptions") or () for word in option.split(",")}
    return EngineFacts(
        runtimes=frozenset(info.get("Runtimes") or ()),
        rootless=_ROOTLESS in options,
        userns=_USERNS in options,
        bounded=bool(info.get("MemoryLimit")) and bool(info.get("PidsLimit", True)),
    )
