"""A plot of accuracy against transitions, as SVG."""

import math
from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _LEFT, _TOP = 640, 360, 50, 20
_COLORS = ("#1b6ca8", "#c2571a", "#3c8d40", "#8e44ad", "#777777")


def svg(curves: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """Curves of points (transitions, share), transitions on a logarithmic axis, shares from a half to one."""
    sizes = sorted({size for points in curves.values() for size, _ in points})
    low, high = math.log(sizes[0]), math.log(sizes[-1])

    def spot(size: int, share: float) -> tuple[float, float]:
        x = _LEFT + (math.log(size) - low) / max(high - low, 1e-9) * (_WIDTH - _LEFT - 150)
        return x, _TOP + (1 - max(share, 0.5)) * 2 * (_HEIGHT - _TOP - 40)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-size="12">']
    parts.append(f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>')
    for share in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        (x, y), (end, _) = spot(sizes[0], share), spot(sizes[-1], share)
        parts.append(f'<path d="M{x:.0f} {y:.0f}H{end:.0f}" stroke="#ddd"/><text x="12" y="{y + 4:.0f}">{share}</text>')
    for size in sizes:
        x, _ = spot(size, 0.5)
        parts.append(f'<text x="{x:.0f}" y="{_HEIGHT - 20}" text-anchor="middle">{size}</text>')
    for i, (name, points) in enumerate(curves.items()):
        color = _COLORS[i % len(_COLORS)]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in (spot(*point) for point in points))
        parts.append(f'<path d="M{path}" stroke="{color}" fill="none" stroke-width="2"/>')
        x, y = spot(*points[-1])
        parts.append(f'<text x="{x + 6:.0f}" y="{y + 4 + 14 * (i % 3):.0f}" fill="{color}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
