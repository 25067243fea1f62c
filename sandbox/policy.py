"""The static gate: refuses obviously bad code before it runs, in words that its author can repair it by.

A gate, never the boundary: what passes is still hostile, and the sandbox treats it so. It lets ordinary code pass.
"""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.limits import Limits
from sandbox.runtime.allowed import MODULES, REFUSED_BUILTINS

_REFLECTION = ("getattr", "setattr", "delattr", "hasattr")
# Double-underscore names that ordinary classes define, call through super() or read.
_ORDINARY = frozenset(
    f"__{name}__"
    for name in (
        "abs", "add", "all", "and", "annotations", "author", "bool", "call", "contains", "delattr", "delitem", "doc",
        "enter", "eq", "exit", "float", "floordiv", "future", "ge", "getattr", "getitem", "gt", "hash", "iadd",
        "index", "init", "int", "invert", "isub", "iter", "le", "len", "lt", "match_args", "members", "missing", "mod",
        "mul", "name", "ne", "neg", "new", "next", "or", "pos", "post_init", "pow", "radd", "repr", "reversed",
        "rmul", "rsub", "set_name", "setattr", "setitem", "slots", "str", "sub", "truediv", "version", "xor",
    )
)  # fmt: skip
# Attributes that lead from a value to the interpreter.
_INSIDES = frozenset(
    {
        "ag_code", "ag_frame", "co_code", "co_consts", "cr_code", "cr_frame", "f_back", "f_builtins", "f_code",
        "f_globals", "f_locals", "gi_code", "gi_frame", "mro", "tb_frame", "tb_next",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """Why a program is refused, where (1-based line, 0-based column), and what to do instead."""

    line: int
    column: int
    rule: str
    advice: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.advice}"


def check(source: str, limits: Limits | None = None) -> list[Refusal]:
    """Everything in ``source`` that is refused, in its order; empty when it may be tried in a sandbox."""
    most = (limits or Limits()).source
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > most:
        return [Refusal(1, 0, "size", f"the program has {size} bytes; write one of at most {most}")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
        nodes = list(ast.walk(tree))
        modules = frozenset(
            alias.asname or alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names
        )
        found = [refusal for node in nodes for refusal in _refusals(node, modules)]
    except SyntaxError as error:
        return [Refusal(error.lineno or 1, max(0, (error.offset or 1) - 1), "syntax", f"{error.msg}; mend the syntax")]
    except (ValueError, RecursionError, MemoryError) as error:
        return [Refusal(1, 0, "syntax", f"it cannot be parsed ({type(error).__name__}); write a simpler program")]
    found += _missing(tree)
    return sorted(found, key=lambda refusal: (refusal.line, refusal.column, refusal.rule))


def _refusals(node: ast.AST, modules: frozenset[str]) -> Iterator[Refusal]:
    match node:
        case ast.Import() | ast.ImportFrom():
            yield from _imports(node)
        case ast.Name(id=name):
            if name in REFUSED_BUILTINS:
                yield _refusal(node, "builtin", f"do not use `{name}`; a model computes from its arguments alone")
            elif _is_dunder(name) and name not in _ORDINARY:
                yield _refusal(node, "name", f"do not use `{name}`; it is not part of a model")
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in modules and name.startswith("_"):
            yield _refusal(node, "attribute", f"do not use `{module}.{name}`; it is private to `{module}`")
        case ast.Attribute(attr=name):
            yield from _attributes(node, [name])
        case ast.MatchClass(kwd_attrs=names):
            yield from _attributes(node, names)
        case ast.Call(func=ast.Name(id=called), args=[_, ast.Constant(value=str() as name), *_]):
            if called in _REFLECTION:
                yield from _attributes(node, [name])
        case ast.Constant(value=str() as text) if _reaches_in(text):
            yield _refusal(node, "format", "do not write format fields that reach into double-underscore attributes")


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[Refusal]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        names = ["." * node.level + (node.module or "")]
    for name in names:
        if name not in MODULES:
            allowed = ", ".join(sorted(MODULES))
            yield _refusal(node, "import", f"do not import `{name}`; these may be imported: {allowed}")
    for alias in node.names if isinstance(node, ast.ImportFrom) else ():
        if alias.name.startswith("_"):
            advice = f"do not import `{alias.name}`; it is private to `{names[0]}`"
            yield _refusal(node, "private-import", advice)


def _attributes(node: ast.AST, names: list[str]) -> Iterator[Refusal]:
    for name in names:
        if name in _INSIDES or (_is_dunder(name) and name not in _ORDINARY):
            yield _refusal(node, "attribute", f"do not touch `{name}`; use attributes of objects and states only")


def _missing(tree: ast.Module) -> Iterator[Refusal]:
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        defined |= {target.id for target in targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.Import | ast.ImportFrom):
            defined |= {alias.asname or alias.name for alias in node.names}
    for name, parameters in (("transition", "state, action"), ("reward", "state, action, next_state, goal")):
        if name not in defined:
            yield Refusal(1, 0, "missing", f"define `{name}({parameters})` at the top level")


def _refusal(node: ast.AST, rule: str, advice: str) -> Refusal:
    return Refusal(getattr(node, "lineno", 1), getattr(node, "col_offset", 0), rule, advice)


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and len(name) > 4


def _reaches_in(text: str) -> bool:
    return "{" in text and any(f"{mark}__" in text for mark in ".[") and "__" in text.partition("{")[2]
