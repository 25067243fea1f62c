"""The files that this machine's Python consists of: its program, the standard library, and the libraries they load."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.contract import SandboxUnavailableError

_SECONDS = 30

# Imports what the guest will, so that every shared library which that takes is loaded; then tells which those are.
# The head of glibc's and musl's struct link_map (link.h) is the same.
_TELL = """
import ctypes, importlib, json, os, sys
for name in sys.argv[1:]:
    importlib.import_module(name)

class Link(ctypes.Structure):
    pass

Link._fields_ = [("base", ctypes.c_void_p), ("name", ctypes.c_char_p), ("dynamic", ctypes.c_void_p),
                 ("next", ctypes.POINTER(Link))]
link, names = ctypes.cast(ctypes.CDLL(None)._handle, ctypes.POINTER(Link)), []
while link:
    names.append(os.fsdecode(link.contents.name or b""))
    link = link.contents.next
print(json.dumps([os.path.dirname(os.__file__), sys.platlibdir, names]))
"""


@dataclass(frozen=True)
class PythonFiles:
    """``libraries`` maps the path by which the loader asks to the file; ``lib`` is ``lib`` or ``lib64``."""

    executable: str
    stdlib: str
    lib: str
    libraries: Mapping[str, str]


def python_files(modules: list[str]) -> PythonFiles:
    """Those of the running Python, without its virtual environment, as far as importing ``modules`` takes them.

    Raises:
        SandboxUnavailableError: it does not run by itself, or is not for Linux.
    """
    executable = os.path.realpath(sys.executable or "python3")
    command = [executable, "-s", "-P", "-S", "-B", "-c", _TELL, *modules]
    try:
        told = subprocess.run(command, env={}, cwd="/", capture_output=True, check=True, timeout=_SECONDS).stdout
        stdlib, lib, names = json.loads(told)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise SandboxUnavailableError(f"The jail cannot find out what {executable} consists of ({error}).") from None
    paths = {os.path.normpath(name) for name in names if name.startswith("/")}
    libraries = {path: os.path.realpath(path) for path in paths if not path.startswith(stdlib + "/")}
    return PythonFiles(executable, stdlib, lib, libraries)
