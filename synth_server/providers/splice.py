"""Functions of one program put into another, as text: comments stay, what nobody uses any more goes.

A model's file is a list of pieces: top-level statements with the comments before them. What a function needs is
followed by names through the pieces of its own file.
"""

import ast
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_GAP, _SMALL_GAP = "\n\n\n", "\n"
ROOTS = ("transition", "reward", "actions", "uncertain")

NO_REWARD = '''\
from worldsmith_runtime import UnknownGoal


def reward(state, action, next_state, goal):
    """No goal has a rule yet."""
    raise UnknownGoal(goal)
'''


@dataclass(frozen=True, eq=False)
class Piece:
    """A top-level statement: its text, the names that it gives, and those that it uses."""

    node: ast.stmt
    text: str
    gives: frozenset[str]
    uses: frozenset[str]

    @property
    def acts(self) -> bool:
        """Whether it does more than to bind names."""
        match self.node:
            case ast.Assign(targets=targets):
                return not all(isinstance(target, ast.Name | ast.Tuple) for target in targets)
            case ast.AnnAssign(target=target):
                return not isinstance(target, ast.Name)
            case ast.Expr():
                return not _is_text(self.node)
        return not isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not self.is_import

    @property
    def is_import(self) -> bool:
        """Whether it only binds what other modules have."""
        return isinstance(self.node, ast.Import | ast.ImportFrom)


def parse(source: str) -> ast.Module:
    """The syntax tree.

    Raises:
        SyntaxError: there is none, for whatever reason.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError:
        raise
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(f"it cannot be parsed: {error}") from None


def defined(source: str) -> frozenset[str]:
    """The names that a program gives at its top level.

    Raises:
        SyntaxError: it does not parse.
    """
    return frozenset[str]().union(*(piece.gives for piece in pieces(source)))


def equivalent(a: str, b: str) -> bool:
    """Whether two programs are the same but for comments, docstrings and layout."""
    return a == b or normalised(a) == normalised(b)


def normalised(source: str) -> str:
    """The program without comments, docstrings and layout; without blanks at line ends only where it does not parse."""
    try:
        tree = parse(source)
    except SyntaxError:
        return "\n".join(line.rstrip() for line in source.strip().splitlines())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and node.body and _is_text(node.body[0]):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def without(source: str, name: str) -> str:
    """The program without one of its functions and what only that needs; itself where it does not parse."""
    try:
        return _joined(_kept(pieces(source), {name}, ()))
    except SyntaxError:
        return source


def splice(base: str, other: str, names: Iterable[str]) -> str:
    """``base`` with the functions ``names`` of ``other`` in place of its own, and the helpers that they need.

    Helpers of ``other`` that have the name of a kept one of ``base`` get another name, unless they are the same.
    Names that ``other`` uses and does not give are taken from ``base``.

    Raises:
        SyntaxError: one of them does not parse.
    """
    taken = set(names)
    theirs = _reached(pieces(other), taken)
    given = {name for piece in theirs for name in piece.gives}
    borrowed = {name for piece in theirs for name in piece.uses} - given
    mine = pieces(base)
    kept = _kept(mine, taken, borrowed)
    theirs = _without_clashes(kept, theirs)
    place = _place(mine, kept, taken, borrowed)
    return _joined([*kept[:place], *theirs, *kept[place:]])


def pieces(source: str) -> list[Piece]:
    """The pieces of a program, in order.

    Raises:
        SyntaxError: it does not parse.
    """
    tree = parse(source)
    lines = source.splitlines()
    found: list[Piece] = []
    ended = 0  # lines that belong to a piece already
    for node in tree.body:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
        last = node.end_lineno or node.lineno
        if first < ended:  # on the line of the former one
            former = found.pop()
            text = former.text + "\n".join(["", *lines[ended:last]]) if last > ended else former.text
            found.append(Piece(former.node, text, former.gives | _gives(node), former.uses | _uses(node)))
        else:
            text = "\n".join(lines[ended:last]).strip("\n")
            found.append(Piece(node, text, _gives(node), _uses(node)))
        ended = max(ended, last)
    rest = "\n".join(lines[ended:]).strip()
    if rest and found:
        tail = found.pop()
        found.append(Piece(tail.node, f"{tail.text}\n{rest}", tail.gives, tail.uses))
    return found


def _gives(node: ast.stmt) -> frozenset[str]:
    """The names that a top-level statement binds in the module."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return frozenset({name})
        case ast.Import(names=aliases):
            return frozenset(alias.asname or alias.name.partition(".")[0] for alias in aliases)
        case ast.ImportFrom(names=aliases):
            return frozenset(alias.asname or alias.name for alias in aliases)
    bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    if isinstance(node, ast.If | ast.Try | ast.For | ast.While | ast.With):
        bound |= {name for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt) for name in _gives(child)}
    return frozenset(bound)


def _uses(node: ast.stmt) -> frozenset[str]:
    return frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))


