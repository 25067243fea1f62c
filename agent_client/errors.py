"""Every error that the client raises, and how the server's answers become them.

All are :class:`WorldsmithError`; each text is one line that names what is wrong and says what to do.
"""

from typing import Any

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status


class WorldsmithError(Exception):
    """What went wrong, in one line for people. ``reason`` is the stable name the server gave it, or empty."""

    def __init__(self, message: str, *, reason: str = "", field: str = "") -> None:
        super().__init__(" ".join(message.split()))
        self.reason = reason
        self.field = field


class AddressError(WorldsmithError):
    """The text given as an address is none."""


class ServerUnreachableError(WorldsmithError):
    """Nothing that speaks Worldsmith's protocol answers at the address, or it went away."""


class ServerStartError(WorldsmithError):
    """The embedded server did not start; the text carries its reason."""


class InvalidRequestError(WorldsmithError):
    """The server refused an input; ``field`` names it."""


class NotFoundError(WorldsmithError):
    """There is no such world, synthesis or model."""


class AlreadyExistsError(WorldsmithError):
    """The name is taken by something else."""


class PreconditionError(WorldsmithError):
    """The server cannot do this now (no sandbox, no data, disk full); the text says why."""


class ServerError(WorldsmithError):
    """The server failed; its log says more."""


class TrustError(WorldsmithError):
    """A certificate, a key or a digest does not match; the model is not used."""


class ModelError(WorldsmithError):
    """A model file cannot be used: it does not load, or its runner is gone."""


class EnvironmentFailedError(WorldsmithError):
    """The environment raised."""


_BY_CODE: dict[grpc.StatusCode, type[WorldsmithError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequestError,
    grpc.StatusCode.OUT_OF_RANGE: InvalidRequestError,
    grpc.StatusCode.NOT_FOUND: NotFoundError,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExistsError,
    grpc.StatusCode.FAILED_PRECONDITION: PreconditionError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: PreconditionError,
    grpc.StatusCode.ABORTED: PreconditionError,
}


def from_rpc(error: grpc.RpcError, address: str) -> WorldsmithError:
    """The error that stands for a failed call to the server at ``address``."""
    code, details = _code(error), _text(error)
    info, field, description = _details(error)
    reason = info.reason if info is not None else ""
    if code is grpc.StatusCode.UNAVAILABLE and not reason:
        return unreachable(address, details)
    if code is grpc.StatusCode.UNIMPLEMENTED and not reason:
        return ServerUnreachableError(f"what answers at {address} is no Worldsmith server of this version ({details})")
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return ServerUnreachableError(f"the server at {address} did not answer in time; look at its log, or try again")
    if code is grpc.StatusCode.CANCELLED:
        return ServerUnreachableError(f"the call to {address} was cancelled; the server may be shutting down")
    kind = _BY_CODE.get(code, PreconditionError if code is grpc.StatusCode.UNAVAILABLE else ServerError)
    message = details or description or code.name.lower().replace("_", " ")
    if field and field not in message:
        message = f"{field}: {description or message}"
    if kind is ServerError:
        message = f"the server at {address} failed: {message}; its log says more"
    return kind(message, reason=reason, field=field)


def unreachable(address: str, details: str = "") -> ServerUnreachableError:
    """Nothing answers at ``address``."""
    why = "connection refused" if "refused" in details.lower() else ""
    shown = f" ({why})" if why else ""
    return ServerUnreachableError(
        f"no Worldsmith server answers at {address}{shown}; start one with `worldsmith serve`, "
        "correct the address, or leave out --server to use an embedded one"
    )


def is_connection_loss(error: grpc.RpcError) -> bool:
    """Whether the call broke, rather than was answered with an error."""
    lost = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN}
    info = _details(error)[0]
    return _code(error) in lost and (info is None or info.reason == "SERVER_STOPPING")


def _code(error: grpc.RpcError) -> grpc.StatusCode:
    return error.code() if isinstance(error, grpc.Call) else grpc.StatusCode.UNKNOWN


def _text(error: grpc.RpcError) -> str:
    return (error.details() or "") if isinstance(error, grpc.Call) else str(error)


def _details(error: grpc.RpcError) -> tuple[error_details_pb2.ErrorInfo | None, str, str]:
    """The ErrorInfo, and field and description of the first violation, where the answer carries them."""
    info, field, description = None, "", ""
    if not isinstance(error, grpc.Call):
        return info, field, description
    try:
        status: Any = rpc_status.from_call(error)
    except ValueError:  # the trailers contradict the status: an answer of another kind of server
        return info, field, description
    for detail in status.details if status is not None else ():
        if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
            info = error_details_pb2.ErrorInfo()
            detail.Unpack(info)
        elif detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
            bad = error_details_pb2.BadRequest()
            detail.Unpack(bad)
            if bad.field_violations:
                field, description = bad.field_violations[0].field, bad.field_violations[0].description
    return info, field, description
