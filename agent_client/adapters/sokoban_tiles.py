"""Pictures of Sokoban levels."""

from PIL import Image, ImageDraw

from agent_client.adapters.sokoban_levels import Cell, Level
from agent_client.adapters.terminal import paint

SIZE = 32  # pixels a tile
_FLOOR, _WALL, _EDGE = "#efe9dc", "#5b6470", "#444c56"
_TARGET, _BOX, _BOX_EDGE, _DONE, _PLAYER = "#d1495b", "#c58b4a", "#8a5a24", "#5b9a68", "#2f6690"


def draw(level: Level) -> Image.Image:
    """The level, ``SIZE`` pixels a cell."""
    image = Image.new("RGB", (level.width * SIZE, level.height * SIZE), _FLOOR)
    pen = ImageDraw.Draw(image)
    for cell in sorted(level.walls):
        pen.rectangle(_inside(cell, 0), fill=_WALL, outline=_EDGE)
    for cell in sorted(level.targets):
        pen.ellipse(_inside(cell, 10), fill=_TARGET)
    for cell in sorted(level.boxes):
        fill = _DONE if cell in level.targets else _BOX
        pen.rounded_rectangle(_inside(cell, 4), radius=4, fill=fill, outline=_BOX_EDGE, width=2)
        x0, y0, x1, y1 = _inside(cell, 9)
        pen.line([(x0, y0), (x1, y1)], fill=_BOX_EDGE, width=2)
        pen.line([(x0, y1), (x1, y0)], fill=_BOX_EDGE, width=2)
    pen.ellipse(_inside(level.player, 6), fill=_PLAYER)
    pen.ellipse(_inside(level.player, 12), fill=_FLOOR)
    return image


def text(level: Level) -> str:
    """The level for a terminal, two characters a cell, with ANSI colours."""
    return "\n".join("".join(_glyph(level, (x, y)) for x in range(level.width)) for y in range(level.height))


def _glyph(level: Level, cell: Cell) -> str:
    on_target = cell in level.targets
    if cell in level.walls:
        return paint("██", "grey")
    if cell == level.player:
        return paint("@ ", "cyan")
    if cell in level.boxes:
        return paint("[]", "green" if on_target else "yellow")
    return paint("x ", "red") if on_target else "  "


def _inside(cell: Cell, margin: int) -> tuple[int, int, int, int]:
    x, y = cell[0] * SIZE, cell[1] * SIZE
    return x + margin, y + margin, x + SIZE - 1 - margin, y + SIZE - 1 - margin
