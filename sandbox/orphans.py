"""Containers that a server left behind when it died: whose is whose, and which may go."""

import os

import docker

from sandbox import owners
from sandbox.engine import remove

LABEL = "worldsmith.sandbox"
INSTANCE = "worldsmith.instance"
OWNER = "worldsmith.owner"


def labels(instance: str) -> dict[str, str]:
    """What a container of this process carries."""
    return {LABEL: "1", INSTANCE: instance, OWNER: owners.owner(os.getpid())}


def remove_orphans(client: docker.DockerClient, instance: str) -> int:
    """Removes the containers whose owner is surely dead, and says how many.

    Surely dead is a process of this boot and this process namespace that is no more. Where the owner cannot be seen
    (a former boot, another namespace), a container goes if it is not running, or was this instance's.

    Raises:
        docker.errors.DockerException: the engine refuses.
    """
    count = 0
    for container in client.api.containers(all=True, filters={"label": f"{LABEL}=1"}):
        told = container.get("Labels") or {}
        if _orphaned(told.get(OWNER, ""), told.get(INSTANCE, ""), instance, container.get("State", "")):
            remove(client, container["Id"])
            count += 1
    return count


def _orphaned(owner: str, owner_instance: str, instance: str, state: str) -> bool:
    dead = owners.is_dead(owner)
    if dead is not None:
        return dead
    return state in ("exited", "dead") or (bool(instance) and owner_instance == instance)
