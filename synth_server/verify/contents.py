"""What a program contains besides rules: numbers, tables and text that could be data. Read off its syntax tree.

Only what predictions can reach is counted. Names, strings and characters that occur in the world's own data are its
language, not a memory of it; of other text such words count as one character each. But each entry of a literal table
is counted, whatever it says; only a name of a type, attribute or action, or a word of goals, is free once: to list them
tells of no row.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sandbox.runtime.state import bodies_of
from sandbox.runtime.values import FrozenMap, Value
from synth_server.verify.rows import Row

_PREDICTING = ("transition", "reward")
_APART = ("uncertain", "actions")  # what only these reach predicts nothing
_SMALL = (-1, 0, 1, 2, 0.5)  # steps, signs, indices, halves: no row is known by them
_LARGE = 10**6  # numbers from here on, unless round, are no coordinates, counts or prices
_BLOB_BITS = 80  # integers from here on are data in disguise, each by its bits
_VERY_LONG = 240
_ANSWER = 2  # parts of an answer, such as reward and end
_PATTERN = re.compile(r"\(\?P<|\\[dws]|\[a-z|\[A-Z|\[0-9|\[\^")
_BLOB = re.compile(r"\S{24,}")  # without a blank for so long, text may be an encoding
_LETTERS = re.compile(r"[A-Za-z0-9]{40,}")
_DIGIT_SHARE = 0.05
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Vocabulary:
    """The strings that occur in a world's data, and the characters outside ASCII among them.

    ``names`` are those that are no values: types, attributes, actions, words of goals.
    """

    strings: frozenset[str] = frozenset()
    characters: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of all strings, in small letters."""
        return frozenset(word.lower() for text in self.strings for word in _WORD.findall(text))


@dataclass
class Contents:
    """How much of each kind a program holds."""

    numbers: int = 0  # besides the very small ones
    entries: int = 0  # constants inside literal tables
    large: int = 0  # large integers that are not round
    opaque: int = 0  # characters, or bytes, of text and integers that look encoded
    text: int = 0  # characters of strings that are not in the data
    digits: int = 0  # of these, digits
    names: int = 0  # different identifiers that are not in the data, with two digits or more


def vocabulary(rows: Sequence[Row]) -> Vocabulary:
    """The language of these rows: types, attributes, values, actions, goals and their words."""
    found: set[str] = set()
    names: set[str] = set()
    known: set[int] = set()
    for row in rows:
        step = row.transition
        names.update((step.action.name, *step.goal.split()))
        found.add(step.goal)
        _collect(step.action.args, found)
        for state in (step.state, step.next_state):
            bodies = [body for body in bodies_of(state) if id(body) not in known]
            known.update(map(id, bodies))
            for body in bodies:
                names.update((body.type, *body.data))
                _collect(body.data.values(), found)
    found |= names
    return Vocabulary(
        frozenset(found), frozenset(c for text in found for c in text if not c.isascii()), frozenset(names)
    )


