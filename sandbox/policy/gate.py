"""RestrictedPython's transformer with a policy that ordinary code passes; used to find faults, not to emit guards."""

import ast
import re
from collections.abc import Iterable

from RestrictedPython.transformer import INSPECT_ATTRIBUTES, RestrictingNodeTransformer

from sandbox.policy.names import INSIDES, INSTEAD, INSTEAD_OF_STATEMENT, ORDINARY, is_dunder, why_not
from sandbox.policy.refusal import Refusal
from sandbox.runtime.allowed import MODULES, REFUSED_BUILTINS

_REFLECTION = ("getattr", "setattr", "delattr", "hasattr")
_METACLASSES = ("ABCMeta", "EnumMeta", "EnumType")
_MANGLED = re.compile(r"_[A-Za-z]\w*?__\w+")
_Visited = ast.AST | Iterable[ast.AST] | None


class Gate(RestrictingNodeTransformer):
    """Collects ``refusals``. Constructs that it does not know are refused, as RestrictedPython does.

    The base class rewrites what it allows, so that guards run. The sandbox is the guard here: programs run as they
    were written, hence every method that rewrites is replaced by one that looks.
    """

    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        self.refusals: list[Refusal] = []
        imports = [alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        self._modules = {alias.asname or alias.name for alias in imports}

    # --- how the base class reports ------------------------------------------------------------------------

    def error(self, node: ast.AST, info: str) -> None:
        """Notes what the base class refuses."""
        self._refuse(node, "statement", f"{info.rstrip('.')}; write it another way")

    def not_allowed(self, node: ast.AST) -> None:
        """Notes a construct that no model needs."""
        name = type(node).__name__
        self._refuse(node, "statement", f"do not use {name}: {INSTEAD_OF_STATEMENT.get(name, 'write it another way')}")

    def _refuse(self, node: ast.AST, rule: str, advice: str) -> None:
        self.refusals.append(Refusal(getattr(node, "lineno", 1), getattr(node, "col_offset", 0), rule, advice))

    # --- ordinary constructs: looked into, not changed ------------------------------------------------------

    def _ordinary(self, node: ast.AST) -> _Visited:
        """Nothing to refuse but in its parts."""
        return self.node_contents_visit(node)

    visit_AnnAssign = visit_AugAssign = visit_Assign = visit_Subscript = visit_Module = visit_With = _ordinary
    visit_For = visit_comprehension = visit_Nonlocal = visit_Lambda = visit_DictComp = _ordinary
    visit_ListComp = visit_SetComp = visit_GeneratorExp = _ordinary
    visit_Match = visit_match_case = visit_MatchValue = visit_MatchSingleton = visit_MatchSequence = _ordinary
    visit_MatchMapping = visit_MatchOr = visit_TypeIgnore = _ordinary
    visit_TypeAlias = visit_TypeVar = visit_ParamSpec = visit_TypeVarTuple = _ordinary

    # --- names ----------------------------------------------------------------------------------------------

    def check_name(self, node: ast.AST, name: str | None, allow_magic_methods: bool = False) -> None:
        """Refuses names with two underscores on either side, but for those of ordinary methods."""
        if name is not None and is_dunder(name) and name not in ORDINARY:
            what = "define" if allow_magic_methods else "use"
            self._refuse(node, "name", f"do not {what} `{name}`; {INSTEAD.get(name, 'it is not part of a model')}")

    def visit_Name(self, node: ast.Name) -> _Visited:
        """Refuses built-ins that reach out."""
        if node.id in REFUSED_BUILTINS:
            advice = INSTEAD.get(node.id, "a model computes from its arguments alone")
            self._refuse(node, "builtin", f"do not use `{node.id}`; {advice}")
        else:
            self.check_name(node, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> _Visited:
        """Refuses parameters with names that mean something to the interpreter."""
        self.check_name(node, node.arg)
        return self._ordinary(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> _Visited:
        """Looks at the name too."""
        self.check_name(node, node.name)
        return self._ordinary(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> _Visited:
        """Looks at the name too."""
        self.check_name(node, node.name)
        return self._ordinary(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> _Visited:
        """Looks at the name too."""
        self.check_name(node, node.name)
        return self._ordinary(node)

    # --- definitions ----------------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef) -> _Visited:
        """Methods such as ``__init__`` and ``__lt__`` may be defined; those that change what an object is may not."""
        self.check_name(node, node.name, allow_magic_methods=True)
        return self._ordinary(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> _Visited:
        """Refuses metaclasses, but for the library's."""
        self.check_name(node, node.name, allow_magic_methods=True)
        for keyword in node.keywords:
            name = keyword.value.attr if isinstance(keyword.value, ast.Attribute) else getattr(keyword.value, "id", "")
            if keyword.arg == "metaclass" and name not in _METACLASSES:
                self._refuse(node, "metaclass", "do not use a metaclass; write a plain class or a function")
        return self._ordinary(node)

    # --- attributes -----------------------------------------------------------------------------------------

    def visit_Attribute(self, node: ast.Attribute) -> _Visited:
        """Private names are a class's own affair; those of a module are not, nor what leads to the interpreter."""
        if isinstance(node.value, ast.Name) and node.value.id in self._modules and node.attr.startswith("_"):
            module = node.value.id
            advice = f"do not use `{module}.{node.attr}`; it is private to `{module}`, use its public names"
            self._refuse(node, "attribute", advice)
        else:
            self._attribute(node, node.attr)
        return self._ordinary(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> _Visited:
        """A pattern reads attributes."""
        for name in node.kwd_attrs:
            self._attribute(node, name)
        return self._ordinary(node)

    def visit_Call(self, node: ast.Call) -> _Visited:
        """``getattr`` with a name reads an attribute."""
        if isinstance(node.func, ast.Name) and node.func.id in _REFLECTION and len(node.args) > 1:
            name = node.args[1]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                self._attribute(node, name.value)
        return self._ordinary(node)

    def visit_Constant(self, node: ast.Constant) -> _Visited:
        """Refuses format fields that read such attributes."""
        if isinstance(node.value, str) and _reaches_in(node.value):
            advice = "do not write format fields that reach into double-underscore attributes; use an f-string"
            self._refuse(node, "format", advice)
        return node

    def _attribute(self, node: ast.AST, name: str) -> None:
        if name in INSPECT_ATTRIBUTES or name in INSIDES or _MANGLED.fullmatch(name) or _strange(name):
            advice = INSTEAD.get(name, "use attributes of objects and states only")
            self._refuse(node, "attribute", f"do not touch `{name}`; {advice}")

    # --- imports --------------------------------------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> _Visited:
        """Allows the modules of the runtime's list."""
        for alias in node.names:
            self._module(node, alias.name)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> _Visited:
        """Allows public names of the modules of the runtime's list."""
        module = "." * node.level + (node.module or "")
        self._module(node, module)
        for alias in node.names:
            if alias.name == "*":
                advice = f"do not import `*`; write `from {module} import` and the names that you use"
                self._refuse(node, "star-import", advice)
            elif alias.name.startswith("_"):
                advice = f"do not import `{alias.name}`; it is private to `{module}`, use its public names"
                self._refuse(node, "private-import", advice)
        return node

    def _module(self, node: ast.AST, name: str) -> None:
        if name in MODULES:
            return
        reason = why_not(name)
        allowed = f"these may be imported: {', '.join(sorted(MODULES))}"
        self._refuse(node, "import", f"do not import `{name}`; {reason}{'; ' if reason else ''}{allowed}")


def _strange(name: str) -> bool:
    return is_dunder(name) and name not in ORDINARY


def _reaches_in(text: str) -> bool:
    return "{" in text and any(f"{mark}__" in text for mark in ".[") and "__" in text.partition("{")[2]
