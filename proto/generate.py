"""Generates the Python code of the contract: ``python proto/generate.py [OUT]`` (default: ``gen``).

With ``--check`` it generates into a temporary folder and exits 1 when that differs from ``gen``.
"""

import filecmp
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent


def generate(out: Path, protos: Path) -> None:
    """Writes the generated modules, their types and the package files below ``out``.

    Raises:
        SystemExit: the compiler refused a file; it said why on stderr.
    """
    out.mkdir(parents=True, exist_ok=True)
    sources = [str(path.relative_to(protos)) for path in sorted(protos.rglob("*.proto"))]
    arguments = [
        "protoc",
        f"-I{protos}",
        f"-I{files('grpc_tools') / '_proto'}",
        f"--python_out={out}",
        f"--pyi_out={out}",
        f"--grpc_python_out={out}",
        *sources,
    ]
    if protoc.main(arguments) != 0:
        raise SystemExit("protoc failed")
    for module in out.rglob("*_pb2.py"):
        for folder in module.parents:
            if folder == out:
                break
            (folder / "__init__.py").touch()


def stale(gen: Path, protos: Path) -> list[str]:
    """The files below ``gen`` that are missing, superfluous or differ from what ``protos`` generates."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        generate(fresh, protos)
        names = sorted(_names(fresh) | _names(gen))
        return [name for name in names if not _alike(fresh / name, gen / name)]


def _names(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.suffix in {".py", ".pyi"}}


def _alike(a: Path, b: Path) -> bool:
    return a.is_file() and b.is_file() and filecmp.cmp(a, b, shallow=False)


def main(arguments: list[str]) -> int:
    """The command line: what it writes, or with ``--check`` how it differs."""
    check = "--check" in arguments
    places = [Path(a) for a in arguments if a != "--check"]
    gen = places[0] if places else ROOT / "gen"
    protos = places[1] if len(places) > 1 else ROOT / "proto"
    if not check:
        generate(gen, protos)
        return 0
    differing = stale(gen, protos)
    for name in differing:
        print(f"{gen / name} is stale; run `make proto` and commit what it changes")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
