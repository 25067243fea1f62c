"""Animated pictures of episodes (needs Pillow, of the extra ``envs``)."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image


def write_gif(frames: Sequence[Image.Image], path: Path, ms: int = 200) -> None:
    """Writes frames of one size as a GIF that repeats, ``ms`` milliseconds a frame and the last one for longer.

    Raises:
        ValueError: there are no frames.
        OSError: the file cannot be written.
    """
    if not frames:
        raise ValueError("an animation needs at least one frame")
    first, *rest = [frame.convert("P", palette=Image.Palette.ADAPTIVE) for frame in frames]
    path.parent.mkdir(parents=True, exist_ok=True)
    durations = [ms] * len(rest) + [max(ms, 1200)]
    first.save(path, format="GIF", save_all=True, append_images=rest, duration=durations, loop=0)
