"""The gRPC server around the service: limits, health, reflection, and an end that drops nobody's call."""

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
            AddressInUseError: the port is taken, or the host is none of this machine's.
        """
        host, port = self._settings.host, self._settings.port
        shown = f"[{host}]" if ":" in host else host
        try:
            chosen = self._server.add_insecure_port(f"{shown}:{port}")
        except RuntimeError:
            chosen = 0
        if not chosen:
            raise AddressInUseError(
                f"cannot listen on {shown}:{port}: the port is taken, or the host is not this machine's; "
                "choose another with --port (0: any free one) or --host"
            )
        await self._server.start()
        await self._set(health_pb2.HealthCheckResponse.SERVING)
        self.address = f"{shown}:{chosen}"
        return self.address

    async def stop(self) -> None:
        """Says that it stops, takes no new calls, gives those under way time to end, then ends them."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(self._settings.limits.drain_seconds)

    async def _set(self, status: health_pb2.HealthCheckResponse.ServingStatus) -> None:
        for name in ("", NAME):
            await self._health.set(name, status)
