"""The server's records as JSON text and back."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sandbox.data.records import Success
from sandbox.runtime.actions import ActionSchema, schema_from_json, schema_to_json
from synth_server.domain import (
    Budget,
    Evaluation,
    Finding,
    Misprediction,
    Optimism,
    Part,
    RefutedStart,
    Status,
    SynthesisOptions,
    Usage,
)


def dump(data: Any) -> str:
    """Compact JSON text."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def evaluation_to_json(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as JSON data."""
    return asdict(evaluation)


def evaluation_from_json(data: dict[str, Any]) -> Evaluation:
    """The inverse of :func:`evaluation_to_json`."""
    nested = {
        "status": Status(data["status"]),
        "optimism": Optimism(**data["optimism"]),
        "mispredictions": tuple(Misprediction(**{**m, "part": Part(m["part"])}) for m in data["mispredictions"]),
        "refuted": tuple(RefutedStart(**r) for r in data["refuted"]),
        "unknown_goals": tuple(data.get("unknown_goals", ())),
        "findings": tuple(Finding(**f) for f in data["findings"]),
    }
    return Evaluation(**{**data, **nested})


def usage_to_json(usage: Usage) -> dict[str, Any]:
    """A usage as JSON data."""
    return asdict(usage)


def usage_from_json(data: dict[str, Any]) -> Usage:
    """The inverse of :func:`usage_to_json`."""
    return Usage(**data)


def options_to_text(options: SynthesisOptions) -> str:
    """What was asked for, as JSON text; the world is told by the row."""
    data = asdict(options)
    del data["world"]
    return dump(data)


def options_from_text(text: str, world: str) -> SynthesisOptions:
    """The inverse of :func:`options_to_text`."""
    data = json.loads(text)
    return SynthesisOptions(**{**data, "world": world, "budget": Budget(**data["budget"])})


def interface_to_text(actions: Sequence[ActionSchema], success: Success) -> str:
    """Action schemas and a success test as JSON text."""
    return dump({"actions": [schema_to_json(schema) for schema in actions], "success": asdict(success)})


def interface_from_text(text: str) -> tuple[tuple[ActionSchema, ...], Success]:
    """The inverse of :func:`interface_to_text`."""
    data = json.loads(text)
    return tuple(schema_from_json(schema) for schema in data["actions"]), Success(**data["success"])
