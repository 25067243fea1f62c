"""Reads keys, passwords and settings."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = []
    for path in (
        "/etc/passwd",
        "/etc/shadow",
        "/root/.ssh/id_rsa",
        "signing-key.pem",
        "/data/signing-key.pem",
        "/var/run/docker.sock",
        "/proc/self/mountinfo",
        "/sys/class/net",
        "/dev/mem",
        sys.executable,
    ):
        try:
            got.append(os.open(path, os.O_RDONLY))
        except (OSError, TypeError):
            pass
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
