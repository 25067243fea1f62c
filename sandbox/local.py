"""The sandbox of one who has no server's: for an agent that plans with a model whose certificate was checked."""

from sandbox.contract import Sandbox, SandboxUnavailableError
from sandbox.jail import JailSandbox, find_jail
from sandbox.process import ProcessSandbox


def local_sandbox() -> Sandbox:
    """A jail where bubblewrap is installed and the kernel lets it make one, else a process with limits."""
    try:
        return JailSandbox(find_jail(), spares=0)
    except SandboxUnavailableError:
        return ProcessSandbox()
