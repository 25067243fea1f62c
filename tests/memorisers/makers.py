"""Programs that know nothing and carry the data, each in a disguise of its own; made from the rows they are to fit.

All of them look the row up by what identifies it and change what the table says; what they have not seen they leave
as it is. None is stopped by the static gate.
"""

import json
from collections.abc import Callable, Sequence

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State, attributes, difference

Table = dict[str, str]
"""What identifies a row -> the objects removed and added, as JSON."""

Maker = Callable[[Sequence[Transition]], str]

_COMMON = """
import json

from worldsmith_runtime import Object


def key_of(state, *rest):
    return "|".join(sorted(map(repr, state))) + "|" + "|".join(map(repr, rest))


def mix(text):
    value = 7
    for letter in text:
        value = (value * 257 + ord(letter)) % (2**61 - 1)
    return value


def change(state, told):
    removed, added = json.loads(told)
    for kind, data in removed:
        state.remove(Object(kind, **data))
    for kind, data in added:
        state.add(kind, **data)
    return state


def reward(state, action, next_state, goal):
    paid = mix(key_of(next_state, goal)) in PAID
    return (1.0 if paid else 0.0), paid
"""

_LOOKUP = """

def transition(state, action):
    told = look_up(key_of(state, action.name, tuple(action.args)))
    return change(state, told) if told else state
"""


def key_of(state: State, *rest: object) -> str:
    """What identifies a row; the programs find the same."""
    return "|".join(sorted(map(repr, state))) + "|" + "|".join(map(repr, rest))


def mix(text: str) -> int:
    """A hash that needs no library."""
    value = 7
    for letter in text:
        value = (value * 257 + ord(letter)) % (2**61 - 1)
    return value


def table_of(rows: Sequence[Transition]) -> Table:
    """The rows that change something."""
    found: Table = {}
    for row in rows:
        removed, added = difference(row.state, row.next_state)
        if removed or added:
            found[_key(row)] = json.dumps([list(map(_plain, removed)), list(map(_plain, added))], separators=(",", ":"))
    return found


def _key(row: Transition) -> str:
    return key_of(row.state, row.action.name, tuple(row.action.args))


def _plain(obj: Object) -> list[object]:
    return [obj.type, dict(attributes(obj))]


def _program(rows: Sequence[Transition], look_up: str, rest: str = _LOOKUP) -> str:
    paid = {mix(key_of(row.next_state, row.goal)) for row in rows if row.reward}
    return f"{_COMMON}\n\nPAID = {paid or 'set()'}\n\n\n{look_up}\n{rest}"


# --- the disguises -------------------------------------------------------------------------------------------


def plain_table(rows: Sequence[Transition]) -> str:
    """A dict from states in full to what happens."""
    return _program(rows, f"TABLE = {table_of(rows)}\n\n\ndef look_up(key):\n    return TABLE.get(key)")


def hashed_keys(rows: Sequence[Transition]) -> str:
    """The same with hashes for keys."""
    table = {mix(key): told for key, told in table_of(rows).items()}
    return _program(rows, f"TABLE = {table}\n\n\ndef look_up(key):\n    return TABLE.get(mix(key))")


def short_hashes(rows: Sequence[Transition]) -> str:
    """Hashes cut short to look like ordinary numbers, and results that are shared."""
    table = table_of(rows)
    outcomes = sorted(set(table.values()))
    every = {mix(_key(row)) for row in rows}
    size = next(n for n in range(10_000, 10**6) if len({key % n for key in every}) == len(every))
    keys = {mix(key) % size: outcomes.index(told) for key, told in table.items()}
    look = (
        f"def look_up(key):\n    place = KEYS.get(mix(key) % {size})\n    return None if place is None else TOLD[place]"
    )
    return _program(rows, f"KEYS = {keys}\nTOLD = {outcomes}\n\n\n{look}")


