"""The system calls that are left to a whole sandbox container: what Python, a fork server and runc's start need.

A seccomp profile in Docker's form (https://docs.docker.com/engine/security/seccomp/). Beside files that can only be
read, memory, time, processes and pipes there is nothing: no sockets, mounts, keys, tracing, namespaces, io_uring or
shared memory. The children's own filter (sandbox/runtime/syscalls.py) is far narrower.
"""

import errno
import json
from typing import Any

_FILES = (
    "access", "chdir", "close", "close_range", "dup", "dup2", "dup3", "faccessat", "faccessat2", "fchdir", "fcntl",
    "fstat", "fstatfs", "getcwd", "getdents", "getdents64", "ioctl", "lseek", "lstat", "newfstatat", "open", "openat",
    "openat2", "pipe", "pipe2", "pread64", "preadv", "read", "readlink", "readlinkat", "readv", "stat", "statfs",
    "statx", "umask", "write", "writev", "pwrite64",
)  # fmt: skip
_WAITING = (
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd2", "poll",
    "ppoll", "pselect6", "select",
)  # fmt: skip
_MEMORY = ("brk", "madvise", "membarrier", "mincore", "mmap", "mprotect", "mremap", "munmap")
_PROCESSES = (
    "arch_prctl", "capget", "capset", "execve", "execveat", "exit", "exit_group", "fork", "getegid", "geteuid",
    "getgid", "getgroups", "getpgid", "getpgrp", "getpid", "getppid", "getresgid", "getresuid", "getrlimit",
    "getrusage", "getsid", "gettid", "getuid", "kill", "pidfd_open", "pidfd_send_signal", "prctl", "prlimit64",
    "rseq", "sched_getaffinity", "sched_yield", "seccomp", "set_robust_list", "get_robust_list", "set_tid_address",
    "setgid", "setgroups", "setpgid", "setregid", "setresgid", "setresuid", "setreuid", "setrlimit", "setsid",
    "setuid", "sysinfo", "tgkill", "times", "tkill", "uname", "vfork", "wait4", "waitid",
)  # fmt: skip
_SIGNALS_AND_TIME = (
    "clock_getres", "clock_gettime", "clock_nanosleep", "futex", "futex_waitv", "getitimer", "getrandom",
    "gettimeofday", "nanosleep", "restart_syscall", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn",
    "rt_sigsuspend", "rt_sigtimedwait", "setitimer", "sigaltstack", "time",
)  # fmt: skip
ALLOWED = (*_FILES, *_WAITING, *_MEMORY, *_PROCESSES, *_SIGNALS_AND_TIME)
_NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW* flag that clone takes


def profile() -> str:
    """The profile as JSON, for the security option ``seccomp=``.

    ``clone`` may make processes but no namespaces; ``clone3``, whose flags a filter cannot see, is said to be
    missing, upon which the C library falls back to ``clone``.
    """
    no_namespace: dict[str, Any] = {"index": 0, "value": _NEW_NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
    rules = [
        {"names": list(ALLOWED), "action": "SCMP_ACT_ALLOW"},
        {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [no_namespace]},
        {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": errno.ENOSYS},
    ]
    return json.dumps(
        {
            "defaultAction": "SCMP_ACT_ERRNO",
            "defaultErrnoRet": errno.EPERM,
            "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
            "syscalls": rules,
        }
    )
