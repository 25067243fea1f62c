"""What a child gives up before it runs a program, and what its parents ask of the kernel."""

import ctypes
import os
import resource
import sys
from typing import Any

from .syscalls import allow_few, prepared

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
_SIGKILL = 9
_CLONE_NEWUSER, _CLONE_NEWPID = 0x10000000, 0x20000000
_CAPABILITY_VERSION_3 = 0x20080522


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        libc: Any = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl {option} refused")


def harden() -> None:
    """For the guest's own processes: nobody of the same user may trace them or read their memory."""
    _prctl(_PR_SET_DUMPABLE, 0)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    prepared()  # so that no child has to


def few_descriptors() -> None:
    """Lowers how many descriptors a process may have, so that a child closes them all in no time."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256 if most < 0 else min(256, most), most))


def adopt_orphans() -> None:
    """Whatever a descendant leaves behind becomes this process's child."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def part_from_others() -> None:
    """This process's future children live in a user and PID namespace of their own, ended with the first of them.

    There they can name no other process, even where all of the guest's are one user.

    Raises:
        OSError: the kernel refuses.
    """
    libc: Any = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWPID) != 0:
        raise OSError(ctypes.get_errno(), "no namespaces for a child")


def _drop_capabilities() -> None:
    if sys.platform == "linux":
        libc: Any = ctypes.CDLL(None, use_errno=True)
        header, none = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)()
        if libc.capset(header, none) != 0:
            raise OSError(ctypes.get_errno(), "capset refused")


def confine(uid: int | None, memory: int, cpu_seconds: int, *, walls: bool) -> None:
    """Drops what a program does not need, for good.

    From here on the process can open no descriptor, write no file and start no process or thread. With ``uid`` it
    also becomes that user and group, who own nothing. Three walls: limits, the user, and the filter of system calls.
    Without ``walls``, only the user; so a canary learns whether the guest's surroundings would hold it too.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    if walls:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    _drop_capabilities()  # the first process of a user namespace has all that count there
    _prctl(_PR_SET_DUMPABLE, 0)  # changing the user may have reset it
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if walls:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # open descriptors stay, new ones are refused
        allow_few()