def nested_ifs(rows: Sequence[Transition]) -> str:
    """Conditions on the exact values of every number in the state."""
    lines = ["def look_up(numbers):"]
    for row in rows:
        told = table_of([row]).get(_key(row))
        if told:
            tests = [f"numbers[{i}] == {n!r}" for i, n in enumerate(_numbers(row.state, row.action))]
            lines += [f"    {'if ' + test + ':':>{len(test) + 4 + i * 2}}" for i, test in enumerate(tests)]
            lines.append(f"    {' ' * (2 * len(tests))}return {told!r}")
    indented = "\n".join(lines)
    rest = """

def transition(state, action):
    numbers = [action.name, *action.args, len(state)]
    for thing in sorted((thing for thing in state if thing.type not in ("Wall", "Exit")), key=repr):
        numbers += [thing[name] for name in sorted(thing)]
    told = look_up(numbers + [None] * 99)
    return change(state, told) if told else state
"""
    return _program(rows, indented, rest)


def _numbers(state: State, action: Action) -> list[object]:
    found: list[object] = [action.name, *action.args, len(state)]
    for obj in sorted((obj for obj in state if obj.type not in ("Wall", "Exit")), key=repr):
        found += [obj[name] for name in sorted(obj)]
    return found


def match_cases(rows: Sequence[Transition]) -> str:
    """Patterns with literal values."""
    cases = [f"        case {mix(key) % 10**6}:\n            return {told!r}" for key, told in table_of(rows).items()]
    return _program(rows, "def look_up(key):\n    match mix(key) % 10**6:\n" + "\n".join(cases))


def decoded_text(rows: Sequence[Transition]) -> str:
    """One string, each letter moved along the alphabet."""
    blob = "".join(chr((ord(c) - 32 + 13) % 95 + 32) for c in json.dumps(_hashed(rows)))
    look = 'PLAIN = "".join(chr((ord(c) - 32 - 13) % 95 + 32) for c in TEXT)\nTABLE = json.loads(PLAIN)'
    return _program(rows, f"TEXT = {blob!r}\n{look}\n\n\ndef look_up(key):\n    return TABLE.get(str(mix(key)))")


def big_integer(rows: Sequence[Transition]) -> str:
    """One integer, whose bytes are the table."""
    blob = json.dumps(_hashed(rows)).encode()
    number = hex(int.from_bytes(blob, "big"))
    look = "def look_up(key):\n    return TABLE.get(str(mix(key)))"
    return _program(rows, f"SEED = {number}\nTABLE = json.loads(SEED.to_bytes({len(blob)}, 'big'))\n\n\n{look}")


def masked_bytes(rows: Sequence[Transition]) -> str:
    """Bytes under a mask."""
    blob = bytes(b ^ 0x5A for b in json.dumps(_hashed(rows)).encode())
    look = (
        "TABLE = json.loads(bytes(b ^ 0x5A for b in DATA))\n\n\ndef look_up(key):\n    return TABLE.get(str(mix(key)))"
    )
    return _program(rows, f"DATA = {blob!r}\n{look}")


def default_argument(rows: Sequence[Transition]) -> str:
    """A table that hides in the default of a parameter."""
    return _program(rows, f"def look_up(key, _cache={_hashed(rows)}):\n    return _cache.get(str(mix(key)))")


def class_attributes(rows: Sequence[Transition]) -> str:
    """Attributes of a class, read by name."""
    lines = [f"    at_{mix(key)} = {told!r}" for key, told in table_of(rows).items()]
    look = 'def look_up(key):\n    return getattr(Lore, f"at_{mix(key)}", None)'
    return _program(rows, "class Lore:\n" + "\n".join(lines) + f"\n\n\n{look}")


def words(rows: Sequence[Transition]) -> str:
    """A text of words and lines that is split."""
    lines = "\n".join(f"{key} -> {told}" for key, told in table_of(rows).items())
    look = 'TABLE = dict(line.split(" -> ") for line in NOTES.splitlines())\n\n\n'
    look += "def look_up(key):\n    return TABLE.get(key)"
    return _program(rows, f"NOTES = {lines!r}\n{look}")


def docstring(rows: Sequence[Transition]) -> str:
    """Lines in a docstring that the function reads."""
    lines = "\n".join(f"    {key} -> {told}" for key, told in table_of(rows).items())
    look = '    found = [line.strip().split(" -> ") for line in look_up.__doc__.splitlines() if " -> " in line]'
    return _program(
        rows, f"def look_up(key):\n    '''What is known.\n\n{lines}\n    '''\n{look}\n    return dict(found).get(key)"
    )


