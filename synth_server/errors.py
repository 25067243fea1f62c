"""What the service answers when it refuses or fails: google.rpc.Status with details (AIP-193).

Every error carries an ErrorInfo of domain ``worldsmith`` whose reason is one of the names below; bad input carries
a BadRequest that names the field, and what may go away by itself a RetryInfo.
"""

from dataclasses import dataclass

import grpc
from google.protobuf import any_pb2
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2

from sandbox.contract import SandboxUnavailableError
from sandbox.data.wire import WireError
from synth_server.executor.fair import QueueFullError
from synth_server.providers.scripted import ScriptError
from synth_server.providers.spec import UnknownProviderError, UnusableProviderError
from synth_server.store.protocol import (
    NotFoundError,
    PageTokenError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    WorldExistsError,
)

DOMAIN = "worldsmith"
_Code = grpc.StatusCode


@dataclass
class ServiceError(Exception):
    """An answer that is no success. ``message`` is one line for people; ``reason`` a stable name."""

    code: grpc.StatusCode
    reason: str
    message: str
    field: str = ""
    retry_seconds: float = 0.0

    def __str__(self) -> str:
        return self.message

    def status(self) -> status_pb2.Status:
        """The error as it travels."""
        details = [_packed(error_details_pb2.ErrorInfo(reason=self.reason, domain=DOMAIN))]
        if self.field:
            violation = error_details_pb2.BadRequest.FieldViolation(field=self.field, description=self.message)
            details.append(_packed(error_details_pb2.BadRequest(field_violations=[violation])))
        if self.retry_seconds:
            delay = Duration()
            delay.FromMilliseconds(int(self.retry_seconds * 1000))
            details.append(_packed(error_details_pb2.RetryInfo(retry_delay=delay)))
        return status_pb2.Status(code=self.code.value[0], message=self.message, details=details)


def invalid(field: str, message: str, reason: str = "INVALID_FIELD") -> ServiceError:
    """What a caller sent cannot be used."""
    return ServiceError(_Code.INVALID_ARGUMENT, reason, _named(field, message), field=field)


def too_large(field: str, message: str) -> ServiceError:
    """What a caller sent is larger than the server takes."""
    return ServiceError(_Code.RESOURCE_EXHAUSTED, "TOO_LARGE", _named(field, message), field=field)


def internal(id: str) -> ServiceError:
    """Something that should not have happened; the log has it under ``id``."""
    return ServiceError(_Code.INTERNAL, "INTERNAL", f"the server failed; its log tells more under {id}")


def from_exception(error: Exception) -> ServiceError | None:
    """What a known failure is answered with; None for one that nobody expected."""
    match error:
        case ServiceError():
            return error
        case WireError():
            return invalid(error.field, error.reason)
        case UnknownProviderError():
            return invalid("provider", str(error), "UNKNOWN_PROVIDER")
        case ScriptError() | UnusableProviderError():
            return invalid("provider", str(error), "UNUSABLE_PROVIDER")
        case SandboxUnavailableError():
            return ServiceError(_Code.UNAVAILABLE, "SANDBOX_UNAVAILABLE", str(error), retry_seconds=5.0)
        case QueueFullError():
            return ServiceError(_Code.RESOURCE_EXHAUSTED, "QUEUE_FULL", str(error), retry_seconds=2.0)
        case StoreError():
            return _from_store(error)
        case _:
            return None


def _from_store(error: StoreError) -> ServiceError:
    match error:
        case NotFoundError():
            return ServiceError(_Code.NOT_FOUND, f"{error.kind.upper()}_NOT_FOUND", str(error))
        case WorldExistsError():
            return ServiceError(_Code.ALREADY_EXISTS, "WORLD_EXISTS", str(error))
        case PageTokenError():
            return invalid("page_token", str(error))
        case StoreFullError():
            return ServiceError(_Code.RESOURCE_EXHAUSTED, "STORAGE_FULL", str(error))
        case StoreBusyError():
            return ServiceError(_Code.UNAVAILABLE, "STORAGE_BUSY", str(error), retry_seconds=1.0)
        case _:
            return ServiceError(_Code.UNAVAILABLE, "STORAGE_UNAVAILABLE", str(error), retry_seconds=5.0)


def _named(field: str, message: str) -> str:
    return message if not field or field in message else f"{field}: {message}"


def _packed(
    detail: error_details_pb2.ErrorInfo | error_details_pb2.BadRequest | error_details_pb2.RetryInfo,
) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(detail)
    return packed
