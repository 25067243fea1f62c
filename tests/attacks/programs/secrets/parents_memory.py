"""Reads the memory, the descriptors and the root of its parents."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = []
    for process in ("self", "1", str(os.getppid())):
        for name in ("mem", "maps", "cmdline", "fd/0", "fd/1", "fd/3", "root/etc/passwd", "cwd/pyproject.toml"):
            try:
                got.append(os.open(f"/proc/{process}/{name}", os.O_RDONLY))
            except OSError:
                pass
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
