"""Every canary against one backend, and what came of it as a table or as JSON."""

import json
import time
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from sandbox.backends import Choice, open_backend
from sandbox.canaries import Sighting, all_canaries, release
from sandbox.contract import Isolation


def selftest(backend: Choice, console: Console) -> tuple[bool, str]:
    """Runs all canaries, printing a table; whether all were contained, and the same as one line of JSON.

    Raises:
        SandboxUnavailableError: the backend cannot be had.
    """
    started = time.monotonic()
    sandbox = open_backend(backend, instance="selftest")
    try:
        sightings = list(release(sandbox, all_canaries(sandbox.isolation.level)))
    finally:
        sandbox.close()
    console.print(f"{sandbox.isolation.level}: {sandbox.isolation.note}", soft_wrap=True)
    console.print(_table(sightings))
    escaped = [sighting for sighting in sightings if not sighting.contained]
    words = f"{len(escaped)} of {len(sightings)} attacks are not contained" if escaped else "every attack is contained"
    console.print(f"{words}, after {time.monotonic() - started:.1f} s")
    return not escaped, _line(sandbox.isolation, sightings, time.monotonic() - started)


def _table(sightings: Iterable[Sighting]) -> Table:
    table = Table("attack", "tries to", "contained", "how it ended", "seconds")
    for sighting in sightings:
        verdict = "[green]yes[/]" if sighting.contained else "[bold red]NO[/]"
        canary = sighting.canary
        table.add_row(canary.name, canary.attack, verdict, sighting.detail, f"{sighting.seconds:.3f}")
    return table


def _line(isolation: Isolation, sightings: Iterable[Sighting], seconds: float) -> str:
    told = [
        {
            "name": sighting.canary.name,
            "attack": sighting.canary.attack,
            "contained": sighting.contained,
            "detail": sighting.detail,
            "seconds": round(sighting.seconds, 4),
        }
        for sighting in sightings
    ]
    contained = all(one["contained"] for one in told)
    return json.dumps(
        {
            "status": "contained" if contained else "not_contained",
            "sandbox": isolation.level,
            "note": isolation.note,
            "canaries": told,
            "seconds": round(seconds, 3),
        }
    )
