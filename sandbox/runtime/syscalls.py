"""The system calls that are left to a child: memory, time, and what it writes to the descriptors it has.

A seccomp filter (Linux, ``Documentation/userspace-api/seccomp_filter.rst``), set once and for good. Any other call
fails with EPERM, which Python raises as PermissionError. It needs PR_SET_NO_NEW_PRIVS.
"""

import ctypes
import errno
import functools
import platform
import struct
import sys
from typing import Any

# Numbers by machine, from the kernel's tables: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic.
NAMES = (
    "read", "write", "writev", "close", "fstat", "lseek", "mmap", "mprotect", "munmap", "brk", "mremap", "madvise",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "sched_yield", "nanosleep", "clock_nanosleep",
    "clock_gettime", "clock_getres", "gettimeofday", "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid",
    "getegid", "getrusage", "futex", "restart_syscall", "exit", "exit_group",
)  # fmt: skip
_X86_64 = (
    0, 1, 20, 3, 5, 8, 9, 10, 11, 12, 25, 28,
    13, 14, 15, 131, 24, 35, 230,
    228, 229, 96, 39, 186, 110, 102, 107, 104,
    108, 98, 202, 219, 60, 231,
)  # fmt: skip
_AARCH64 = (
    63, 64, 66, 57, 80, 62, 222, 226, 215, 214, 216, 233,
    134, 135, 139, 132, 124, 101, 115,
    113, 114, 169, 172, 178, 173, 174, 175, 176,
    177, 165, 98, 128, 93, 94,
)  # fmt: skip
_MACHINES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}

_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
_NUMBER_AT, _ARCH_AT = 0, 4  # in struct seccomp_data
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_PR_SET_SECCOMP, _FILTER = 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))
    text: "ctypes.Array[ctypes.c_char]"


def allow_few() -> None:
    """Sets the filter, where the machine is one that is known.

    Raises:
        OSError: the kernel refuses.
    """
    program = prepared()
    if program is None:
        return
    libc: Any = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel takes no seccomp filter")


@functools.cache
def prepared() -> _Program | None:
    """The filter as the kernel takes it, made once; None where the machine is not known."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return None
    arch, numbers = _MACHINES[platform.machine()]
    code = _assemble(arch, numbers)
    text = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(text))
    program.text = text  # lives as long
    return program


def _assemble(arch: int, numbers: tuple[int, ...]) -> bytes:
    """One comparison after the other; the jumps count instructions to skip when equal and when not."""
    steps = [(_LOAD, 0, 0, _ARCH_AT), (_JUMP_EQUAL, 1, 0, arch), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NUMBER_AT)]
    for number in numbers:
        steps += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    steps.append((_RETURN, 0, 0, _REFUSE))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
