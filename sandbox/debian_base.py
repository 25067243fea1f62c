"""A base image made from Debian's packages, for machines that reach no registry: Python, its libraries, no shell."""

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from sandbox.contract import SandboxUnavailableError

_APT_SECONDS = 120
_NOT_NEEDED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/share/bug")


def make_rootfs_tar(version: str, target: Path) -> None:
    """Writes a root file system with Python ``version`` (such as ``3.11``) to ``target``, a tar file.

    Raises:
        SandboxUnavailableError: this machine has no apt, or its Debian has another Python.
    """
    for tool in ("apt-get", "apt-cache", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise SandboxUnavailableError(
                f"No registry answers and there is no `{tool}` to make a base image with; "
                f"load an image `python:{version}-slim` by `docker load`."
            )
    roots = [f"python{version}-minimal", f"libpython{version}-stdlib"]
    if not _known(roots[0]):
        _run(["apt-get", "update", "-qq"], check=False)
    if not _known(roots[0]):
        raise SandboxUnavailableError(
            f"No registry answers and this Debian has no Python {version}; load an image `python:{version}-slim` by "
            "`docker load`, or run the server with Debian's own Python."
        )
    with tempfile.TemporaryDirectory(prefix="worldsmith-base-") as folder:
        packages, root = Path(folder) / "packages", Path(folder) / "root"
        packages.mkdir()
        root.mkdir()
        _run(["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *_closure(roots)], cwd=packages)
        for package in sorted(packages.glob("*.deb")):
            _run(["dpkg-deb", "-x", str(package), str(root)])
        _complete(root, version)
        with tarfile.open(target, "w") as tar:
            tar.add(root, arcname=".", filter=_owned_by_root)


def _known(package: str) -> bool:
    return bool(_run(["apt-cache", "show", "--no-all-versions", package], check=False))


def _closure(roots: list[str]) -> list[str]:
    """The roots and every library that they depend on, by way of libraries only."""
    depends: dict[str, list[str]] = {}
    package = ""
    for line in _run(["apt-cache", "depends", "--recurse", "--important", *roots]).splitlines():
        relation, _, name = line.strip(" |").partition(": ")
        if not line.startswith(" "):
            package = line.strip()
        elif relation in ("Depends", "PreDepends") and name.startswith(("lib", "zlib")):
            depends.setdefault(package, []).append(name)
    found, frontier = set(roots), list(roots)
    while frontier:
        new = set(depends.get(frontier.pop(), ())) - found
        found |= new
        frontier += new
    return sorted(name for name in found if _has_candidate(name))


def _has_candidate(package: str) -> bool:
    policy = _run(["apt-cache", "policy", package])
    return "Candidate:" in policy and "Candidate: (none)" not in policy


def _complete(root: Path, version: str) -> None:
    """What packages leave to others: the links of a merged /usr, the name ``python3``, mount points."""
    for name in ("lib", "lib64", "bin"):
        if not (root / name).exists() and (root / "usr" / name).exists():
            (root / name).symlink_to(f"usr/{name}")
    (root / "usr/bin/python3").unlink(missing_ok=True)
    (root / "usr/bin/python3").symlink_to(f"python{version}")
    for name in ("dev", "proc", "sys", "etc"):
        (root / name).mkdir(exist_ok=True)
    for name in _NOT_NEEDED:
        shutil.rmtree(root / name, ignore_errors=True)


def _owned_by_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    return entry


def _run(command: list[str], *, check: bool = True, cwd: Path | None = None) -> str:
    try:
        done = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, errors="replace", timeout=_APT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxUnavailableError(f"The base image cannot be made: {error}.") from None
    if done.returncode and check:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SandboxUnavailableError(f"The base image cannot be made: `{' '.join(command[:4])} …` says: {last}.")
    return done.stdout if not done.returncode else ""
