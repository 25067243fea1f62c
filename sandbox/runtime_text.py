"""The runtime as text: what certificates name by digest, what a model's author reads, what a user vendors."""

import ast
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "runtime"
# What a model's author needs to know; the rest is how the sandbox runs it.
_FOR_AUTHORS = ("state.py", "objects.py", "actions.py", "model.py", "values.py")
_QUOTES = "\"'"
_PUBLIC: dict[
    str, dict[str, tuple[str, ...]]
] = {  # what a model imports, module by module, and the methods with two underscores that are worth a line
    "state.py": {"State": ("__init__", "__iter__", "__len__", "__contains__", "__eq__")},
    "objects.py": {"Object": ("__init__", "__getitem__", "__setitem__", "__contains__", "__iter__", "__eq__")},
    "actions.py": {"Action": ("__init__", "__eq__")},
    "values.py": {"FrozenMap": ("__getitem__", "__getattr__", "__iter__", "__eq__")},
    "model.py": {"UnknownGoal": ()},
}

_INSIDE = frozenset({"fingerprint", "key", "release"})  # public for the sandbox's sake


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


def runtime_interface(*, docstrings: bool = True) -> str:
    """What ``worldsmith_runtime`` offers, as a stub: signatures, and docstrings unless they are not wanted."""
    files = runtime_files()
    classes = [
        "\n".join(_stub(node, public[node.name], docstrings=docstrings))
        for name, public in _PUBLIC.items()
        for node in ast.parse(files[name]).body
        if isinstance(node, ast.ClassDef) and node.name in public
    ]
    return "\n\n".join(["# worldsmith_runtime", *classes])


def _stub(node: ast.ClassDef, special: tuple[str, ...], *, docstrings: bool) -> Iterator[str]:
    bases = ", ".join(ast.unparse(base) for base in node.bases if not ast.unparse(base).startswith("_"))
    body = list(_doc(node, "    ")) if docstrings else []
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and not ast.unparse(item.target).startswith("_"):
            body.append(f"    {ast.unparse(item)}")
        if isinstance(item, ast.FunctionDef) and _is_public(item, special):
            body += [f"    @{ast.unparse(decorator)}" for decorator in item.decorator_list]
            returns = f" -> {ast.unparse(item.returns).strip(_QUOTES)}" if item.returns else ""
            doc = list(_doc(item, "        ")) if docstrings else []
            signature = f"    def {item.name}({ast.unparse(item.args)}){returns}:"
            body += [signature, *doc] if doc else [f"{signature} ..."]
    yield f"class {node.name}{f'({bases})' if bases else ''}:" + ("" if body else " ...")
    yield from body


def _is_public(item: ast.FunctionDef, special: tuple[str, ...]) -> bool:
    return item.name in special or not (item.name.startswith("_") or item.name in _INSIDE)


def _doc(node: ast.ClassDef | ast.FunctionDef, indent: str) -> Iterator[str]:
    text = ast.get_docstring(node)
    if text:
        quoted = f'"""{text}"""'
        yield from (f"{indent}{line}".rstrip() for line in quoted.splitlines())
