"""The learner's process: requests on standard input, replies on standard output, one after the other.

Each is a frame: its length as eight bytes, the most significant first, then that many bytes of JSON. A reply is
``{"source": TEXT, "note": TEXT}``, or ``{"exhausted": REASON}`` when there is nothing further to propose. What was
learned is kept for the next request, whose answer is the same without it. The process ends when its input does, with
its parent, and when nobody has asked anything for a while.
"""

import json
import os
import sys
import threading
import time
from typing import BinaryIO

from synth_server.inductive.growth import Memory
from synth_server.inductive.learn import propose
from synth_server.inductive.wire import decode_request
from synth_server.providers.protocol import ProviderExhaustedError

PARENT_CHECK_SECONDS = 1.0
IDLE_SECONDS = 300.0


class _Watch:
    """Ends the process when its parent is gone, or when it has been idle for long."""

    def __init__(self) -> None:
        self.idle_since: float | None = time.monotonic()
        threading.Thread(target=self._watch, args=(os.getppid(),), daemon=True).start()

    def _watch(self, parent: int) -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_SECONDS)
            since = self.idle_since
            if since is not None and time.monotonic() - since > IDLE_SECONDS:
                os._exit(0)
        os._exit(1)


def main() -> None:
    """Answers requests until there are no more."""
    watch, memory = _Watch(), Memory()
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # nothing that the learner prints can spoil a reply
    while (data := _read(sys.stdin.buffer)) is not None:
        watch.idle_since = None
        reply = json.dumps(_reply(data, memory)).encode()
        answers.write(len(reply).to_bytes(8, "big") + reply)
        answers.flush()
        watch.idle_since = time.monotonic()


def _read(source: BinaryIO) -> bytes | None:
    """The next request; None at the end."""
    size = source.read(8)
    return source.read(int.from_bytes(size, "big")) if len(size) == 8 else None


def _reply(data: bytes, memory: Memory) -> dict[str, str]:
    try:
        proposal = propose(decode_request(data), memory)
    except ProviderExhaustedError as error:
        return {"exhausted": str(error)}
    return {"source": proposal.source, "note": proposal.note}


if __name__ == "__main__":
    main()
