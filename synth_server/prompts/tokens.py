"""How many tokens a text has, guessed from above: no vocabulary is at hand, and each model has its own."""

import re

_PIECES = re.compile(r"[A-Za-z]+|[0-9]|[^\S ]+| {2,}|[^\sA-Za-z0-9]")
_LETTERS_A_TOKEN = 5  # English and code have more; what looks like noise has fewer


def estimate(text: str) -> int:
    """Tokens of ``text``, rather too many than too few.

    Digits, punctuation and indentation count one by one, words by their length, what is not ASCII by its bytes.
    """
    total = 0
    for piece in _PIECES.findall(text):
        if piece[0].isascii():
            total += 1 + (len(piece) - 1) // _LETTERS_A_TOKEN if piece[0].isalpha() else 1
        else:
            total += len(piece.encode("utf-8", "surrogatepass"))
    return total


def clip(text: str, length: int) -> str:
    """``text`` cut in its middle to about ``length`` characters, and said so."""
    if len(text) <= length:
        return text
    if length <= 0:
        return ""
    head = length * 2 // 3
    tail = length - head
    return f"{text[:head].rstrip()}\n[... {len(text) - length} characters are left out ...]\n{text[-tail:].lstrip()}"
