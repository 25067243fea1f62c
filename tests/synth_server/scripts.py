"""Scripts for the scripted provider, and what an error of the service says."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status


def write_script(folder: Path, entries: Sequence[dict[str, Any] | str]) -> str:
    """The spec of a provider that answers with these entries."""
    path = folder / f"script-{uuid.uuid4().hex[:8]}.json"
    path.write_text(json.dumps(list(entries)))
    return f"scripted:{path}"


@dataclass
class Refused:
    """A status with its details."""

    code: grpc.StatusCode
    message: str
    reason: str
    domain: str
    field: str = ""
    retry: float = 0.0


def refused(error: grpc.aio.AioRpcError) -> Refused:
    """What the service said."""
    status = rpc_status.from_call(error)
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    for detail in status.details:
        for message in (info, bad, retry):
            if detail.Is(message.DESCRIPTOR):
                detail.Unpack(message)
    field = bad.field_violations[0].field if bad.field_violations else ""
    delay = retry.retry_delay.ToMilliseconds() / 1000
    return Refused(error.code(), error.details() or "", info.reason, info.domain, field, delay)
