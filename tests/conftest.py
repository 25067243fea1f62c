"""Without a Docker engine, the tests that need one are left out, and pytest counts them as deselected."""

import pytest

from sandbox.contract import SandboxUnavailableError
from sandbox.engine import connect


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    needing = [item for item in items if _needs_docker(item)]
    if needing and not _engine_answers():
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]


def _needs_docker(item: pytest.Item) -> bool:
    if item.get_closest_marker("docker") or "engine" in getattr(item, "fixturenames", ()):
        return True
    call = getattr(item, "callspec", None)
    return call is not None and call.params.get("sandbox") == "docker"


def _engine_answers() -> bool:
    try:
        connect().close()
    except SandboxUnavailableError:
        return False
    return True
