"""The runtime as text: what certificates name by digest, what a model's author reads, what a user vendors."""

from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "runtime"
# What a model's author needs to know; the rest is how the sandbox runs it.
_FOR_AUTHORS = ("state.py", "objects.py", "actions.py", "model.py", "values.py")


def runtime_files() -> dict[str, bytes]:
    """The runtime's Python files by their path inside the package, in a fixed order."""
    paths = sorted(path.relative_to(_FOLDER).as_posix() for path in _FOLDER.rglob("*.py"))
    return {path: (_FOLDER / path).read_bytes() for path in paths}


def runtime_digest() -> str:
    """SHA-256 over the runtime's files, their names and lengths included; hex."""
    total = sha256()
    for name, content in runtime_files().items():
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def runtime_text() -> str:
    """The modules that a model's author should know, one after the other, each under its name."""
    files = runtime_files()
    return "\n".join(f"# worldsmith_runtime/{name}\n{files[name].decode()}" for name in _FOR_AUTHORS)
