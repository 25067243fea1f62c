"""Forms of goals: those that differ only in what they name, with the words that name it as slots."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from synth_server.inductive.vocabulary import Symbol, Vocabulary, Word, tokens, told_apart
from synth_server.inductive.wording import fold, words

PASSES = 3
Name = tuple[tuple[str, ...], str]  # attributes, any of which has a value that folds to this
Mention = tuple[Name, ...]  # what a goal says of one thing
Paid = Mapping[str, Sequence[frozenset[Symbol]]]  # by goal: what the steps were about that paid


@dataclass(frozen=True)
class Slot:
    """A word that names something: by values of ``attrs``; ``texts`` were seen here.

    ``open``: other words may stand here too. ``meanings``: the values that words stand for which are no symbols.
    """

    attrs: tuple[str, ...]
    texts: tuple[str, ...]
    open: bool
    meanings: tuple[tuple[str, str], ...] = ()

    @property
    def has_phrases(self) -> bool:
        """Whether several words may stand here."""
        return any(" " in text for text in self.texts)

    @property
    def pattern(self) -> str:
        """What matches the word."""
        if not self.open:
            return f"({'|'.join(re.escape(text) for text in self.texts)})"
        return r"(\w+(?: \w+)*)" if self.has_phrases else r"(\w+)"

    def name(self, text: str) -> Name:
        """What a word says here."""
        return self.attrs, dict(self.meanings).get(text) or fold(text)


@dataclass(frozen=True)
class Form:
    """Words and slots in the order of the goal. Slots next to each other tell of one thing."""

    items: tuple[str | Slot, ...]

    @property
    def pattern(self) -> str:
        """The regular expression of such goals, in words with one space between."""
        return " ".join(item.pattern if isinstance(item, Slot) else re.escape(item) for item in self.items)

    @property
    def mentions(self) -> tuple[tuple[int, ...], ...]:
        """The slots, by number, by the thing that they tell of; those that only tell of a state of things last."""
        slots, found = self.slots, list[list[int]]()
        for before, item in zip(("", *self.items), self.items, strict=False):
            if isinstance(item, Slot):
                if isinstance(before, Slot):
                    found[-1].append(found[-1][-1] + 1)
                else:
                    found.append([sum(map(len, found))])
        found.sort(key=lambda numbers: not any(slots[n].open or slots[n].meanings for n in numbers))
        return tuple(map(tuple, found))

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All slots, in the order of the goal."""
        return tuple(item for item in self.items if isinstance(item, Slot))

    def read(self, text: str) -> tuple[Mention, ...] | None:
        """What a goal names, None where it is of another form."""
        match = re.fullmatch(self.pattern, text)
        if match is None:
            return None
        names = [slot.name(text) for slot, text in zip(self.slots, match.groups(), strict=True)]
        return tuple(tuple(names[i] for i in slots) for slots in self.mentions)

    @property
    def loose(self) -> tuple[str, tuple[int, ...]] | None:
        """The expression of such goals that tell of their things in other words, and where each mention is in it.

        None where the form names nothing, or in words that are no symbols.
        """
        if not any(slot.open for slot in self.slots) or any(slot.meanings for slot in self.slots):
            return None
        texts, inside = list[str](), False
        for item in self.items:
            if isinstance(item, str):
                texts.append(re.escape(item))
            elif not inside:
                texts.append(r"(\w+(?: \w+)*)")
            inside = isinstance(item, Slot)
        runs = sorted(self.mentions)
        return " ".join(texts), tuple(runs.index(mention) for mention in self.mentions)

    def read_loosely(self, text: str, known: Mapping[str, tuple[str, ...]]) -> tuple[Mention, ...] | None:
        """What a goal names in words that are all symbols, None where it is of another form."""
        match = re.fullmatch(self.loose[0], text) if self.loose is not None else None
        if match is None or self.loose is None:
            return None
        told = [_split(group, known) for group in match.groups()]
        found = [tuple((known[word], word) for word in mention) for mention in told if mention]
        return tuple(found[place] for place in self.loose[1]) if len(found) == len(told) else None

    @property
    def said(self) -> tuple[str, ...]:
        """The words that are no slots."""
        return tuple(item for item in self.items if isinstance(item, str))


