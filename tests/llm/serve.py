"""``python -m tests.llm.serve GGUF PORT KEY``: serves a model on loopback until it is terminated."""

import os
import signal
import sys
import threading

import xllamacpp

from tests.llm import ALIASES, CONTEXT


def main(model: str, port: str, key: str) -> None:
    """Serves Chat Completions, Responses and Messages under each of the names."""
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.hostnames = ["127.0.0.1"]
    params.port = int(port)
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    # Threads wait for each other at every step: on a busy machine one is faster than two.
    params.cpuparams.n_threads = int(os.environ.get("WORLDSMITH_LLM_THREADS") or min(2, os.cpu_count() or 1))
    params.model_alias = set(ALIASES)
    params.api_keys = [key]
    params.sampling.seed = 1  # so that two runs are alike as far as the engine allows
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    server = xllamacpp.Server(params)
    ended.wait()
    del server
    os._exit(0)  # the engine's threads do not end by themselves


if __name__ == "__main__":
    main(*sys.argv[1:])
