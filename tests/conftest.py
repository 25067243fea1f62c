"""Without a Docker engine, or without gVisor in it, the tests that need it are left out.

Pytest counts them as deselected. What tests start can be interrupted, even where pytest itself was started in the
background by a shell that has its jobs ignore interrupts. No example of a property is timed: machines are shared.
"""

import signal

import pytest
from hypothesis import settings

from sandbox.contract import SandboxUnavailableError
from sandbox.engine import connect
from sandbox.engine_facts import engine_facts

settings.register_profile("untimed", deadline=None)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("untimed")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # children inherit that a signal is ignored


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    needing = [item for item in items if _needs_docker(item)]
    runtimes = _runtimes() if needing else frozenset()
    left_out = [item for item in needing if not runtimes or (_needs_gvisor(item) and "runsc" not in runtimes)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _needs_docker(item: pytest.Item) -> bool:
    if item.get_closest_marker("docker") or "engine" in getattr(item, "fixturenames", ()) or _needs_gvisor(item):
        return True
    call = getattr(item, "callspec", None)
    return call is not None and call.params.get("sandbox") == "docker"


def _needs_gvisor(item: pytest.Item) -> bool:
    return item.get_closest_marker("gvisor") is not None


def _runtimes() -> frozenset[str]:
    """What the engine can run containers with; nothing where none answers."""
    try:
        client = connect()
    except SandboxUnavailableError:
        return frozenset()
    try:
        return engine_facts(client).runtimes
    finally:
        client.close()