def _reached(all_pieces: Sequence[Piece], names: set[str]) -> list[Piece]:
    """The pieces that give these names, and those that these need, in order.

    A piece that does more than to give names (a loop that fills a table) comes along with what it may change.
    """
    wanted, given, found = set(names), set[str](), set[int]()
    growing = True
    while growing:
        growing = False
        for i, piece in enumerate(all_pieces):
            if i not in found and (piece.gives & wanted or (piece.acts and piece.uses & given)):
                found.add(i)
                wanted |= piece.uses
                given |= piece.gives
                growing = True
    return [all_pieces[i] for i in sorted(found)]


def _kept(mine: Sequence[Piece], taken: set[str], borrowed: Iterable[str]) -> list[Piece]:
    """The pieces without the functions ``taken`` and what only they need."""
    gone = {id(piece) for piece in mine if piece.gives & taken}
    others = [piece for piece in mine if id(piece) not in gone]
    theirs = {id(piece) for piece in _reached(mine, taken)}
    used = {name for piece in others if id(piece) not in theirs for name in piece.gives | piece.uses}
    needed = {id(piece) for piece in _reached(others, used | set(borrowed))}
    return [piece for piece in others if id(piece) not in theirs or id(piece) in needed]


def _place(mine: Sequence[Piece], kept: Sequence[Piece], taken: set[str], borrowed: set[str]) -> int:
    """Where new functions go: where the old ones stood, unless they need something that comes later."""
    old = next((i for i, piece in enumerate(mine) if piece.gives & taken), len(mine))
    before = {id(piece) for piece in mine[:old]}
    place = sum(id(piece) in before for piece in kept)
    late = any(piece.gives & borrowed for piece in kept[place:])
    return len(kept) if late else place


def _without_clashes(kept: Sequence[Piece], theirs: Sequence[Piece]) -> list[Piece]:
    """Their pieces, without those that are there already, and with other names where names are taken."""
    mine = {name: piece for piece in kept for name in piece.gives}
    known = {ast.dump(piece.node) for piece in kept}
    clashes: set[str] = set()
    growing = True
    while growing:  # a piece that both have is needed twice where it uses what they have not in common
        fresh = [piece for piece in theirs if ast.dump(piece.node) not in known or piece.uses & clashes]
        more = {name for piece in fresh if not piece.is_import for name in piece.gives if name in mine}
        growing, clashes = more != clashes, more
    if not clashes:
        return fresh
    taken = set(mine) | {name for piece in fresh for name in piece.gives | piece.uses}
    others: dict[str, str] = {}
    for name in sorted(clashes):
        number = 2
        while f"{name}_{number}" in taken:
            number += 1
        others[name] = f"{name}_{number}"
        taken.add(others[name])
    return pieces("\n\n\n".join(_renamed(piece, others) for piece in fresh))


def _renamed(piece: Piece, others: dict[str, str]) -> str:
    """The text with names replaced, but for functions in which such a name is a variable."""
    tree = ast.parse(piece.text)
    lines = [line.encode() for line in piece.text.splitlines()]
    edits: list[tuple[int, int, str]] = []
    for node in tree.body:
        local = _locals(node) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else frozenset[str]()
        edits += [
            (inner.lineno - 1, inner.col_offset, inner.id)
            for inner in ast.walk(node)
            if isinstance(inner, ast.Name) and inner.id in others and inner.id not in local
        ]
        name = getattr(node, "name", None)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and name in others:
            line = node.lineno - 1
            edits.append((line, lines[line].index(f" {name}".encode(), node.col_offset) + 1, str(name)))
    for line, column, name in sorted(edits, reverse=True):
        raw = lines[line]
        lines[line] = raw[:column] + others[name].encode() + raw[column + len(name.encode()) :]
    return b"\n".join(lines).decode()


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    shared = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    bound = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    bound |= {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    return frozenset(bound - shared)


def _joined(chosen: Sequence[Piece]) -> str:
    """One file: docstring, imports (those from one module together), and the rest in order."""
    head = [piece.text for piece in chosen[:1] if _is_text(piece.node)]
    imports = list(dict.fromkeys(_imports([piece for piece in chosen if piece.is_import])))
    rest = [piece for piece in chosen[len(head) :] if not piece.is_import]
    text = "\n\n".join([*head, *(["\n".join(imports)] if imports else [])])
    wide = bool(imports)
    for piece in rest:
        apart = isinstance(piece.node, ast.FunctionDef | ast.ClassDef)
        text = f"{text}{_GAP if apart or wide else _SMALL_GAP}{piece.text}" if text else piece.text
        wide = apart
    return f"{text}\n"


def _imports(imports: Sequence[Piece]) -> list[str]:
    lines: list[str] = []
    places: dict[str, int] = {}
    names: dict[str, dict[str, None]] = {}
    for piece in imports:
        node = piece.node
        if not isinstance(node, ast.ImportFrom) or "\n" in piece.text or "#" in piece.text or node.module is None:
            lines.append(piece.text)
            continue
        told = [f"{alias.name} as {alias.asname}" if alias.asname else alias.name for alias in node.names]
        known = names.setdefault(node.module, {})
        if node.module not in places:
            places[node.module] = len(lines)
            lines.append(piece.text)
        elif not known.keys() >= set(told):
            lines[places[node.module]] = f"from {node.module} import {', '.join(sorted({*known, *told}))}"
        known |= dict.fromkeys(told)
    future = [line for line in lines if line.startswith("from __future__")]
    return future + [line for line in lines if line not in future]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
