"""Where attacks take place, and how to look at it from outside: processes, files, memory."""

import gc
import os
import time
from pathlib import Path

from sandbox.contract import (
    FindPlan,
    Outcome,
    OutcomeKind,
    PlanFound,
    PredictRewards,
    PredictStates,
    RewardPrediction,
    Session,
    StatePrediction,
    Task,
)
from sandbox.engine import ContainerChannel, connect
from sandbox.limits import MIB, Limits
from sandbox.orphans import LABEL, OWNER
from sandbox.session import GuestSession
from tests.sandbox.corridor import MODEL, inputs, moved, state

LIMITS = Limits(wall_seconds=0.7, cpu_seconds=2, memory=128 * MIB, result=8 * MIB)
SECRET = "hunter2-is-no-business-of-a-program"
TASKS: dict[str, Task] = {"states": PredictStates(), "rewards": PredictRewards(), "plan": FindPlan(0, 10_000)}
_MARK = "worldsmith-attack"
_FOLDERS = ("tmp", "var/tmp", "dev/shm", "run", "home", "root", "etc", "")


def got(outcome: Outcome) -> list[str]:
    """What the program says that it got hold of."""
    if not isinstance(outcome.value, list):
        return []
    rows = [row for row in outcome.value if isinstance(row, StatePrediction)]
    return sorted({str(obj["what"]) for row in rows for obj in row.added if obj.type == "Got"})


def words(outcome: Outcome) -> str:
    """How it ended: the outcome's own words, or the first row's error."""
    value = outcome.value
    first = value[0] if isinstance(value, list) and value else value
    error = first.error if isinstance(first, StatePrediction | RewardPrediction | PlanFound) else ""
    return outcome.detail or error or ""


def works(session: Session) -> bool:
    """Whether the next program, which means well, gets every answer right."""
    given = inputs()
    outcome = session.run(PredictStates(), MODEL, Limits())
    if outcome.kind is not OutcomeKind.OK or not isinstance(outcome.value, list):
        return False
    rows = zip(outcome.value, given.transitions, strict=True)
    return all(
        isinstance(row, StatePrediction) and row.apply(state(x)) == state(moved(x, action)) for row, (x, action) in rows
    )


def guest_process(session: GuestSession) -> int:
    """The first of the session's guest's processes, by its number here."""
    assert session._guest is not None
    channel = session._guest._channel
    if isinstance(channel, ContainerChannel):
        return int(channel._client.api.inspect_container(channel.container)["State"]["Pid"])
    return int(channel._process.pid)


def family_of(process: int) -> set[int]:
    """A process and all that descend from it, by their numbers."""
    parents: dict[int, int] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                told = (path / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            if told[0] != "Z":
                parents[int(path.name)] = int(told[1])
    found = {process}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def settled(process: int, before: set[int], seconds: float = 10.0) -> bool:
    """Whether no process is left beside those that were there ``before``; the guest's own take a moment to end."""
    end = time.monotonic() + seconds
    while family_of(process) - before:
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def left_files(process: int) -> list[str]:
    """Files that attacks name, on this machine and in the guest's own root."""
    found = []
    for root in ("/", f"/proc/{process}/root/"):
        for folder in _FOLDERS:
            try:
                found += [f"{root}{folder}/{name}" for name in os.listdir(root + folder) if name.startswith(_MARK)]
            except OSError:
                continue
    return found + [str(path) for path in Path.cwd().glob("core*") if path.is_file()]


def memory(process: int | None = None) -> int:
    """What a process holds, this one by default, in bytes."""
    gc.collect()
    return int(Path(f"/proc/{process or 'self'}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors(process: int | None = None) -> int:
    """How many a process has open, this one by default."""
    return len(os.listdir(f"/proc/{process or 'self'}/fd"))


def containers(process: int) -> list[str]:
    """The sandbox's containers that a process started."""
    client = connect()
    found = client.api.containers(all=True, filters={"label": f"{LABEL}=1"})
    client.close()
    return [one["Id"] for one in found if f"/{process}@" in one["Labels"].get(OWNER, "")]
