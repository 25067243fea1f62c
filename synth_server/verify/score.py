"""One number for a program (section 3 of WorldCoder, arXiv 2402.12275)."""


def score(fitting: int, rows: int, plans: int, starts: int) -> float:
    """``(fitting rows + [all rows fit] * starts with a plan) / (rows + starts)``, in 0..1; 0 when there is nothing."""
    if not rows + starts:
        return 0.0
    return (fitting + (plans if fitting == rows else 0)) / (rows + starts)
