"""Pictures of sketches and animated pictures of episodes (needs Pillow, of the extra ``envs``)."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from agent_client.adapters.sketch import LINES, WIDTH

_MARGIN, _LETTER, _LINE = 8, 6, 14  # pixels
_CAPTION_WIDTH = 480


def draw(lines: str) -> Image.Image:
    """The lines of a sketch as a picture, of one size for all. Letters that its font lacks are question marks."""
    image = Image.new("RGB", (WIDTH * _LETTER + 2 * _MARGIN, LINES * _LINE + 2 * _MARGIN), "white")
    plain = lines.encode("latin-1", "replace").decode("latin-1")
    font = ImageFont.load_default_imagefont()  # its letters are of one width
    ImageDraw.Draw(image).multiline_text((_MARGIN, _MARGIN), plain, fill="black", font=font)
    return image


def write_gif(
    frames: Sequence[Image.Image], path: Path, ms: int = 200, captions: Sequence[Sequence[str]] | None = None
) -> None:
    """Writes frames of one size as a GIF that repeats, ``ms`` milliseconds a frame and the last one for longer.

    ``captions`` are equally many lines below each frame.

    Raises:
        ValueError: there are no frames.
        OSError: the file cannot be written.
    """
    if not frames:
        raise ValueError("an animation needs at least one frame")
    if captions is not None:
        frames = [_with_caption(frame, lines) for frame, lines in zip(frames, captions, strict=True)]
    first, *rest = [frame.convert("P", palette=Image.Palette.ADAPTIVE) for frame in frames]
    path.parent.mkdir(parents=True, exist_ok=True)
    durations = [ms] * len(rest) + [max(ms, 1200)]
    first.save(path, format="GIF", save_all=True, append_images=rest, duration=durations, loop=0)


def _with_caption(frame: Image.Image, lines: Sequence[str]) -> Image.Image:
    width = max(frame.width, _CAPTION_WIDTH)
    picture = Image.new("RGB", (width, frame.height + len(lines) * _LINE + 2 * _MARGIN), "white")
    picture.paste(frame.convert("RGB"), ((width - frame.width) // 2, 0))
    drawing, font = ImageDraw.Draw(picture), ImageFont.load_default_imagefont()
    for i, line in enumerate(lines):
        text = line[: (width - 2 * _MARGIN) // _LETTER].encode("latin-1", "replace").decode("latin-1")
        drawing.text((_MARGIN, frame.height + _MARGIN + i * _LINE), text, fill="black", font=font)
    return picture