def _split(text: str, known: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The symbols in a text, folded: all of it, or each word; nothing where one is none."""
    told = [fold(text)] if fold(text) in known else [fold(word) for word in text.split()]
    return told if all(word in known for word in told) else []


@dataclass(frozen=True, eq=False)
class Hearing:
    """All forms, and what was read out of goals.

    ``words`` are symbols, folded, with the attributes that have them; ``kinds`` types with attributes that have any.
    """

    forms: tuple[Form, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _known: dict[str, tuple[int | None, tuple[Mention, ...]]] = field(default_factory=dict)

    def form(self, goal: str) -> int | None:
        """The form of a goal by its number, None where it has none of them."""
        return self._read(goal)[0]

    def mention(self, goal: str, which: int) -> Mention:
        """What a goal says of a thing, by its number; nothing where it names fewer."""
        mentions = self._read(goal)[1]
        return mentions[which] if which < len(mentions) else ()

    @property
    def numbers(self) -> range:
        """The numbers of the forms."""
        return range(len(self.forms))

    @property
    def most(self) -> int:
        """How many things a goal names at most."""
        return max((len(form.mentions) for form in self.forms), default=0)

    def _read(self, goal: str) -> tuple[int | None, tuple[Mention, ...]]:
        if goal not in self._known:
            text = " ".join(words(goal))
            self._known[goal] = (None, ())
            strict = ((number, form.read(text)) for number, form in enumerate(self.forms))
            loose = ((number, form.read_loosely(text, self.words)) for number, form in enumerate(self.forms))
            for number, mentions in chain(strict, loose):
                if mentions is not None:
                    self._known[goal] = (number, mentions)
                    break
        return self._known[goal]


def hear(goals: Sequence[str], known: Vocabulary, paid: Paid, most_words: int, *, spare: bool = True) -> Hearing:
    """The forms of these goals; with ``spare`` a single goal is read only if it tells several things apart.

    Little could be carried over else, and types alone say as much where there is one thing, or each is told by one
    word. Goals in other words are understood where the symbols, which a program has to list then, are at most so many.
    """
    forms: list[Form] = []
    for _ in range(PASSES):  # what is understood in one place helps to understand others
        forms = _all_forms(goals, known, paid)
        understood = _understood(forms)
        if understood.keys() <= known.synonyms.keys():
            break
        known = replace(known, synonyms={**understood, **known.synonyms})
    if spare and len(set(goals)) < 2 and not any(_tells_apart(form) for form in forms):
        return Hearing()
    ordered = sorted(dict.fromkeys(forms), key=lambda form: (-len(form.said), -len(form.items), form.pattern))
    return Hearing(tuple(ordered), known.attrs if len(known.attrs) <= most_words else {}, known.kinds)


def _tells_apart(form: Form) -> bool:
    """Whether goals of a form tell of several things, of some in more than one word."""
    things = [mention for mention in form.mentions if any(form.slots[number].open for number in mention)]
    return len(things) > 1 and any(len(mention) > 1 for mention in things)


def _all_forms(goals: Sequence[str], known: Vocabulary, paid: Paid) -> list[Form]:
    lengths: dict[int, dict[tuple[Word, ...], str]] = {}
    for goal in sorted(set(goals)):
        told = tokens(goal, known)
        if told:
            lengths.setdefault(len(told), {})[told] = goal
    return [form for _, group in sorted(lengths.items()) for form in _forms(group, known, paid)]


def _understood(forms: Sequence[Form]) -> dict[str, Symbol]:
    """The words that are no symbols, and those that they stand for."""
    slots = [slot for form in forms for slot in form.slots]
    return {text: (slot.attrs[0], value) for slot in slots for text, value in slot.meanings}


Group = Mapping[tuple[Word, ...], str]  # goals of equal length, by their words


def _forms(group: Group, known: Vocabulary, paid: Paid) -> list[Form]:
    """The forms of a group: it is split where words differ that name nothing, where there are fewest of them."""
    size = len(next(iter(group)))
    parts = [_parts(group, place, paid) for place in range(size)]
    apart = [place for place in range(size) if len(parts[place]) > 1]
    if not apart:
        items = [_item(group, place, parts[place][0], known) for place in range(size)]
        if not any(isinstance(item, str) for item in items):  # any goal of so many words would be one
            items = [replace(item, open=False) if isinstance(item, Slot) else item for item in items]
        return [Form(tuple(items))]
    place = min(apart, key=lambda place: (len(parts[place]), place))
    found = []
    for part in parts[place]:
        found += _forms({told: goal for told, goal in group.items() if told[place].text in part.texts}, known, paid)
    return found


@dataclass(frozen=True)
class _Part:
    """Words that belong together at one place of goals: values of an attribute, or a single word that names nothing."""

    texts: tuple[str, ...]
    attr: str = ""
    meanings: tuple[tuple[str, str], ...] = ()


def _parts(group: Group, place: int, paid: Paid) -> list[_Part]:
    here = {told[place].text: told[place] for told in group}
    found: list[_Part] = []
    left = dict(sorted(here.items()))
    while any(word.attrs for word in left.values()):
        attrs = sorted({attr for word in left.values() for attr in word.attrs})
        best = max(attrs, key=lambda attr: (sum(attr in w.attrs for w in left.values()), attr == "type"))
        texts = tuple(text for text, word in left.items() if best in word.attrs)
        found.append(_Part(texts, best))
        left = {text: word for text, word in left.items() if text not in texts}
    shown = {
        text: [step for told, goal in group.items() if told[place].text == text for step in paid.get(goal, ())]
        for text in left
    }
    named = {
        text: frozenset.intersection(
            *(
                frozenset(word.folded for i, word in enumerate(told) if i != place and word.attrs)
                for told in group
                if told[place].text == text
            )
        )
        for text in left
    }
    told = told_apart(shown, named) if not _varies_along(group, place, left) else None
    if told is not None:
        return [*found, _Part(tuple(left), told[0], tuple(sorted(told[1].items())))]
    return found + [_Part((text,)) for text in left]


def _varies_along(group: Group, place: int, words_: Collection[str]) -> bool:
    """Whether these words change with others that name nothing: then goals differ in how they are put."""
    goals = [told for told in group if told[place].text in words_]
    if len(words_) < 2:
        return False

    def split(at: int) -> set[frozenset[int]]:
        texts = {told[at].text for told in goals}
        return {frozenset(i for i, told in enumerate(goals) if told[at].text == text) for text in texts}

    plain = (at for at in range(len(goals[0])) if at != place and not any(told[at].attrs for told in goals))
    return any(split(at) == split(place) for at in plain)


def _item(group: Group, place: int, part: _Part, known: Vocabulary) -> str | Slot:
    """The word or the slot at a place where all goals of a group agree."""
    if not part.attr:
        return part.texts[0]
    if part.meanings:
        return Slot((part.attr,), tuple(text for text, _ in part.meanings), open=False, meanings=part.meanings)
    attrs = tuple(sorted({attr for told in group for attr in told[place].attrs}))
    every = {attr: [text for text, (a, _) in known.synonyms.items() if a == attr] for attr in attrs}
    odd = sorted({text for attr in attrs for text in every[attr]}) if set(part.texts) & set(known.synonyms) else []
    meanings = tuple((text, known.synonyms[text][1]) for text in odd)
    texts = tuple(sorted({*part.texts, *odd}))
    return Slot(attrs, texts, not odd and not set(attrs) <= known.fickle, meanings)
