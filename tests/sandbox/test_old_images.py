"""Images of former versions go, but none that is young, in use, this one, or somebody else's."""

import tarfile
import time
from collections.abc import Callable, Iterator
from io import BytesIO

import docker
import pytest

from sandbox.engine import connect
from sandbox.old_images import DAY, remove_superseded

REPOSITORY = "worldsmith-test-old-images"
LATER = 2 * DAY


@pytest.fixture
def engine() -> Iterator[docker.DockerClient]:
    client = connect()
    yield client
    for tag in tags(client):
        client.api.remove_image(tag, force=True)
    client.close()


@pytest.fixture
def made(engine: docker.DockerClient) -> Callable[[str], str]:
    """Makes an image that holds its own tag."""

    def make(tag: str) -> str:
        packed = BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            tar.addfile(tarfile.TarInfo(tag))
        engine.api.import_image_from_data(packed.getvalue(), repository=REPOSITORY, tag=tag)
        return f"{REPOSITORY}:{tag}"

    return make


def tags(engine: docker.DockerClient) -> set[str]:
    return {tag for image in engine.api.images(name=REPOSITORY) for tag in image["RepoTags"] or ()}


def test_old_images_go_but_not_this_one_nor_another_pythons(
    engine: docker.DockerClient, made: Callable[[str], str]
) -> None:
    current, old, older = made("py3.11-cc"), made("py3.11-aa"), made("py3.11-bb")
    other, plain = made("py3.1-aa"), made("latest")
    assert sorted(remove_superseded(engine, current, time.time() + LATER)) == [old, older]
    assert tags(engine) == {current, other, plain}
    assert remove_superseded(engine, current, time.time() + LATER) == []


def test_young_images_stay(engine: docker.DockerClient, made: Callable[[str], str]) -> None:
    current, young = made("py3.11-cc"), made("py3.11-aa")
    assert remove_superseded(engine, current, time.time() + DAY / 2) == []
    assert tags(engine) == {current, young}


def test_an_image_that_a_container_uses_stays(engine: docker.DockerClient, made: Callable[[str], str]) -> None:
    current, used = made("py3.11-cc"), made("py3.11-aa")
    container = engine.api.create_container(used, command=["none"])["Id"]
    try:
        assert remove_superseded(engine, current, time.time() + LATER) == []
    finally:
        engine.api.remove_container(container)
    assert remove_superseded(engine, current, time.time() + LATER) == [used]
