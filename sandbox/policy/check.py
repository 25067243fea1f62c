"""From a program's text to all that is refused in it."""

import ast
import warnings
from collections.abc import Iterator

from sandbox.limits import Limits
from sandbox.policy.gate import Gate
from sandbox.policy.refusal import Refusal

_BRACES = (
    20_000  # some Pythons parse an f-string in time by the square of its braces, and let nobody else run meanwhile
)


def check(source: str, limits: Limits | None = None) -> list[Refusal]:
    """Everything in ``source`` that is refused, in its order; empty when it may be tried in a sandbox."""
    most = (limits or Limits()).source
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > most:
        return [Refusal(1, 0, "size", f"the program has {size} bytes; write one of at most {most}")]
    braces = source.count("{")
    if braces > _BRACES:
        return [Refusal(1, 0, "size", f"the program has {braces} opening braces; write one of at most {_BRACES}")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
        missing = list(_missing(tree))
        gate = Gate(tree)
        gate.visit(tree)
    except SyntaxError as error:
        return [Refusal(error.lineno or 1, max(0, (error.offset or 1) - 1), "syntax", f"{error.msg}; mend the syntax")]
    except (ValueError, RecursionError, MemoryError) as error:
        return [Refusal(1, 0, "syntax", f"it cannot be parsed ({type(error).__name__}); write a simpler program")]
    found = dict.fromkeys(gate.refusals + missing)
    return sorted(found, key=lambda refusal: (refusal.line, refusal.column, refusal.rule))


def _missing(tree: ast.Module) -> Iterator[Refusal]:
    """The functions that every model has and this one lacks."""
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        defined |= {target.id for target in targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.Import | ast.ImportFrom):
            defined |= {alias.asname or alias.name for alias in node.names}
    for name, parameters in (("transition", "state, action"), ("reward", "state, action, next_state, goal")):
        if name not in defined:
            yield Refusal(1, 0, "missing", f"define `{name}({parameters})` at the top level")
