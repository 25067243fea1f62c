"""The learner's process: one request as JSON on standard input, one reply as JSON on standard output.

The reply is ``{"source": TEXT, "note": TEXT}``, or ``{"exhausted": REASON}`` when there is nothing further to propose.
The process ends with its parent.
"""

import json
import os
import sys
import threading
import time

from synth_server.inductive.learn import propose
from synth_server.inductive.wire import decode_request
from synth_server.providers.protocol import ProviderExhaustedError

PARENT_CHECK_SECONDS = 1.0


def main() -> None:
    """Answers one request."""
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    answers, sys.stdout = sys.stdout, sys.stderr  # nothing that the learner prints can spoil the reply
    request = decode_request(sys.stdin.buffer.read())
    try:
        proposal = propose(request)
        reply = {"source": proposal.source, "note": proposal.note}
    except ProviderExhaustedError as error:
        reply = {"exhausted": str(error)}
    json.dump(reply, answers)
    answers.flush()


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
