"""A program's text by its top-level statements: what each binds, what it uses, how it is written."""

import ast
from collections.abc import Iterable, Mapping


class CombineError(ValueError):
    """Programs cannot be put together; the text says why."""


class Module:
    """One program. Statements are named by their position, from 0.

    Raises:
        CombineError: it is no Python.
    """

    def __init__(self, source: str) -> None:
        try:
            self._body = ast.parse(source).body
        except (SyntaxError, ValueError) as error:
            raise CombineError(f"this is no Python: {error}") from None
        self._lines = source.splitlines()
        self._bound = [_binds(statement) for statement in self._body]
        self._uses = [_names(statement) for statement in self._body]
        self._acts = [not _defines(statement) for statement in self._body]
        self.names = frozenset(name for bound in self._bound for name in bound)
        self.words = {name for used in self._uses for name in used} | self.names

    def bound(self, position: int) -> frozenset[str]:
        """The module's names that a statement binds."""
        return self._bound[position]

    def uses(self, position: int) -> frozenset[str]:
        """The names that occur in a statement."""
        return self._uses[position]

    def closure(self, names: Iterable[str]) -> list[int]:
        """The statements that bind these names and all that those use, in the order of the file.

        A statement that does more than to bind names (a call, a loop) may change what it names, and comes along with
        that.
        """
        asked = frozenset(names)
        wanted = {i for i, bound in enumerate(self._bound) if bound & asked}
        while True:
            uses = frozenset(name for i in wanted for name in self._uses[i])
            bound = frozenset(name for i in wanted for name in self._bound[i])
            more = {i for i, own in enumerate(self._bound) if own & uses or (self._acts[i] and self._uses[i] & bound)}
            if more <= wanted:
                return sorted(wanted)
            wanted |= more

    def text(self, position: int, names: Mapping[str, str] | None = None) -> str:
        """A statement as it is written, with the comments right above it; with other ``names``, as they are unparsed.

        What is renamed loses the comments inside of it.
        """
        statement = self._body[position]
        first = min([statement.lineno, *(node.lineno for node in getattr(statement, "decorator_list", []))]) - 1
        above = first
        while above and self._lines[above - 1].startswith("#"):
            above -= 1
        comments = self._lines[above:first]
        if names and (self._uses[position] | self._bound[position]) & names.keys():
            renamed = _Renamer(names).visit(ast.parse(ast.unparse(statement)))
            return "\n".join([*comments, ast.unparse(renamed)])
        return "\n".join([*comments, *self._lines[first : statement.end_lineno]])


class _Renamer(ast.NodeTransformer):
    """Gives names other names wherever they are used as such, parameters included."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self._names.get(node.arg, node.arg)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._names.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._names.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [self._names.get(name, name) for name in node.names]
        return node


def _binds(statement: ast.stmt) -> frozenset[str]:
    """The module's names that a statement binds; those inside of functions and classes are not the module's."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return frozenset({statement.name})
        case ast.Import() | ast.ImportFrom():
            return frozenset((alias.asname or alias.name).split(".")[0] for alias in statement.names)
    stored = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    defined = {n.name for n in ast.walk(statement) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return frozenset(stored | defined)


def _defines(statement: ast.stmt) -> bool:
    """Whether a statement binds names and does nothing else that could matter to others."""
    match statement:
        case ast.Assign():
            return all(isinstance(target, ast.Name | ast.Tuple) for target in statement.targets)
        case ast.AnnAssign():
            return isinstance(statement.target, ast.Name)
    return isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom)


def _names(statement: ast.stmt) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(statement) if isinstance(node, ast.Name))
