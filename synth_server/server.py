"""The gRPC server around the service: limits, health, reflection, and an end that drops nobody's call."""

import socket

import grpc
from grpc_health.v1 import health, health_pb2
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server
from grpc_reflection.v1alpha import reflection
from worldsmith.v1 import service_pb2
from worldsmith.v1.service_pb2_grpc import add_WorldsmithServiceServicer_to_server

from synth_server.interceptors.failures import Failures
from synth_server.log import Log
from synth_server.service import Service
from synth_server.settings import Settings

NAME = service_pb2.DESCRIPTOR.services_by_name["WorldsmithService"].full_name
_ENVELOPE = 64 * 1024  # of a message around a batch, so that one of the largest size is answered by us


class AddressInUseError(RuntimeError):
    """The server cannot listen where it was told to; the text says where and what to do."""


def check_address(host: str, port: int) -> None:
    """Makes sure that a server can listen there, before anything else is begun.

    Raises:
        AddressInUseError: the port is taken or not allowed, or the host is not this machine's.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except (OSError, OverflowError) as error:
        raise _cannot_listen(host, port, getattr(error, "strerror", None) or str(error)) from None


def _cannot_listen(host: str, port: int, why: str) -> AddressInUseError:
    return AddressInUseError(
        f"cannot listen on {_shown(host)}:{port}: {why[:1].lower()}{why[1:]}; "
        "choose another with --port (0: any free one) or --host"
    )


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class GrpcServer:
    """Listens once started; ``address`` is where, with the port that was chosen if any would do."""

    def __init__(self, settings: Settings, service: Service, sandbox_level: str, log: Log) -> None:
        self._settings = settings
        limits = settings.limits
        size = max(limits.message_bytes, limits.batch_bytes + _ENVELOPE)
        self._server = grpc.aio.server(
            interceptors=[Failures(NAME, sandbox_level, log)],
            options=[
                ("grpc.so_reuseport", 0),  # else two servers would share a port and halve the calls
                ("grpc.max_receive_message_length", size),
                ("grpc.max_send_message_length", -1),
            ],
            maximum_concurrent_rpcs=limits.concurrent_rpcs,
        )
        self._health = health.aio.HealthServicer()
        add_WorldsmithServiceServicer_to_server(service, self._server)  # type: ignore[no-untyped-call]
        add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection([NAME, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)
        self.address = ""

    async def start(self) -> str:
        """Begins to listen; gives the address.

        Raises:
            AddressInUseError: the port is taken or not allowed, or the host is not this machine's.
        """
        host, port = self._settings.host, self._settings.port
        check_address(host, port)
        try:
            chosen = self._server.add_insecure_port(f"{_shown(host)}:{port}")
        except RuntimeError:
            chosen = 0
        if not chosen:
            raise _cannot_listen(host, port, "the port was taken just now")
        await self._server.start()
        await self._set(health_pb2.HealthCheckResponse.SERVING)
        self.address = f"{_shown(host)}:{chosen}"
        return self.address

    async def stop(self) -> None:
        """Says that it stops, takes no new calls, gives those under way time to end, then ends them."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(self._settings.limits.drain_seconds)

    async def _set(self, status: health_pb2.HealthCheckResponse.ServingStatus) -> None:
        for name in ("", NAME):
            await self._health.set(name, status)
