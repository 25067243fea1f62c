"""Makes, renames, links and removes files and folders."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = []
    for name, call in (
        ("mkdir", lambda: os.mkdir("/tmp/worldsmith-attack-folder")),
        ("unlink", lambda: os.unlink("/etc/hostname")),
        ("rename", lambda: os.rename("/etc/hostname", "/etc/worldsmith-attack")),
        ("symlink", lambda: os.symlink("/etc", "/tmp/worldsmith-attack-link")),
        ("chmod", lambda: os.chmod("/", 0o777)),
        ("chdir", lambda: os.chdir("/tmp")),
    ):
        try:
            call()
            got.append(name)
        except OSError:
            pass
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
