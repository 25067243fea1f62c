"""Makes files that live in memory alone."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def attack():
    got = []
    for name, arguments in (
        ("memfd_create", (b"x", 0)),
        ("shm_open", (b"/worldsmith-attack", 0o102, 0o600)),
        ("eventfd", (0, 0)),
        ("epoll_create1", (0,)),
        ("inotify_init", ()),
    ):
        if getattr(libc, name)(*arguments) != -1:
            got.append(name)
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