def contents(source: str, words: Vocabulary) -> Contents:
    """What the program holds; nothing when it does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Contents()
    return _Counter(words, reads_doc="__doc__" in source).count(_reached(tree))


def _reached(tree: ast.Module) -> list[ast.stmt]:
    """The statements that predictions depend on: all but what only ``uncertain`` and ``actions`` use."""
    defining: dict[str, list[ast.stmt]] = {}
    always: list[ast.stmt] = []
    for statement in tree.body:
        names = _defined(statement)
        for name in names:
            defining.setdefault(name, []).append(statement)
        if not names:
            always.append(statement)
    apart = _closure([s for name in _APART for s in defining.get(name, [])], defining)
    kept = _closure([*always, *(s for name in _PREDICTING for s in defining.get(name, []))], defining)
    return [statement for statement in tree.body if id(statement) not in apart or id(statement) in kept]


def _defined(statement: ast.stmt) -> list[str]:
    """The names that a top-level statement gives and that can be followed; none where it may do more."""
    match statement:
        case ast.FunctionDef(name=name, decorator_list=[]):
            return [name]
        case ast.Assign(targets=targets) if all(isinstance(target, ast.Name) for target in targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _closure(first: Iterable[ast.stmt], defining: dict[str, list[ast.stmt]]) -> set[int]:
    """The ids of these statements and of all that they name, directly or not."""
    waiting = list(first)
    found = {id(statement) for statement in waiting}
    followed: set[str] = set()
    while waiting:
        for node in ast.walk(waiting.pop()):
            if not isinstance(node, ast.Name) or node.id in followed:
                continue
            followed.add(node.id)  # once: a name may be given by thousands of statements that name it
            for statement in defining.get(node.id, ()):
                if id(statement) not in found:
                    found.add(id(statement))
                    waiting.append(statement)
    return found


class _Counter:
    """Counts without recursion, so that depth costs nothing."""

    def __init__(self, words: Vocabulary, *, reads_doc: bool) -> None:
        self._words = words
        self._reads_doc = reads_doc
        self._found = Contents()
        self._names: set[str] = set()
        self._listed: set[str] = set()

    def count(self, statements: Sequence[ast.stmt]) -> Contents:
        waiting: list[tuple[ast.AST, bool]] = [(statement, False) for statement in statements]
        while waiting:
            node, inside = waiting.pop()
            self._name(node)
            if isinstance(node, ast.Constant):
                self._constant(node.value, inside)
            inside = isinstance(node, ast.Dict | ast.List | ast.Set | ast.Tuple) or (
                inside and isinstance(node, ast.UnaryOp | ast.BinOp | ast.Starred | ast.Constant | ast.Call)
            )
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) <= _ANSWER:
                waiting.extend((child, False) for child in node.value.elts)  # an answer of parts is no table
            else:
                waiting.extend((child, inside) for child in self._children(node))
        unknown = self._names - self._words.strings
        self._found.names = sum(sum(map(str.isdigit, name)) > 1 for name in unknown)
        return self._found

    def _children(self, node: ast.AST) -> Iterator[ast.AST]:
        """All but annotations and, unless they can be read, docstrings."""
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "type_comment"):
                continue
            children = [
                child for child in (value if isinstance(value, list) else [value]) if isinstance(child, ast.AST)
            ]
            if field == "body" and children and not self._reads_doc and _is_text(children[0]):
                children = children[1:]
            yield from children

    def _name(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str() as name) | ast.arg(arg=name):
                self._names.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                self._names.add(name)

    def _constant(self, value: object, inside: bool) -> None:
        found = self._found
        if value is None or value is Ellipsis:
            return
        if inside and isinstance(value, str) and value in self._words.names and value not in self._listed:
            self._listed.add(value)
        else:
            found.entries += inside
        if isinstance(value, bool):
            return
        if isinstance(value, int | float | complex):
            found.numbers += value not in _SMALL
            if isinstance(value, int) and value.bit_length() >= _BLOB_BITS:
                found.opaque += value.bit_length() // 8
            elif isinstance(value, int) and value >= _LARGE and not _is_round(value):
                found.large += 1
        elif isinstance(value, bytes):
            found.opaque += len(value)
        elif isinstance(value, str) and value not in self._words.strings:
            found.text += len(_WORD.sub(self._shortened, value))
            found.digits += sum(map(str.isdigit, value))
            found.opaque += self._opaque(value)

    def _shortened(self, word: re.Match[str]) -> str:
        """A word, or one letter for it where the data have it."""
        return word[0][0] if word[0].lower() in self._words.words else word[0]

    def _opaque(self, text: str) -> int:
        """How many characters of a text look encoded: no words, names, maps or patterns."""
        if len(text) < 200 and _PATTERN.search(text):
            return 0
        runs = [run for run in _BLOB.findall(text) if _looks_encoded(run)]
        strange = sum(not c.isascii() and c not in self._words.characters for c in text)
        blank = sum(map(str.isspace, text))
        return max(sum(map(len, runs)), strange, blank if blank > 0.8 * len(text) else 0)


def _looks_encoded(run: str) -> bool:
    if run in ("-" * len(run), "=" * len(run), "#" * len(run)):
        return False
    digits = sum(map(str.isdigit, run))
    mixed = len(set(run)) > 8
    return (mixed and digits >= _DIGIT_SHARE * len(run)) or bool(_LETTERS.search(run)) or len(run) >= _VERY_LONG


def _is_round(value: int) -> bool:
    """Whether people write such a number for `very many`."""
    digits = str(value)
    return len(digits.rstrip("0")) <= 3 or len(set(digits)) == 1 or value & (value + 1) == 0 or value & (value - 1) == 0


def _is_text(statement: ast.AST) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _collect(values: Iterable[Value], into: set[str]) -> None:
    for value in values:
        if isinstance(value, str):
            into.add(value)
        elif isinstance(value, FrozenMap):
            into.update(value)
            _collect(value.values(), into)
        elif isinstance(value, tuple):
            _collect(value, into)
