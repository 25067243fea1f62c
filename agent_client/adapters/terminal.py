"""Characters and colours for pictures in a terminal."""

_CODES = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "purple": 35, "cyan": 36, "grey": 90, "white": 97}


def paint(text: str, colour: str) -> str:
    """``text`` in a colour, as an ANSI sequence; a colour that is not known leaves it as it is."""
    code = _CODES.get(colour)
    return f"\x1b[{code}m{text}\x1b[0m" if code else text
