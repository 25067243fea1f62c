"""Becomes root, leaves its namespaces, loads a module, mounts."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def attack():
    calls = {
        "setuid": (0,),
        "setgid": (0,),
        "setresuid": (0, 0, 0),
        "unshare": (0x10000000,),
        "setns": (0, 0),
        "chroot": (b"/",),
        "mount": (b"none", b"/", b"tmpfs", 0, None),
        "personality": (0,),
        "sethostname": (b"x", 1),
        "reboot": (0,),
        "prctl": (4, 1, 0, 0, 0),
        "keyctl": (0,),
    }
    got = []
    for name, arguments in calls.items():
        call = getattr(libc, name, None)
        if call is not None and call(*arguments) != -1:
            got.append(name)
    return got + [number for number in (321, 323, 425, 175) if libc.syscall(number, 0, 0, 0) != -1]


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
