"""A plot of success against environment steps, as SVG."""

import math
from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 380, 50, 20, 210, 50
_COLORS = ("#1b6ca8", "#c2571a", "#3c8d40", "#8e44ad", "#b8860b", "#c0392b", "#16a085", "#777777")
_MOST = 1000.0  # steps at the right end


def svg(curves: Mapping[str, Sequence[int | None]]) -> str:
    """For each name the share of runs that had solved an episode, by steps, of the steps that each run took."""

    def x(steps: float) -> float:
        return _LEFT + math.log10(max(steps, 10.0) / 10.0) / math.log10(_MOST / 10.0) * (_WIDTH - _LEFT - _RIGHT)

    def y(share: float) -> float:
        return _TOP + (1 - share) * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<path d="M{_LEFT} {y(share):.1f}H{x(_MOST):.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>')
    parts += [
        f'<text x="{x(steps):.1f}" y="{_HEIGHT - 30}" text-anchor="middle">{steps}</text>'
        for steps in (10, 20, 50, 100, 200, 500, 1000)
    ]
    parts.append(f'<text x="{x(100):.1f}" y="{_HEIGHT - 10}" text-anchor="middle">environment steps</text>')
    for i, (name, firsts) in enumerate(curves.items()):
        color, path, share = _COLORS[i % len(_COLORS)], [f"M{x(10):.1f} {y(0):.1f}"], 0.0
        for first in sorted(first for first in firsts if first is not None and first <= _MOST):
            share += 1 / len(firsts)
            path.append(f"H{x(first):.1f}V{y(min(share, 1.0)):.1f}")
        path.append(f"H{x(_MOST):.1f}")
        parts.append(f'<path d="{"".join(path)}" stroke="{color}" fill="none" stroke-width="2"/>')
        parts.append(f'<text x="{x(_MOST) + 12:.1f}" y="{_TOP + 14 + 18 * i}" fill="{color}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
