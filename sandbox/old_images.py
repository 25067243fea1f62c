"""Images of former versions: each version of the guest is an image of its own, and nobody else would remove them."""

import docker

from sandbox.engine import translated

DAY = 24 * 60 * 60.0
_IN_THE_WAY = (404, 409)  # gone meanwhile, or taken into use meanwhile


def remove_superseded(client: docker.DockerClient, name: str, now: float, age: float = DAY) -> list[str]:
    """Removes images like ``name`` that are older than ``age`` seconds at ``now`` and that no container uses.

    Alike are those of the same repository and the same Python: the tag up to its digest. Younger ones stay, since
    another checkout may use the same engine; a checkout whose image went builds it again. Gives what was removed.

    Raises:
        SandboxUnavailableError: the engine does not answer.
    """
    alike = name.rpartition("-")[0] + "-"
    removed = []
    with translated():
        used = {container["ImageID"] for container in client.api.containers(all=True)}
        for image in client.api.images(name=name.partition(":")[0]):
            if image["Id"] in used or now - image["Created"] <= age:
                continue
            tags = [tag for tag in image["RepoTags"] or () if tag.startswith(alike) and tag != name]
            removed += [tag for tag in tags if _removed(client, tag)]
    return removed


def _removed(client: docker.DockerClient, tag: str) -> bool:
    try:
        client.api.remove_image(tag)
    except docker.errors.APIError as error:
        if error.status_code in _IN_THE_WAY:
            return False
        raise
    return True