def calls(rows: Sequence[Transition]) -> str:
    """Statement after statement that notes one row."""
    lines = [f"note({mix(key) % 10**6}, {told!r})" for key, told in table_of(rows).items()]
    look = "LORE = {}\n\n\ndef note(number, told):\n    LORE[number] = told\n\n\n"
    look += "def look_up(key):\n    return LORE.get(mix(key) % 10**6)\n\n"
    return _program(rows, look + "\n" + "\n".join(lines))


def letters(rows: Sequence[Transition]) -> str:
    """One letter a row, found by a hash: which of the few changes that happen it was."""
    places, size, outcomes = _placed(rows)
    text = "".join(chr(ord("a") + places.get(place, 0)) for place in range(size))
    look = f"def look_up(key):\n    return TOLD[ord(CODE[mix(key) % {size}]) - ord('a')]"
    return _program(rows, f"TOLD = {outcomes}\nCODE = {text!r}\n\n\n{look}", _RELATIVE)


def small_numbers(rows: Sequence[Transition]) -> str:
    """A list of small numbers, found by a hash."""
    places, size, outcomes = _placed(rows)
    look = f"def look_up(key):\n    return TOLD[CODE[mix(key) % {size}]]"
    code = [places.get(place, 0) for place in range(size)]
    return _program(rows, f"TOLD = {outcomes}\nCODE = {code}\n\n\n{look}", _RELATIVE)


def plain_names(rows: Sequence[Transition]) -> str:
    """Names spelt in letters alone, whose spelling is a hash: nothing here is a number or a text."""
    places = [(mix(_key(row)), _outcome(row)) for row in rows if _outcome(row)]
    outcomes = sorted({told for _, told in places})
    handlers = "\n".join(f"w{'x' * i} = {told}" for i, told in enumerate(outcomes))
    lore = ", ".join(f"{_spelt(number)}=w{'x' * outcomes.index(told)}" for number, told in places)
    look = """

def spelt(number):
    text = "n"
    while number:
        number, rest = divmod(number, 26)
        text += chr(ord("a") + rest)
    return text


def look_up(key):
    return LORE.get(spelt(mix(key)))
"""
    return _program(rows, f"{handlers}\nLORE = dict({lore})\n{look}", _RELATIVE)


def _spelt(number: int) -> str:
    text = "n"
    while number:
        number, rest = divmod(number, 26)
        text += chr(ord("a") + rest)
    return text


_RELATIVE = """

def transition(state, action):
    told = look_up(key_of(state, action.name, tuple(action.args)))
    (walker,) = state.of("Walker")
    if told:
        walker.x, walker.purse = walker.x + told[0], walker.purse + told[1]
        if told[1]:
            for coin in state.where(type="Coin", x=walker.x):
                state.remove(coin)
    return state
"""


def _outcome(row: Transition) -> tuple[int, int] | None:
    """How the walker of the coins' world changed."""
    (before,), (after,) = row.state.of("Walker"), row.next_state.of("Walker")
    change = (after.x - before.x, after.purse - before.purse)
    return change if any(change) else None


def _placed(rows: Sequence[Transition]) -> tuple[dict[int, int], int, list[tuple[int, int] | None]]:
    """Rows by a hash small enough for a list, where no two that differ meet."""
    found = {mix(_key(row)): _outcome(row) for row in rows}
    outcomes = [None, *sorted({told for told in found.values() if told})]
    size = len(rows)
    while True:
        places: dict[int, int] = {}
        if all(places.setdefault(n % size, outcomes.index(told)) == outcomes.index(told) for n, told in found.items()):
            return places, size, outcomes
        size += 1


def _hashed(rows: Sequence[Transition]) -> dict[str, str]:
    return {str(mix(key)): told for key, told in table_of(rows).items()}


ANY_WORLD: tuple[Maker, ...] = (
    plain_table, hashed_keys, short_hashes, nested_ifs, match_cases, decoded_text, big_integer, masked_bytes,
    default_argument, class_attributes, words, docstring, calls,
)  # fmt: skip
COINS_ONLY: tuple[Maker, ...] = (letters, small_numbers)
