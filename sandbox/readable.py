"""Text of programs on its way to people: what it would do to a terminal, or to the order of words, is spelled out."""

_KEPT = frozenset("\n\t")
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
_SPELLED = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in _CONTROLS if chr(code) not in _KEPT
}


def readable(text: str) -> str:
    """``text`` with control characters, but for line breaks and tabs, and marks of writing direction spelled out."""
    return text if text.isascii() and text.isprintable() else text.translate(_SPELLED)
