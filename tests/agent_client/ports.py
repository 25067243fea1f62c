"""Ports for tests."""

import socket


def free_port() -> int:
    """A port of the loopback device that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
