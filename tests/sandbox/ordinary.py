"""What an ordinary user needs of this machine's Python, wherever it lies: a copy that everybody may read."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sandbox.jail import Jail, find_jail
from sandbox.python_files import PythonFiles

NOBODY = 65534


def readable(python: PythonFiles, folder: Path) -> PythonFiles:
    """A copy in ``folder``, without the packages and tests that stand beside the standard library."""
    left_out = shutil.ignore_patterns(
        "site-packages", "dist-packages", "test", "tests", "idlelib", "ensurepip", "config-*"
    )
    stdlib = folder / "lib" / Path(python.stdlib).name
    shutil.copytree(python.stdlib, stdlib, ignore=left_out, ignore_dangling_symlinks=True)
    (folder / "bin").mkdir()
    executable = shutil.copy(python.executable, folder / "bin" / "python3")
    libraries = {wanted: shutil.copy(file, folder / "lib") for wanted, file in python.libraries.items()}
    return PythonFiles(executable, str(stdlib), "lib", libraries)


@contextlib.contextmanager
def ordinary_jail() -> Iterator[Jail]:
    """A jail as an ordinary user makes it, though the tests may run as root."""
    ours = find_jail()
    if os.getuid() != 0:
        yield ours
        return
    with tempfile.TemporaryDirectory(prefix="worldsmith-python-") as folder:  # pytest's own is closed to others
        Path(folder).chmod(0o755)
        python = readable(ours.python, Path(folder))
        yield replace(ours, python=python, users=None, apart=True, user=NOBODY)
