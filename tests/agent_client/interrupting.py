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

AGAIN = 5.0  # seconds after which an interrupt that went unnoticed is sent again


def stream(request: Any, context: grpc.ServicerContext) -> Any:
    yield service_pb2.SynthesizeResponse(event=service_pb2.SynthesisEvent(synthesis="s", sequence=1))
    while context.is_active():
        time.sleep(0.01)


def info(request: Any, context: grpc.ServicerContext) -> Any:
    time.sleep(0.003)
    return service_pb2.GetServerInfoResponse()


class Interrupts:
    """Counts the interrupts, and raises each."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, *_: object) -> None:
        self.count += 1
        raise KeyboardInterrupt


def unnoticed(work: Callable[[], object], delay: float) -> int:
    """How many interrupts, of which the first comes after ``delay`` seconds of work, did not end it."""
    signal.signal(signal.SIGALRM, sent := Interrupts())
    try:
        signal.setitimer(signal.ITIMER_REAL, delay, AGAIN)  # may come before the next line, so it is in here
        while True:
            work()
    except KeyboardInterrupt:
        return sent.count - 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main(tries: int) -> None:
    rng, missed = random.Random(1), 0
    with serving(Synthesize=stream, GetServerInfo=info) as address, Client(address) as client:
        for _ in range(tries):
            events = client.synthesize("w")
            missed += unnoticed(lambda stream=events: next(stream), rng.uniform(0.00005, 0.003))  # type: ignore[misc]
            events.close()  # type: ignore[attr-defined]
            missed += unnoticed(client.server_info, rng.uniform(0.00005, 0.003))
    print(missed)


if __name__ == "__main__":
    main(int(sys.argv[1]))
