"""The backends under attack, each started once, with a secret in the environment of the process that starts them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from sandbox.contract import Sandbox
from sandbox.docker_backend import DockerSandbox
from sandbox.jail import JailSandbox, find_jail
from sandbox.session import GuestSession
from tests.attacks.corpus import ALL
from tests.attacks.ground import LIMITS, SECRET
from tests.sandbox.corridor import inputs
from tests.sandbox.ordinary import everybodys_copy, ordinary_jail

BACKENDS = ("jail", "docker", "ordinary jail")
GVISOR = "docker-runsc"
HANDFUL = {  # of those that are tried on gVisor in `make test`
    "bombs/json_nested", "cheats/chance_id", "cheats/identity", "disk/files_in_memory", "early/half_an_answer",
    "floods/answer", "forged/reply_on_every_descriptor", "left_behind/answers_of_another", "loops/ignores_signals",
    "memory/one_allocation", "network/ipv4", "processes/fork_bomb", "processes/raw_clone", "secrets/parents_memory",
    "tampering/privileges",
}  # fmt: skip


@dataclass
class Ground:
    """One backend, with a session that all attacks on it share."""

    name: str
    sandbox: Sandbox
    _session: GuestSession | None = field(default=None)

    def session(self) -> GuestSession:
        if self._session is None:
            self._session = self.sandbox.open(inputs())  # type: ignore[assignment]
        assert isinstance(self._session, GuestSession)
        return self._session

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
        self.sandbox.close()


@pytest.fixture(scope="session")
def secret() -> Iterator[None]:
    """Something in this process's environment that no program may learn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORLDSMITH_ATTACKED", SECRET)
        yield


@pytest.fixture(scope="session")
def grounds(secret: None) -> Iterator[Callable[[str], Ground]]:
    """Each backend when it is first asked for."""
    made: dict[str, Ground] = {}
    with everybodys_copy() as copy:

        def ground(name: str) -> Ground:
            if name not in made:
                backend: Sandbox
                if name.startswith("docker"):
                    runtime = "runsc" if name == GVISOR else "runc"
                    backend = DockerSandbox(limits=LIMITS, runtime=runtime, spares=1, instance="tests-attacks")
                else:
                    jail = find_jail() if name == "jail" else ordinary_jail(copy)
                    backend = JailSandbox(jail, limits=LIMITS, spares=1)
                made[name] = Ground(name, backend)
            return made[name]

        yield ground
        for one in made.values():
            one.close()


def matrix(names: list[str]) -> list[object]:
    """Every attack on every backend; ``make test`` runs each on one of them in turn, ``make test-full`` the rest.

    With gVisor, where the engine has it, ``make test`` tries a handful.
    """
    order = list(ALL)
    cells = []
    for name in names:
        for number, backend in enumerate(BACKENDS):
            marks = [] if order.index(name) % 3 == number else [pytest.mark.long]
            marks += [pytest.mark.docker] if backend == "docker" else []
            cells.append(pytest.param(backend, name, marks=marks, id=f"{backend}-{name}"))
        marks = [pytest.mark.gvisor] if name in HANDFUL else [pytest.mark.gvisor, pytest.mark.long]
        cells.append(pytest.param(GVISOR, name, marks=marks, id=f"{GVISOR}-{name}"))
    return cells
