import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from worldsmith.v1 import data_pb2 as _data_pb2
from worldsmith.v1 import model_pb2 as _model_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SynthesisState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SYNTHESIS_STATE_UNSPECIFIED: _ClassVar[SynthesisState]
    SYNTHESIS_STATE_RUNNING: _ClassVar[SynthesisState]
    SYNTHESIS_STATE_FINISHED: _ClassVar[SynthesisState]
    SYNTHESIS_STATE_CANCELLED: _ClassVar[SynthesisState]
    SYNTHESIS_STATE_FAILED: _ClassVar[SynthesisState]
SYNTHESIS_STATE_UNSPECIFIED: SynthesisState
SYNTHESIS_STATE_RUNNING: SynthesisState
SYNTHESIS_STATE_FINISHED: SynthesisState
SYNTHESIS_STATE_CANCELLED: SynthesisState
SYNTHESIS_STATE_FAILED: SynthesisState

class GetServerInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerInfoResponse(_message.Message):
    __slots__ = ("version", "python_version", "sandbox", "sandbox_note", "public_key", "key_fingerprint", "runtime_digest", "providers", "default_provider")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PYTHON_VERSION_FIELD_NUMBER: _ClassVar[int]
    SANDBOX_FIELD_NUMBER: _ClassVar[int]
    SANDBOX_NOTE_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    KEY_FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    RUNTIME_DIGEST_FIELD_NUMBER: _ClassVar[int]
    PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PROVIDER_FIELD_NUMBER: _ClassVar[int]
    version: str
    python_version: str
    sandbox: str
    sandbox_note: str
    public_key: bytes
    key_fingerprint: str
    runtime_digest: str
    providers: _containers.RepeatedScalarFieldContainer[str]
    default_provider: str
    def __init__(self, version: _Optional[str] = ..., python_version: _Optional[str] = ..., sandbox: _Optional[str] = ..., sandbox_note: _Optional[str] = ..., public_key: _Optional[bytes] = ..., key_fingerprint: _Optional[str] = ..., runtime_digest: _Optional[str] = ..., providers: _Optional[_Iterable[str]] = ..., default_provider: _Optional[str] = ...) -> None: ...

class ListProvidersRequest(_message.Message):
    __slots__ = ("specs",)
    SPECS_FIELD_NUMBER: _ClassVar[int]
    specs: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, specs: _Optional[_Iterable[str]] = ...) -> None: ...

class ListProvidersResponse(_message.Message):
    __slots__ = ("providers",)
    PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    providers: _containers.RepeatedCompositeFieldContainer[Provider]
    def __init__(self, providers: _Optional[_Iterable[_Union[Provider, _Mapping]]] = ...) -> None: ...

class Provider(_message.Message):
    __slots__ = ("spec", "about", "needs", "missing", "free", "prices")
    SPEC_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    NEEDS_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    FREE_FIELD_NUMBER: _ClassVar[int]
    PRICES_FIELD_NUMBER: _ClassVar[int]
    spec: str
    about: str
    needs: str
    missing: str
    free: bool
    prices: _containers.RepeatedCompositeFieldContainer[ModelPrice]
    def __init__(self, spec: _Optional[str] = ..., about: _Optional[str] = ..., needs: _Optional[str] = ..., missing: _Optional[str] = ..., free: bool = ..., prices: _Optional[_Iterable[_Union[ModelPrice, _Mapping]]] = ...) -> None: ...

class ModelPrice(_message.Message):
    __slots__ = ("model", "input_usd", "output_usd")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    INPUT_USD_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_USD_FIELD_NUMBER: _ClassVar[int]
    model: str
    input_usd: float
    output_usd: float
    def __init__(self, model: _Optional[str] = ..., input_usd: _Optional[float] = ..., output_usd: _Optional[float] = ...) -> None: ...

class World(_message.Message):
    __slots__ = ("name", "description", "actions", "success")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    actions: _containers.RepeatedCompositeFieldContainer[_data_pb2.ActionSchema]
    success: _data_pb2.Success
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., actions: _Optional[_Iterable[_Union[_data_pb2.ActionSchema, _Mapping]]] = ..., success: _Optional[_Union[_data_pb2.Success, _Mapping]] = ...) -> None: ...

