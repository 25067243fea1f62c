"""From the request to the first candidate judged, over gRPC, with a provider that answers at once."""

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from agent_client.client import Client
from agent_client.session import ServerChoice, connect
from agent_client.types import Evaluated
from bench.report import Line
from bench.sandbox_baselines import play
from sandbox.data.records import World

ENV, ROWS, GOAL_SECONDS = "minigrid:MiniGrid-DoorKey-5x5-v0", 100, 0.05
MODEL = Path(__file__).parent / "models" / "identity.py"


def first_candidate(repeats: int) -> tuple[list[Line], dict[str, Any]]:
    """The median over ``repeats`` syntheses of one world with 100 distinct transitions."""
    rows = play(ENV, ROWS, seed=0)
    with tempfile.TemporaryDirectory() as folder, connect(ServerChoice(data_dir=Path(folder)), print) as connection:
        script = Path(folder) / "script.json"
        script.write_text(json.dumps([{"source": MODEL.read_text()}]))
        connection.client.create_world(World("timed"))
        connection.client.submit("timed", rows, [])
        times = [_once(connection.client, f"scripted:{script}") for _ in range(repeats + 1)][1:]
    middle = statistics.median(times)
    line = Line(
        f"request to first candidate judged, {ROWS} DoorKey transitions, median",
        f"{middle * 1000:.0f} ms",
        f"below {GOAL_SECONDS * 1000:.0f} ms",
        middle < GOAL_SECONDS,
    )
    return [line], {"first_candidate_seconds": sorted(times)}


def _once(client: Client, provider: str) -> float:
    began = time.perf_counter()
    events = client.synthesize("timed", provider=provider)
    for event in events:
        if isinstance(event.body, Evaluated):
            taken = time.perf_counter() - began
            for _ in events:
                continue  # to the end, so that the next one finds the server idle
            return taken
    raise RuntimeError("no candidate was judged")
