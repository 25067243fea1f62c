"""What can be set: a TOML file, and environment variables that begin with ``WORLDSMITH_``.

The environment wins over the file, and what the command line names wins over both. A nested setting is written
``[limits]`` in the file and ``WORLDSMITH_LIMITS__BATCH_BYTES`` in the environment.
"""

import os
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from synth_server.domain import Budget

MIB = 1024 * 1024


class SettingsError(ValueError):
    """The settings cannot be used; the text names the key and what is wrong with it."""


class Bounds(BaseModel):
    """What one caller may ask of the server. Sizes are bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    message_bytes: int = Field(default=4 * MIB, ge=64 * 1024, le=1024 * MIB)
    batch_bytes: int = Field(default=MIB, ge=1024, le=1024 * MIB)
    stream_bytes: int = Field(default=256 * MIB, ge=1024)
    program_bytes: int = Field(default=256 * 1024, ge=1024)
    concurrent_rpcs: int = Field(default=256, ge=4)
    concurrent_syntheses: int = Field(default=2, ge=1)
    unfinished_syntheses: int = Field(default=100, ge=1, description="of one caller; more are refused")
    concurrent_evaluations: int = Field(default=4, ge=2, description="half of them for one caller")
    waiting_evaluations: int = Field(default=16, ge=1, description="of one caller; more are refused")
    concurrent_tasks: int = Field(default=0, ge=0, description="in the sandbox; 0: twice the processors")
    plan_nodes: int = Field(default=5_000, ge=1, description="distinct states of a search for a plan, for optimism")
    page_size: int = Field(default=1000, ge=1)
    database_bytes: int = Field(default=0, ge=0, description="of the SQLite file; 0: no bound but the disk's")
    drain_seconds: float = Field(default=5.0, ge=0)


class BudgetSettings(BaseModel):
    """What a synthesis may spend when the caller does not say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: float = Field(default=Budget.seconds, gt=0)
    candidates: int = Field(default=Budget.candidates, ge=1)
    provider_calls: int = Field(default=Budget.provider_calls, ge=1)
    tokens: int = Field(default=Budget.tokens, ge=1)
    cost_usd: float | None = Field(default=None, gt=0, description="of what has a price; none: no bound")

    def budget(self) -> Budget:
        """The same as the domain has it."""
        return Budget(self.seconds, self.candidates, self.provider_calls, self.tokens, self.cost_usd)


class ApiSettings(BaseModel):
    """How language models behind APIs are asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connect_seconds: float = Field(default=10.0, gt=0)
    silence_seconds: float = Field(default=300.0, gt=0, description="before a reply begins, and between its pieces")
    request_seconds: float = Field(default=900.0, gt=0, description="of a request in all, with retries")
    prompt_tokens: int = Field(default=12_000, ge=1_000, description="of a prompt, at most")
    reply_tokens: int = Field(default=8_192, ge=512, description="of a reply, at most; some models think in them")
    retries: int = Field(default=2, ge=0, description="by the SDK, of what may go away by itself")
    concurrent_requests: int = Field(default=8, ge=1, description="at one API; fewer while it answers with 429")
    cache_bytes: int = Field(default=1024 * MIB, ge=0, description="of replies kept on disk; 0: none")


class Settings(BaseSettings):
    """Everything that can be set, checked and frozen."""

    model_config = SettingsConfigDict(
        env_prefix="WORLDSMITH_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    host: str = "127.0.0.1"
    port: int = Field(default=50051, ge=0, le=65535, description="0: a free port")
    data_dir: Path = Field(default_factory=lambda: data_home() / "worldsmith")
    database_url: str = Field(default="", description="empty: SQLite in the data directory")
    provider: str = "inductive"
    providers: tuple[str, ...] | None = Field(
        default=None,
        description="specs that callers may name besides; one that ends in * stands for all that begin so; None: any "
        "on an address that only this machine reaches, else `inductive`",
    )
    keys_file: Path | None = Field(default=None, description="keys of APIs, readable by its owner alone")
    prompts_dir: Path | None = Field(default=None, description="templates of prompts that replace the built-in ones")
    sandbox: Literal["auto", "docker", "docker-runsc", "jail"] = Field(
        default="auto", description="auto: Docker when an engine answers, else the jail"
    )
    require_docker: bool = Field(default=False, description="refuse to start with the jail")
    canaries: Literal["refuse", "warn", "off"] = Field(
        default="refuse", description="what comes of a sandbox that an attack at start gets out of"
    )
    sandbox_image: str = Field(default="", description="empty: the image that `make image` builds")
    log: Literal["console", "json"] = "console"
    limits: Bounds = Field(default_factory=Bounds)
    budget: BudgetSettings = Field(default_factory=BudgetSettings)
    apis: ApiSettings = Field(default_factory=ApiSettings)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment only; the file and the command line are merged by :func:`load`."""
        return (init_settings, env_settings)

    @field_validator("data_dir", "keys_file", "prompts_dir")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path and path.expanduser().absolute()

    def callers_providers(self) -> tuple[str, ...]:
        """The specs that callers may name, ``*`` for what follows. A spec may name files and addresses."""
        chosen = self.providers
        if chosen is None:
            chosen = ("*",) if _is_loopback(self.host) else ("inductive",)
        return tuple(dict.fromkeys((self.provider, *chosen)))

    def store_url(self) -> str:
        """The database as SQLAlchemy names it."""
        return self.database_url or f"sqlite:///{self.data_dir / 'worldsmith.db'}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def data_home() -> Path:
    """Where a user's data live (XDG Base Directory specification)."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def load(file: Path | None = None, **overrides: Any) -> Settings:
    """The settings from ``file``, the environment and ``overrides`` (those that are not None), weakest first.

    Raises:
        SettingsError: the file cannot be read, or a key is unknown, or a value does not fit.
    """
    chosen = {name: value for name, value in overrides.items() if value is not None}
    from_file = _read(file) if file is not None else {}
    try:
        from_environment = Settings(**chosen).model_dump(exclude_unset=True)
        return Settings(**_merge(from_file, from_environment))
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {file} is no TOML: {error}") from None


def _merge(weak: dict[str, Any], strong: dict[str, Any]) -> dict[str, Any]:
    merged = dict(weak)
    for key, value in strong.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _explain(error: ValidationError) -> str:
    lines = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            lines.append(f"unknown setting {key!r}")
        else:
            lines.append(f"setting {key!r}: {item['msg'][:1].lower()}{item['msg'][1:]}, not {item['input']!r}")
    return "; ".join(lines)
