"""Makes sure that the image exists which the sandbox's containers run: a Python like the server's, and the guest.

``python -m sandbox.image`` does so and prints the image's name; images of former versions go once they are a day old.
"""

import io
import sys
import tarfile
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import docker
import requests

from sandbox.contract import SandboxUnavailableError
from sandbox.debian_base import make_rootfs_tar
from sandbox.engine import connect, translated
from sandbox.old_images import remove_superseded
from sandbox.runtime_text import runtime_files

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
OFFICIAL = f"python:{VERSION}-slim"
OFFLINE = f"worldsmith-base:debian-{VERSION}"
_DOCKERFILES = (Path(__file__).parent / "Dockerfile", Path(__file__).parents[1] / "deploy/sandbox/Dockerfile")
_REGISTRY_SECONDS = 20
_PULL_SECONDS = 600


def image_name() -> str:
    """The image's name; its tag follows the files that are built in, so another version is another image."""
    total = sha256(_dockerfile())
    for name, content in runtime_files().items():
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return f"worldsmith-sandbox:py{VERSION}-{total.hexdigest()[:16]}"


def ensure_image(client: docker.DockerClient) -> str:
    """The name of the image, built first if it is not there.

    Raises:
        SandboxUnavailableError: it cannot be built; the text says what to do.
    """
    name = image_name()
    with translated():
        if not _present(client, name):
            _build(client, name, _base(client))
    return name


def _base(client: docker.DockerClient) -> str:
    """The official image when it is here or can be had, else one made from Debian's packages."""
    for name in (OFFICIAL, OFFLINE):
        if _present(client, name):
            return name
    if _pulled():
        return OFFICIAL
    with tempfile.TemporaryDirectory(prefix="worldsmith-image-") as folder:
        tar = Path(folder) / "base.tar"
        make_rootfs_tar(VERSION, tar)
        repository, tag = OFFLINE.split(":")
        client.api.import_image_from_file(str(tar), repository=repository, tag=tag)
    return OFFLINE


def _pulled() -> bool:
    """Asks the registry, in bounded time, and pulls when it answers."""
    client = connect(timeout=_REGISTRY_SECONDS)
    try:
        client.api.inspect_distribution(OFFICIAL)
        client.api.timeout = _PULL_SECONDS
        client.images.pull(*OFFICIAL.split(":"))
    except (docker.errors.DockerException, requests.exceptions.RequestException):
        return False
    finally:
        client.close()
    return True


def _present(client: docker.DockerClient, name: str) -> bool:
    try:
        client.images.get(name)
    except docker.errors.ImageNotFound:
        return False
    return True


def _build(client: docker.DockerClient, name: str, base: str) -> None:
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as tar:
        _add(tar, "Dockerfile", _dockerfile())
        for path, content in runtime_files().items():
            _add(tar, f"runtime/{path}", content)
    context.seek(0)
    try:
        client.images.build(
            fileobj=context, custom_context=True, tag=name, buildargs={"BASE": base}, rm=True, forcerm=True
        )
    except docker.errors.BuildError as error:
        raise SandboxUnavailableError(f"The sandbox's image cannot be built on {base}: {error}.") from None


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o644
    tar.addfile(entry, io.BytesIO(content))


def _dockerfile() -> bytes:
    for path in _DOCKERFILES:
        if path.is_file():
            return path.read_bytes()
    raise SandboxUnavailableError(f"The sandbox's Dockerfile is missing; it should be at {_DOCKERFILES[0]}.")


def main(arguments: list[str] | None = None) -> int:
    """Command line: builds the image if needed and prints its name; 2 when that cannot be.

    With ``--if-engine``, where no engine answers there is nothing to do.
    """
    wanted: list[Any] = sys.argv[1:] if arguments is None else arguments
    if wanted not in ([], ["--if-engine"]):
        print("usage: python -m sandbox.image [--if-engine]", file=sys.stderr)
        return 2
    try:
        client = connect()
    except SandboxUnavailableError as error:
        print(f"{error} Without it, the jail is used." if wanted else error, file=sys.stderr)
        return 0 if wanted else 2
    try:
        try:
            name = ensure_image(client)
            for former in remove_superseded(client, name, time.time()):
                print(f"removed {former}, which no container uses", file=sys.stderr)
            print(name)
        finally:
            client.close()
    except SandboxUnavailableError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
