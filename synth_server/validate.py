"""Checks what callers send before anything is done with it. Each function gives the checked value.

All raise :class:`synth_server.errors.ServiceError` (INVALID_ARGUMENT unless said otherwise, with the field).
"""

import math
from collections.abc import Sequence

import grpc
from worldsmith.v1 import service_pb2 as pb

from sandbox.data.records import Start, World
from sandbox.data.wire import object_from_proto, world_from_proto
from sandbox.runtime.state import State
from synth_server.domain import Budget, SynthesisOptions
from synth_server.errors import ServiceError, invalid, too_large
from synth_server.experiments import Wanted
from synth_server.search.strategies import STRATEGIES

MAX_SPECS = 100
MAX_NAME = 200  # characters
MAX_PARALLEL = 64
DEFAULT_PAGE = 100
DEFAULT_NODES = 5000
MAX_NODES = 50_000
MAX_SKIPPED = 10_000
_SEED = 2**63


def name(value: str, field: str) -> str:
    """The name of a thing: not empty, of a bounded length, without control characters."""
    if not value:
        raise invalid(field, "must not be empty")
    if len(value) > MAX_NAME:
        raise invalid(field, f"must not be longer than {MAX_NAME} characters")
    if not value.isprintable():
        raise invalid(field, "must not hold control characters")
    return value


def world(message: pb.World) -> World:
    """A world's definition; an action's name may come once only."""
    name(message.name, "world.name")
    checked = world_from_proto(message, "world")
    seen: set[tuple[str, int]] = set()
    for i, schema in enumerate(checked.actions):
        key = (schema.name, len(schema.args))
        if key in seen:
            raise invalid(
                f"world.actions[{i}].name", f"there are two schemas of {schema.name!r} with {key[1]} arguments"
            )
        seen.add(key)
    return checked


def page(size: int, largest: int) -> int:
    """How many items a page has; 0 means the default, more than the server gives means as many as it gives."""
    return min(size or DEFAULT_PAGE, largest)


def program(source: str, largest: int) -> str:
    """A program's text."""
    if not source.strip():
        raise invalid("source", "must not be empty")
    if len(source.encode()) > largest:
        raise too_large("source", f"a program has at most {largest} bytes")
    return source


def specs(given: Sequence[str]) -> list[str]:
    """Specs of providers that are asked about."""
    if len(given) > MAX_SPECS:
        raise invalid("specs", f"must not be more than {MAX_SPECS}")
    return list(given)


def options(request: pb.SynthesizeRequest, provider: str, budget: Budget, providers: Sequence[str]) -> SynthesisOptions:
    """What a synthesis is asked for; ``provider`` and ``budget`` are what holds where the caller said nothing.

    ``providers`` are the specs that a caller may name; one that ends in ``*`` stands for all that begin so.
    """
    if request.seed >= _SEED:
        raise invalid("seed", f"must be below {_SEED}")
    return SynthesisOptions(
        world=name(request.world, "world"),
        provider=_provider(request.provider, providers) if request.provider else provider,
        budget=_budget(request.budget, budget),
        seed=request.seed,
        parent_model=request.parent_model or None,
        skip_optimism=request.skip_optimism,
        strategy=_strategy(request.strategy),
        parallel=_parallel(request.parallel),
    )


def experiment(request: pb.NextExperimentRequest) -> Wanted:
    """What an experiment is wanted for."""
    if request.nodes > MAX_NODES:
        raise invalid("nodes", f"must not be more than {MAX_NODES}")
    if len(request.skip) > MAX_SKIPPED:
        raise invalid("skip", f"must not be more than {MAX_SKIPPED}")
    objects = [object_from_proto(message, f"state[{i}]") for i, message in enumerate(request.state)]
    return Wanted(
        name(request.world, "world"),
        Start(State(objects), request.goal),
        request.model,
        frozenset(request.skip),
        request.nodes or DEFAULT_NODES,
    )


def _provider(spec: str, allowed: Sequence[str]) -> str:
    """A spec that callers may name: others could have the server read files, write them, or talk to somebody."""
    if any(spec == one or (one.endswith("*") and spec.startswith(one[:-1])) for one in allowed):
        return spec
    message = f"provider: callers may not choose {spec[:MAX_NAME]!r} here, only {', '.join(allowed)}"
    raise ServiceError(grpc.StatusCode.PERMISSION_DENIED, "PROVIDER_NOT_ALLOWED", message, field="provider")


def _strategy(name: str) -> str:
    if name and name not in STRATEGIES:
        raise invalid("strategy", f"there is no search strategy {name!r}; there are {', '.join(STRATEGIES)}")
    return name or STRATEGIES[0]


def _parallel(number: int) -> int:
    if number > MAX_PARALLEL:
        raise invalid("parallel", f"at most {MAX_PARALLEL} requests of one synthesis can be under way at a time")
    return number or 1


def _budget(message: pb.Budget, default: Budget) -> Budget:
    if not math.isfinite(message.seconds) or message.seconds < 0:
        raise invalid("budget.seconds", "must be a number that is not negative")
    if message.tokens >= _SEED:
        raise invalid("budget.tokens", f"must be below {_SEED}")
    if not math.isfinite(message.cost_usd) or message.cost_usd < 0:
        raise invalid("budget.cost_usd", "must be a number that is not negative")
    return Budget(
        seconds=message.seconds or default.seconds,
        candidates=message.candidates or default.candidates,
        provider_calls=message.provider_calls or default.provider_calls,
        tokens=message.tokens or default.tokens,
        cost_usd=message.cost_usd or default.cost_usd,
    )
