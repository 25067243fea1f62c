import os
import signal
import subprocess

from sandbox import jail_orphans


def test_only_what_a_dead_maker_left_is_killed() -> None:
    dead = subprocess.Popen(["sleep", "0"])
    dead.wait()
    mine = jail_orphans.mark()
    place = mine.rpartition("/")[0]
    owners = {"dead": f"{place}/{dead.pid}@1", "reused": f"{place}/{os.getpid()}@1", "mine": mine}
    left = {
        name: subprocess.Popen(["sleep", "60"], env=os.environ | {jail_orphans.OWNER: owner})
        for name, owner in owners.items()
    }
    try:
        jail_orphans.remove_orphans()
        assert left["dead"].wait(10) == -signal.SIGKILL
        assert left["reused"].wait(10) == -signal.SIGKILL
        assert left["mine"].poll() is None
    finally:
        for process in left.values():
            process.kill()
            process.wait()
