"""How much a prompt tells, from all that helps down to what is indispensable."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Detail:
    """Upper bounds of what is shown. ``text`` is in characters, of one block such as the program."""

    examples: int
    failures: int
    objects: int  # of one state, besides the background
    background: int  # objects
    text: int
    docstrings: bool  # of the runtime


LADDER = (
    Detail(14, 5, 60, 400, 60_000, docstrings=True),
    Detail(10, 4, 40, 200, 30_000, docstrings=True),
    Detail(8, 3, 25, 100, 16_000, docstrings=True),
    Detail(6, 3, 16, 50, 10_000, docstrings=True),
    Detail(5, 2, 10, 25, 6_000, docstrings=False),
    Detail(4, 1, 7, 12, 4_000, docstrings=False),
    Detail(3, 1, 5, 6, 2_500, docstrings=False),
    Detail(1, 1, 3, 3, 1_200, docstrings=False),
)
