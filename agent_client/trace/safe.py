"""Text of models, programs and data, made fit to be shown: nothing in it acts on a terminal or hides."""

import re
import unicodedata

_UNSEEN = frozenset(
    {"Cc", "Cf", "Cs", "Zl", "Zp"}
)  # controls, formats (bidi, zero width, tags), surrogates, separators


def visible(text: str) -> str:
    r"""The text with every character that cannot be seen written as its code point, such as ``<U+202E>``.

    Line ends (``\r\n`` counts as one) and tabs stay.
    """
    return "".join(_shown(char) for char in text.replace("\r\n", "\n"))


def one_line(text: str, most: int = 200) -> str:
    """The text on one line of at most ``most`` characters."""
    line = re.sub(r"\s+", " ", visible(text)).strip()
    return line if len(line) <= most else line[: most - 3] + "..."


def _shown(char: str) -> str:
    if char in "\n\t" or " " <= char <= "~":
        return char
    return f"<U+{ord(char):04X}>" if unicodedata.category(char) in _UNSEEN else char
