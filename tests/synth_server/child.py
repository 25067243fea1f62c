"""A server process for tests: as ``python -m synth_server``, with the sandbox that needs no Docker.

Run with the data directory and the port file; further arguments are settings as NAME=VALUE.
"""

import asyncio
import sys
from pathlib import Path

from sandbox.process import ProcessSandbox
from synth_server.log import make_log
from synth_server.serving import serve
from synth_server.settings import load

if __name__ == "__main__":
    data, port_file, *pairs = sys.argv[1:]
    settings = load(None, data_dir=Path(data), port=0, **dict(pair.split("=", 1) for pair in pairs))
    asyncio.run(serve(settings, make_log("json"), Path(port_file), None, lambda _: ProcessSandbox()))