class WorldStats(_message.Message):
    __slots__ = ("transitions", "starts", "digest", "create_time")
    TRANSITIONS_FIELD_NUMBER: _ClassVar[int]
    STARTS_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    transitions: int
    starts: int
    digest: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, transitions: _Optional[int] = ..., starts: _Optional[int] = ..., digest: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateWorldRequest(_message.Message):
    __slots__ = ("world",)
    WORLD_FIELD_NUMBER: _ClassVar[int]
    world: World
    def __init__(self, world: _Optional[_Union[World, _Mapping]] = ...) -> None: ...

class CreateWorldResponse(_message.Message):
    __slots__ = ("world", "created")
    WORLD_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    world: World
    created: bool
    def __init__(self, world: _Optional[_Union[World, _Mapping]] = ..., created: bool = ...) -> None: ...

class GetWorldRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetWorldResponse(_message.Message):
    __slots__ = ("world", "stats")
    WORLD_FIELD_NUMBER: _ClassVar[int]
    STATS_FIELD_NUMBER: _ClassVar[int]
    world: World
    stats: WorldStats
    def __init__(self, world: _Optional[_Union[World, _Mapping]] = ..., stats: _Optional[_Union[WorldStats, _Mapping]] = ...) -> None: ...

class ListWorldsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListWorldsResponse(_message.Message):
    __slots__ = ("worlds", "next_page_token")
    WORLDS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    worlds: _containers.RepeatedCompositeFieldContainer[World]
    next_page_token: str
    def __init__(self, worlds: _Optional[_Iterable[_Union[World, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DiagnoseWorldRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class DiagnoseWorldResponse(_message.Message):
    __slots__ = ("diagnosis",)
    DIAGNOSIS_FIELD_NUMBER: _ClassVar[int]
    diagnosis: Diagnosis
    def __init__(self, diagnosis: _Optional[_Union[Diagnosis, _Mapping]] = ...) -> None: ...

class Diagnosis(_message.Message):
    __slots__ = ("transitions", "starts", "goals", "unchanged", "contradictory", "explainable", "deterministic", "healthy", "events", "remarks")
    TRANSITIONS_FIELD_NUMBER: _ClassVar[int]
    STARTS_FIELD_NUMBER: _ClassVar[int]
    GOALS_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    CONTRADICTORY_FIELD_NUMBER: _ClassVar[int]
    EXPLAINABLE_FIELD_NUMBER: _ClassVar[int]
    DETERMINISTIC_FIELD_NUMBER: _ClassVar[int]
    HEALTHY_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    REMARKS_FIELD_NUMBER: _ClassVar[int]
    transitions: int
    starts: int
    goals: int
    unchanged: float
    contradictory: int
    explainable: int
    deterministic: bool
    healthy: bool
    events: _containers.RepeatedCompositeFieldContainer[EventCount]
    remarks: _containers.RepeatedCompositeFieldContainer[Remark]
    def __init__(self, transitions: _Optional[int] = ..., starts: _Optional[int] = ..., goals: _Optional[int] = ..., unchanged: _Optional[float] = ..., contradictory: _Optional[int] = ..., explainable: _Optional[int] = ..., deterministic: bool = ..., healthy: bool = ..., events: _Optional[_Iterable[_Union[EventCount, _Mapping]]] = ..., remarks: _Optional[_Iterable[_Union[Remark, _Mapping]]] = ...) -> None: ...

class EventCount(_message.Message):
    __slots__ = ("event", "rows")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    event: str
    rows: int
    def __init__(self, event: _Optional[str] = ..., rows: _Optional[int] = ...) -> None: ...

class Remark(_message.Message):
    __slots__ = ("kind", "severity", "text", "transitions")
    class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        SEVERITY_UNSPECIFIED: _ClassVar[Remark.Severity]
        SEVERITY_PROBLEM: _ClassVar[Remark.Severity]
        SEVERITY_WARNING: _ClassVar[Remark.Severity]
        SEVERITY_NOTE: _ClassVar[Remark.Severity]
    SEVERITY_UNSPECIFIED: Remark.Severity
    SEVERITY_PROBLEM: Remark.Severity
    SEVERITY_WARNING: Remark.Severity
    SEVERITY_NOTE: Remark.Severity
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TRANSITIONS_FIELD_NUMBER: _ClassVar[int]
    kind: str
    severity: Remark.Severity
    text: str
    transitions: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kind: _Optional[str] = ..., severity: _Optional[_Union[Remark.Severity, str]] = ..., text: _Optional[str] = ..., transitions: _Optional[_Iterable[str]] = ...) -> None: ...

class SubmitTransitionsRequest(_message.Message):
    __slots__ = ("world", "batch")
    WORLD_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    world: str
    batch: _data_pb2.TransitionBatch
    def __init__(self, world: _Optional[str] = ..., batch: _Optional[_Union[_data_pb2.TransitionBatch, _Mapping]] = ...) -> None: ...

class SubmitTransitionsResponse(_message.Message):
    __slots__ = ("added_transitions", "known_transitions", "added_starts", "stats")
    ADDED_TRANSITIONS_FIELD_NUMBER: _ClassVar[int]
    KNOWN_TRANSITIONS_FIELD_NUMBER: _ClassVar[int]
    ADDED_STARTS_FIELD_NUMBER: _ClassVar[int]
    STATS_FIELD_NUMBER: _ClassVar[int]
    added_transitions: int
    known_transitions: int
    added_starts: int
    stats: WorldStats
    def __init__(self, added_transitions: _Optional[int] = ..., known_transitions: _Optional[int] = ..., added_starts: _Optional[int] = ..., stats: _Optional[_Union[WorldStats, _Mapping]] = ...) -> None: ...

class Budget(_message.Message):
    __slots__ = ("seconds", "candidates", "provider_calls", "tokens", "cost_usd")
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_CALLS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_USD_FIELD_NUMBER: _ClassVar[int]
    seconds: float
    candidates: int
    provider_calls: int
    tokens: int
    cost_usd: float
    def __init__(self, seconds: _Optional[float] = ..., candidates: _Optional[int] = ..., provider_calls: _Optional[int] = ..., tokens: _Optional[int] = ..., cost_usd: _Optional[float] = ...) -> None: ...

class SynthesizeRequest(_message.Message):
    __slots__ = ("world", "provider", "budget", "seed", "parent_model", "detach_cancels", "skip_optimism", "strategy", "parallel")
    WORLD_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    BUDGET_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    PARENT_MODEL_FIELD_NUMBER: _ClassVar[int]
    DETACH_CANCELS_FIELD_NUMBER: _ClassVar[int]
    SKIP_OPTIMISM_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    PARALLEL_FIELD_NUMBER: _ClassVar[int]
    world: str
    provider: str
    budget: Budget
    seed: int
    parent_model: str
    detach_cancels: bool
    skip_optimism: bool
    strategy: str
    parallel: int
    def __init__(self, world: _Optional[str] = ..., provider: _Optional[str] = ..., budget: _Optional[_Union[Budget, _Mapping]] = ..., seed: _Optional[int] = ..., parent_model: _Optional[str] = ..., detach_cancels: bool = ..., skip_optimism: bool = ..., strategy: _Optional[str] = ..., parallel: _Optional[int] = ...) -> None: ...

class SynthesizeResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: SynthesisEvent
    def __init__(self, event: _Optional[_Union[SynthesisEvent, _Mapping]] = ...) -> None: ...

class WatchSynthesisRequest(_message.Message):
    __slots__ = ("id", "after_sequence")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ...) -> None: ...

class WatchSynthesisResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: SynthesisEvent
    def __init__(self, event: _Optional[_Union[SynthesisEvent, _Mapping]] = ...) -> None: ...

class SynthesisEvent(_message.Message):
    __slots__ = ("synthesis", "sequence", "time", "started", "proposed", "evaluated", "provider_failed", "finished", "resumed", "asked")
    SYNTHESIS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_FIELD_NUMBER: _ClassVar[int]
    EVALUATED_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FAILED_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    RESUMED_FIELD_NUMBER: _ClassVar[int]
    ASKED_FIELD_NUMBER: _ClassVar[int]
    synthesis: str
    sequence: int
    time: _timestamp_pb2.Timestamp
    started: SynthesisStarted
    proposed: CandidateProposed
    evaluated: CandidateEvaluated
    provider_failed: ProviderFailed
    finished: SynthesisFinished
    resumed: SynthesisResumed
    asked: ProviderAsked
    def __init__(self, synthesis: _Optional[str] = ..., sequence: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., started: _Optional[_Union[SynthesisStarted, _Mapping]] = ..., proposed: _Optional[_Union[CandidateProposed, _Mapping]] = ..., evaluated: _Optional[_Union[CandidateEvaluated, _Mapping]] = ..., provider_failed: _Optional[_Union[ProviderFailed, _Mapping]] = ..., finished: _Optional[_Union[SynthesisFinished, _Mapping]] = ..., resumed: _Optional[_Union[SynthesisResumed, _Mapping]] = ..., asked: _Optional[_Union[ProviderAsked, _Mapping]] = ...) -> None: ...

class SynthesisStarted(_message.Message):
    __slots__ = ("world", "provider", "transitions", "held_back", "starts", "data_digest", "problems")
    WORLD_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    TRANSITIONS_FIELD_NUMBER: _ClassVar[int]
    HELD_BACK_FIELD_NUMBER: _ClassVar[int]
    STARTS_FIELD_NUMBER: _ClassVar[int]
    DATA_DIGEST_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    world: str
    provider: str
    transitions: int
    held_back: int
    starts: int
    data_digest: str
    problems: _containers.RepeatedCompositeFieldContainer[Remark]
    def __init__(self, world: _Optional[str] = ..., provider: _Optional[str] = ..., transitions: _Optional[int] = ..., held_back: _Optional[int] = ..., starts: _Optional[int] = ..., data_digest: _Optional[str] = ..., problems: _Optional[_Iterable[_Union[Remark, _Mapping]]] = ...) -> None: ...

class SynthesisResumed(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class ProviderAsked(_message.Message):
    __slots__ = ("number", "parent", "defect")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    DEFECT_FIELD_NUMBER: _ClassVar[int]
    number: int
    parent: str
    defect: str
    def __init__(self, number: _Optional[int] = ..., parent: _Optional[str] = ..., defect: _Optional[str] = ...) -> None: ...

class CandidateProposed(_message.Message):
    __slots__ = ("candidate", "parent", "note", "lines", "tokens", "cost_usd", "calls", "provider", "defect")
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_USD_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    DEFECT_FIELD_NUMBER: _ClassVar[int]
    candidate: str
    parent: str
    note: str
    lines: int
    tokens: int
    cost_usd: float
    calls: int
    provider: str
    defect: str
    def __init__(self, candidate: _Optional[str] = ..., parent: _Optional[str] = ..., note: _Optional[str] = ..., lines: _Optional[int] = ..., tokens: _Optional[int] = ..., cost_usd: _Optional[float] = ..., calls: _Optional[int] = ..., provider: _Optional[str] = ..., defect: _Optional[str] = ...) -> None: ...

class CandidateEvaluated(_message.Message):
    __slots__ = ("candidate", "evaluation", "best_so_far")
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    BEST_SO_FAR_FIELD_NUMBER: _ClassVar[int]
    candidate: str
    evaluation: _model_pb2.Evaluation
    best_so_far: bool
    def __init__(self, candidate: _Optional[str] = ..., evaluation: _Optional[_Union[_model_pb2.Evaluation, _Mapping]] = ..., best_so_far: bool = ...) -> None: ...

class ProviderFailed(_message.Message):
    __slots__ = ("reason", "number", "calls", "tokens", "cost_usd")
    REASON_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_USD_FIELD_NUMBER: _ClassVar[int]
    reason: str
    number: int
    calls: int
    tokens: int
    cost_usd: float
    def __init__(self, reason: _Optional[str] = ..., number: _Optional[int] = ..., calls: _Optional[int] = ..., tokens: _Optional[int] = ..., cost_usd: _Optional[float] = ...) -> None: ...

class SynthesisFinished(_message.Message):
    __slots__ = ("status", "reason", "model", "totals")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    status: _model_pb2.Status
    reason: str
    model: _model_pb2.Model
    totals: Totals
    def __init__(self, status: _Optional[_Union[_model_pb2.Status, str]] = ..., reason: _Optional[str] = ..., model: _Optional[_Union[_model_pb2.Model, _Mapping]] = ..., totals: _Optional[_Union[Totals, _Mapping]] = ...) -> None: ...

class Totals(_message.Message):
    __slots__ = ("candidates", "provider_calls", "tokens", "cost_usd", "seconds")
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_CALLS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_USD_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    candidates: int
    provider_calls: int
    tokens: int
    cost_usd: float
    seconds: float
    def __init__(self, candidates: _Optional[int] = ..., provider_calls: _Optional[int] = ..., tokens: _Optional[int] = ..., cost_usd: _Optional[float] = ..., seconds: _Optional[float] = ...) -> None: ...

class Synthesis(_message.Message):
    __slots__ = ("id", "world", "provider", "state", "totals", "model", "create_time", "reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    WORLD_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    id: str
    world: str
    provider: str
    state: SynthesisState
    totals: Totals
    model: str
    create_time: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, id: _Optional[str] = ..., world: _Optional[str] = ..., provider: _Optional[str] = ..., state: _Optional[_Union[SynthesisState, str]] = ..., totals: _Optional[_Union[Totals, _Mapping]] = ..., model: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class CancelSynthesisRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class CancelSynthesisResponse(_message.Message):
    __slots__ = ("synthesis",)
    SYNTHESIS_FIELD_NUMBER: _ClassVar[int]
    synthesis: Synthesis
    def __init__(self, synthesis: _Optional[_Union[Synthesis, _Mapping]] = ...) -> None: ...

class GetSynthesisRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetSynthesisResponse(_message.Message):
    __slots__ = ("synthesis",)
    SYNTHESIS_FIELD_NUMBER: _ClassVar[int]
    synthesis: Synthesis
    def __init__(self, synthesis: _Optional[_Union[Synthesis, _Mapping]] = ...) -> None: ...

class ListSynthesesRequest(_message.Message):
    __slots__ = ("world", "page_size", "page_token")
    WORLD_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    world: str
    page_size: int
    page_token: str
    def __init__(self, world: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSynthesesResponse(_message.Message):
    __slots__ = ("syntheses", "next_page_token")
    SYNTHESES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    syntheses: _containers.RepeatedCompositeFieldContainer[Synthesis]
    next_page_token: str
    def __init__(self, syntheses: _Optional[_Iterable[_Union[Synthesis, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetTraceRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetTraceResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: TraceEntry
    def __init__(self, entry: _Optional[_Union[TraceEntry, _Mapping]] = ...) -> None: ...

class TraceEntry(_message.Message):
    __slots__ = ("event", "source", "exchanges")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    EXCHANGES_FIELD_NUMBER: _ClassVar[int]
    event: SynthesisEvent
    source: str
    exchanges: _containers.RepeatedCompositeFieldContainer[Exchange]
    def __init__(self, event: _Optional[_Union[SynthesisEvent, _Mapping]] = ..., source: _Optional[str] = ..., exchanges: _Optional[_Iterable[_Union[Exchange, _Mapping]]] = ...) -> None: ...

class Exchange(_message.Message):
    __slots__ = ("messages", "reply", "calls", "tokens", "cost_usd", "model", "seconds", "cached", "error")
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    REPLY_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_USD_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[Message]
    reply: str
    calls: int
    tokens: int
    cost_usd: float
    model: str
    seconds: float
    cached: bool
    error: str
    def __init__(self, messages: _Optional[_Iterable[_Union[Message, _Mapping]]] = ..., reply: _Optional[str] = ..., calls: _Optional[int] = ..., tokens: _Optional[int] = ..., cost_usd: _Optional[float] = ..., model: _Optional[str] = ..., seconds: _Optional[float] = ..., cached: bool = ..., error: _Optional[str] = ...) -> None: ...

class Message(_message.Message):
    __slots__ = ("role", "text")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    role: str
    text: str
    def __init__(self, role: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class GetModelRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetModelResponse(_message.Message):
    __slots__ = ("model",)
    MODEL_FIELD_NUMBER: _ClassVar[int]
    model: _model_pb2.Model
    def __init__(self, model: _Optional[_Union[_model_pb2.Model, _Mapping]] = ...) -> None: ...

class ListModelsRequest(_message.Message):
    __slots__ = ("world", "page_size", "page_token")
    WORLD_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    world: str
    page_size: int
    page_token: str
    def __init__(self, world: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ("models", "next_page_token")
    MODELS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[_model_pb2.Model]
    next_page_token: str
    def __init__(self, models: _Optional[_Iterable[_Union[_model_pb2.Model, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class NextExperimentRequest(_message.Message):
    __slots__ = ("world", "model", "state", "goal", "skip", "nodes")
    WORLD_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    GOAL_FIELD_NUMBER: _ClassVar[int]
    SKIP_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    world: str
    model: str
    state: _containers.RepeatedCompositeFieldContainer[_data_pb2.Object]
    goal: str
    skip: _containers.RepeatedScalarFieldContainer[str]
    nodes: int
    def __init__(self, world: _Optional[str] = ..., model: _Optional[str] = ..., state: _Optional[_Iterable[_Union[_data_pb2.Object, _Mapping]]] = ..., goal: _Optional[str] = ..., skip: _Optional[_Iterable[str]] = ..., nodes: _Optional[int] = ...) -> None: ...

class NextExperimentResponse(_message.Message):
    __slots__ = ("experiment",)
    EXPERIMENT_FIELD_NUMBER: _ClassVar[int]
    experiment: Experiment
    def __init__(self, experiment: _Optional[_Union[Experiment, _Mapping]] = ...) -> None: ...

class Experiment(_message.Message):
    __slots__ = ("kind", "actions", "why", "reason", "rivals", "apart", "nodes", "exhausted", "model", "model_fits", "error")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[Experiment.Kind]
        KIND_RIVALS: _ClassVar[Experiment.Kind]
        KIND_DOUBT: _ClassVar[Experiment.Kind]
        KIND_UNSEEN: _ClassVar[Experiment.Kind]
    KIND_UNSPECIFIED: Experiment.Kind
    KIND_RIVALS: Experiment.Kind
    KIND_DOUBT: Experiment.Kind
    KIND_UNSEEN: Experiment.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RIVALS_FIELD_NUMBER: _ClassVar[int]
    APART_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    EXHAUSTED_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MODEL_FITS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    kind: Experiment.Kind
    actions: _containers.RepeatedCompositeFieldContainer[_data_pb2.Action]
    why: str
    reason: str
    rivals: int
    apart: int
    nodes: int
    exhausted: bool
    model: str
    model_fits: bool
    error: str
    def __init__(self, kind: _Optional[_Union[Experiment.Kind, str]] = ..., actions: _Optional[_Iterable[_Union[_data_pb2.Action, _Mapping]]] = ..., why: _Optional[str] = ..., reason: _Optional[str] = ..., rivals: _Optional[int] = ..., apart: _Optional[int] = ..., nodes: _Optional[int] = ..., exhausted: bool = ..., model: _Optional[str] = ..., model_fits: bool = ..., error: _Optional[str] = ...) -> None: ...

class EvaluateProgramRequest(_message.Message):
    __slots__ = ("world", "source", "skip_optimism")
    WORLD_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SKIP_OPTIMISM_FIELD_NUMBER: _ClassVar[int]
    world: str
    source: str
    skip_optimism: bool
    def __init__(self, world: _Optional[str] = ..., source: _Optional[str] = ..., skip_optimism: bool = ...) -> None: ...

class EvaluateProgramResponse(_message.Message):
    __slots__ = ("evaluation",)
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    evaluation: _model_pb2.Evaluation
    def __init__(self, evaluation: _Optional[_Union[_model_pb2.Evaluation, _Mapping]] = ...) -> None: ...
