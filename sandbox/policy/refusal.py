"""What the gate says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """Why a program is refused, where (1-based line, 0-based column), and what to do instead."""

    line: int
    column: int
    rule: str
    advice: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.advice}"
