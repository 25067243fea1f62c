"""A gRPC server that answers as it is told: for what a real one does only when it breaks."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import any_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status
from worldsmith.v1 import service_pb2_grpc


@contextmanager
def serving(port: int = 0, **methods: Callable[[Any, grpc.ServicerContext], Any]) -> Iterator[str]:
    """The address of a server whose methods are ``methods``; all others are unimplemented."""
    servicer = type("Told", (service_pb2_grpc.WorldsmithServiceServicer,), {})()
    for name, method in methods.items():
        setattr(servicer, name, method)
    server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.so_reuseport", 0)])
    service_pb2_grpc.add_WorldsmithServiceServicer_to_server(servicer, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        yield f"127.0.0.1:{bound}"
    finally:
        server.stop(None).wait()


def refuse(context: grpc.ServicerContext, code: str, message: str, reason: str, field: str = "", why: str = "") -> None:
    """Ends a call with a status that has details."""
    details = [error_details_pb2.ErrorInfo(reason=reason, domain="worldsmith")]
    if field:
        violation = error_details_pb2.BadRequest.FieldViolation(field=field, description=why)
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    packed = []
    for detail in details:
        packed.append(any_pb2.Any())
        packed[-1].Pack(detail)
    status = status_pb2.Status(code=code_pb2.Code.Value(code), message=message, details=packed)
    context.abort_with_status(rpc_status.to_status(status))
