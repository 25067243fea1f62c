"""Turns what a method raises into a status, and tells every call which sandbox stands behind the answers."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
from grpc_status import rpc_status

from synth_server.errors import from_exception, internal
from synth_server.log import Log

SANDBOX_KEY = "worldsmith-sandbox"  # initial metadata of every answer: the isolation level
_Context = grpc.aio.ServicerContext[Any, Any]


class Failures(grpc.aio.ServerInterceptor):
    """Goes around every method of the given service; others (health, reflection) are left alone."""

    def __init__(self, service: str, sandbox_level: str, log: Log) -> None:
        self._prefix = f"/{service}/"
        self._metadata = ((SANDBOX_KEY, sandbox_level),)
        self._log = log

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """The handler of a call, with the failures taken care of."""
        handler: Any = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or not method.startswith(self._prefix):
            return handler
        codec = {
            "request_deserializer": handler.request_deserializer,
            "response_serializer": handler.response_serializer,
        }
        if handler.unary_unary:
            return grpc.unary_unary_rpc_method_handler(self._one(method, handler.unary_unary), **codec)
        if handler.stream_unary:
            return grpc.stream_unary_rpc_method_handler(self._one(method, handler.stream_unary), **codec)
        return grpc.unary_stream_rpc_method_handler(self._many(method, handler.unary_stream), **codec)

    def _one(self, method: str, work: Callable[..., Awaitable[Any]]) -> Callable[[Any, _Context], Awaitable[Any]]:
        async def call(request: Any, context: _Context) -> Any:
            try:
                await context.send_initial_metadata(self._metadata)
                return await work(request, context)
            except Exception as error:  # noqa: BLE001 - this is where everything ends up
                await self._abort(method, context, error)

        return call

    def _many(self, method: str, work: Callable[..., Any]) -> Callable[[Any, _Context], AsyncIterator[Any]]:
        async def call(request: Any, context: _Context) -> AsyncIterator[Any]:
            try:
                await context.send_initial_metadata(self._metadata)
                async for response in work(request, context):
                    yield response
            except Exception as error:  # noqa: BLE001 - this is where everything ends up
                await self._abort(method, context, error)

        return call

    async def _abort(self, method: str, context: _Context, error: Exception) -> None:
        if isinstance(error, grpc.aio.AbortError):
            raise error
        known = from_exception(error)
        if known is None:
            mark = uuid.uuid4().hex[:12]
            self._log.error("failure", id=mark, method=method, exc_info=error)
            known = internal(mark)
        else:
            self._log.info("refused", method=method, code=known.code.name, reason=known.reason, message=known.message)
        status = rpc_status.to_status(known.status())
        await context.abort(status.code, status.details, status.trailing_metadata)
