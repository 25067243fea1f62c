"""Opens streams and makes calls over and over, each interrupted at another moment; prints how many went unnoticed."""

import random
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import grpc
from worldsmith.v1 import service_pb2

from agent_client.client import Client
from tests.agent_client.fake_server import serving

AGAIN = 1.0  # seconds after which an interrupt that went unnoticed is sent again


def stream(request: Any, context: grpc.ServicerContext) -> Any:
    yield service_pb2.SynthesizeResponse(event=service_pb2.SynthesisEvent(synthesis="s", sequence=1))
    while context.is_active():
        time.sleep(0.01)


def info(request: Any, context: grpc.ServicerContext) -> Any:
    time.sleep(0.003)
    return service_pb2.GetServerInfoResponse()


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def is_noticed(work: Callable[[], object], delay: float) -> bool:
    """Whether an interrupt after ``delay`` seconds of work comes through at once."""
    began = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, delay, AGAIN)
    try:
        while True:
            work()
    except KeyboardInterrupt:
        return time.monotonic() - began < delay + AGAIN / 2
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main(tries: int) -> None:
    signal.signal(signal.SIGALRM, interrupt)
    rng, missed = random.Random(1), 0
    with serving(Synthesize=stream, GetServerInfo=info) as address, Client(address) as client:
        for _ in range(tries):
            events = client.synthesize("w")
            missed += not is_noticed(lambda stream=events: next(stream), rng.uniform(0.00005, 0.003))  # type: ignore[misc]
            events.close()  # type: ignore[attr-defined]
            missed += not is_noticed(client.server_info, rng.uniform(0.00005, 0.003))
    print(missed)


if __name__ == "__main__":
    main(int(sys.argv[1]))
