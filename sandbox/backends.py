"""Which sandbox a server gets: by name, or the strongest that this machine has."""

from collections.abc import Callable
from typing import Literal

from sandbox.contract import Sandbox, SandboxUnavailableError
from sandbox.docker_backend import DockerSandbox
from sandbox.engine import connect
from sandbox.engine_facts import EngineFacts, engine_facts
from sandbox.jail import Jail, JailSandbox, find_jail

Choice = Literal["auto", "docker", "docker-runsc", "jail"]
BACKENDS: tuple[Choice, ...] = ("docker", "docker-runsc", "jail")


def open_backend(
    choice: Choice,
    *,
    require_docker: bool = False,
    image: str | None = None,
    instance: str = "",
    ask_engine: Callable[[], EngineFacts] | None = None,
    seek_jail: Callable[[], Jail] = find_jail,
) -> Sandbox:
    """The backend of that name; for ``auto`` Docker when its engine answers, else the jail.

    ``require_docker`` refuses the jail. ``image`` and ``instance`` are for Docker (:class:`DockerSandbox`).

    Raises:
        SandboxUnavailableError: it cannot be had; one sentence says why and what to do.
    """
    if choice == "jail":
        if require_docker:
            raise SandboxUnavailableError(
                "Docker is required, but the sandbox is set to `jail`; give up one of the two."
            )
        return JailSandbox(seek_jail())
    try:
        facts = (ask_engine or _ask)()
    except SandboxUnavailableError as no_docker:
        if choice != "auto" or require_docker:
            raise
        return JailSandbox(_instead(no_docker, seek_jail))
    runtime = "runsc" if choice == "docker-runsc" else "runc"
    if runtime not in facts.runtimes and runtime != "runc":
        raise SandboxUnavailableError(
            f"The Docker engine has no runtime `{runtime}`; install gVisor and name it in /etc/docker/daemon.json, or "
            "set the sandbox to `docker`."
        )
    return DockerSandbox(image=image, runtime=runtime, instance=instance, remark=facts.remark())


def _instead(no_docker: SandboxUnavailableError, seek_jail: Callable[[], Jail]) -> Jail:
    try:
        return seek_jail()
    except SandboxUnavailableError as no_jail:
        raise SandboxUnavailableError(f"No sandbox can be had. {no_docker} {no_jail}") from None


def _ask() -> EngineFacts:
    client = connect()
    try:
        return engine_facts(client)
    finally:
        client.close()
