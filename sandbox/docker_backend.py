"""The sandbox in Docker containers: one warm container per session, its PID 1 the guest, spares waiting."""

import os
import threading

import docker

from sandbox.container_profile import profile
from sandbox.contract import Inputs, Isolation, SandboxUnavailableError
from sandbox.engine import ContainerChannel, connect, ping, remove, translated
from sandbox.guestlink import GuestLink, GuestLostError, GuestSilentError
from sandbox.image import ensure_image
from sandbox.limits import Limits
from sandbox.orphans import labels, remove_orphans
from sandbox.pool import SeededPools
from sandbox.session import GuestSession

_START_SECONDS = 30.0
_GVISOR = "runsc"
# gVisor puts a writable /tmp where a container names none, and lets everybody read environments and memory maps in
# /proc, which nothing here needs. So both are empty and read-only there.
_COVERED = dict.fromkeys(("/proc", "/tmp"), "ro,nosuid,nodev,noexec,size=4k,mode=555")  # noqa: S108 - not ours
_CAPABILITIES = ("KILL", "SETGID", "SETUID")  # what giving each child its own user takes
_NOTES = {
    "runc": (
        "The program runs in a container without network, writable files or privileges, but on the host's own kernel, "
        "so a hole in that kernel is not stopped."
    ),
    "runsc": (
        "The program runs in a container without network, writable files or privileges, on gVisor's kernel in user "
        "space, so only a hole in gVisor and then in the host's kernel is not stopped."
    ),
}


class DockerSandbox:
    """See :class:`sandbox.contract.Sandbox`. Connects, builds the image and removes orphans when first used."""

    def __init__(
        self,
        *,
        image: str | None = None,
        runtime: str = "runc",
        spares: int = 2,
        limits: Limits | None = None,
        instance: str = "",
        remark: str = "",
    ) -> None:
        """``image`` None: the one that fits this version, built if missing. ``instance`` names the server.

        ``remark`` is what the level's note has to say of the engine besides.
        """
        level = "docker" if runtime == "runc" else f"docker-{runtime}"
        note = _NOTES.get(runtime, f"The program runs under the runtime {runtime}.")
        self.isolation = Isolation(level, f"{note} {remark}".rstrip())
        self._limits = limits or Limits()
        self._runtime = runtime
        self._instance = instance
        self._image = image
        self._client: docker.DockerClient | None = None
        self._first = threading.Lock()
        self._pools = SeededPools(self._start, self._check, spares)

    def open(self, inputs: Inputs, seed: int = 0) -> GuestSession:
        """A session of its own for these inputs; see :meth:`sandbox.contract.Sandbox.open`.

        Raises:
            IndexError: a row names a state that is not there.
            SandboxUnavailableError: no engine, no image, or no container.
        """
        return GuestSession(self._pools.of(seed), inputs, self._limits)

    def close(self) -> None:
        """Ends every session and removes every container."""
        self._pools.close()
        with self._first:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _ready(self) -> tuple[docker.DockerClient, str]:
        with self._first:
            if self._client is None or self._image is None:
                client = self._client or connect()
                self._client = client
                with translated():
                    remove_orphans(client, self._instance)
                self._image = self._image or ensure_image(client)
            return self._client, self._image

    def _check(self) -> None:
        with translated():
            ping(self._ready()[0])

    def _start(self, seed: int) -> GuestLink:
        client, image = self._ready()
        with translated():
            ping(client)
            guest = self._started(client, image, seed)
        try:
            guest.await_ready(_START_SECONDS)
        except (GuestLostError, GuestSilentError) as error:
            guest.kill()
            self._check()
            raise SandboxUnavailableError(
                f"The sandbox's container does not start ({error}); try `docker run --rm {image}`."
            ) from None
        return guest

    def _started(self, client: docker.DockerClient, image: str, seed: int) -> GuestLink:
        api = client.api
        created = api.create_container(
            image=image,
            stdin_open=True,  # and closed with the attachment, so that the guest ends with its server
            network_disabled=True,
            hostname="sandbox",
            environment={"PYTHONHASHSEED": str(seed)},
            labels=labels(self._instance),
            host_config=self._host_config(client),
        )
        container = created["Id"]
        try:
            channel = ContainerChannel(client, container)
        except BaseException:
            remove(client, container)
            raise
        try:
            api.start(container)
        except BaseException:
            channel.kill()
            raise
        return GuestLink(channel)

    def _threads(self) -> int:
        """What the runtime itself runs inside the container's limit of processes: gVisor some for each processor."""
        return 4 * (os.cpu_count() or 1) if self._runtime == _GVISOR else 0

    def _host_config(self, client: docker.DockerClient) -> object:
        limits = self._limits
        return client.api.create_host_config(
            network_mode="none",
            read_only=True,
            cap_drop=["ALL"],
            cap_add=list(_CAPABILITIES),
            security_opt=["no-new-privileges", f"seccomp={profile()}"],
            mem_limit=limits.container_memory,
            memswap_limit=limits.container_memory,
            pids_limit=limits.processes + self._threads(),
            tmpfs=_COVERED if self._runtime == _GVISOR else None,
            log_config=docker.types.LogConfig(type="none"),
            ulimits=[
                docker.types.Ulimit(name="core", soft=0, hard=0),
                docker.types.Ulimit(name="nofile", soft=256, hard=256),
                docker.types.Ulimit(name="fsize", soft=0, hard=0),
            ],
            ipc_mode="none",  # private, and without the writable /dev/shm
            init=False,
            auto_remove=True,
            runtime=self._runtime,
        )
