"""Where the keys of APIs come from: the environment or a keys file. They are never stored, logged or shown."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SERVICES = ("openai", "anthropic")
_VARIABLES = frozenset(f"{name.upper()}_API_KEY" for name in SERVICES)
_ORIGIN_PORTS = {"http": 80, "https": 443}


class KeysFileError(ValueError):
    """The keys file cannot be used; the text says why and what to do, and never holds a key."""


class Keys:
    """Finds the key for an API. The environment wins over the file.

    ``openai`` and ``anthropic`` are found by the variable that their SDKs know, or by these names in the file. The
    key of another server is found by its host, such as ``openrouter.ai`` or ``127.0.0.1:8080`` in the file, or
    ``WORLDSMITH_KEY_OPENROUTER_AI`` in the environment.
    """

    def __init__(self, environment: Mapping[str, str], named: Mapping[str, str] | None = None) -> None:
        self._environment = {
            name: SecretStr(value)
            for name, value in environment.items()
            if value and (name in _VARIABLES or name.startswith("WORLDSMITH_KEY_"))
        }
        self._named = {name: SecretStr(value) for name, value in (named or {}).items()}

    def of_service(self, name: str) -> SecretStr | None:
        """The key of ``openai`` or ``anthropic``; None when there is none."""
        return self._environment.get(f"{name.upper()}_API_KEY") or self._named.get(name)

    def of_server(self, base_url: str) -> SecretStr | None:
        """The key for a server; None when there is none.

        A key that is named by host alone goes over https or to this machine only; to send one over plain http, name
        it by origin in the file, such as ``"http://vllm:8000"``.
        """
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
        named = f"[{host}]" if ":" in host else host
        hosts = [f"{named}:{port or _ORIGIN_PORTS.get(parts.scheme, 0)}", named]
        origin = f"{parts.scheme}://{named}" + (f":{port}" if port else "")
        found = self._named.get(origin)
        if found is None and (parts.scheme == "https" or host in _LOOPBACK):
            found = self._by_host(hosts)
        return found

    def _by_host(self, hosts: list[str]) -> SecretStr | None:
        for host in hosts:
            named = None if host in SERVICES else self._named.get(host)  # whoever is called so gets nobody's key
            found = self._environment.get(variable_of(host)) or named
            if found is not None:
                return found
        return None


def variable_of(host: str) -> str:
    """The environment variable that holds the key of a host."""
    return "WORLDSMITH_KEY_" + re.sub(r"[^A-Z0-9]+", "_", host.upper()).strip("_")


def read_keys(file: Path | None, environment: Mapping[str, str]) -> Keys:
    """The keys of the environment and, if there is one, of a TOML file of lines such as ``openai = "..."``.

    Raises:
        KeysFileError: the file cannot be read, may be read by others, or is no such file.
    """
    if file is None:
        return Keys(environment)
    try:
        if file.stat().st_mode & 0o077:
            raise KeysFileError(f"the keys file {file} may be read by others; run: chmod 600 {file}")
        named = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise KeysFileError(f"cannot read the keys file {file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"\(at (line \d+)", str(error))  # the rest of the text may hold a part of a key
        where = f", {line[1]}" if line else ""
        raise KeysFileError(f'the keys file {file} is no TOML{where}; write lines such as openai = "..."') from None
    for name, value in named.items():
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise KeysFileError(f"the keys file {file}: {name!r} must be a text in quotes; quote a host too")
    return Keys(environment, {name: value.strip() for name, value in named.items()})
