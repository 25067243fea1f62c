import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from worldsmith.v1 import data_pb2 as _data_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Status(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATUS_UNSPECIFIED: _ClassVar[Status]
    STATUS_VERIFIED: _ClassVar[Status]
    STATUS_PARTIAL: _ClassVar[Status]
    STATUS_FAILED: _ClassVar[Status]
STATUS_UNSPECIFIED: Status
STATUS_VERIFIED: Status
STATUS_PARTIAL: Status
STATUS_FAILED: Status

class Optimism(_message.Message):
    __slots__ = ("found", "refuted", "open", "unchecked")
    FOUND_FIELD_NUMBER: _ClassVar[int]
    REFUTED_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    UNCHECKED_FIELD_NUMBER: _ClassVar[int]
    found: int
    refuted: int
    open: int
    unchecked: int
    def __init__(self, found: _Optional[int] = ..., refuted: _Optional[int] = ..., open: _Optional[int] = ..., unchecked: _Optional[int] = ...) -> None: ...

class Misprediction(_message.Message):
    __slots__ = ("transition", "part", "expected", "predicted")
    class Part(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        PART_UNSPECIFIED: _ClassVar[Misprediction.Part]
        PART_NEXT_STATE: _ClassVar[Misprediction.Part]
        PART_REWARD: _ClassVar[Misprediction.Part]
        PART_DONE: _ClassVar[Misprediction.Part]
    PART_UNSPECIFIED: Misprediction.Part
    PART_NEXT_STATE: Misprediction.Part
    PART_REWARD: Misprediction.Part
    PART_DONE: Misprediction.Part
    TRANSITION_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    PREDICTED_FIELD_NUMBER: _ClassVar[int]
    transition: str
    part: Misprediction.Part
    expected: str
    predicted: str
    def __init__(self, transition: _Optional[str] = ..., part: _Optional[_Union[Misprediction.Part, str]] = ..., expected: _Optional[str] = ..., predicted: _Optional[str] = ...) -> None: ...

class RefutedStart(_message.Message):
    __slots__ = ("start", "goal", "blocking", "path")
    START_FIELD_NUMBER: _ClassVar[int]
    GOAL_FIELD_NUMBER: _ClassVar[int]
    BLOCKING_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    start: str
    goal: str
    blocking: bool
    path: str
    def __init__(self, start: _Optional[str] = ..., goal: _Optional[str] = ..., blocking: bool = ..., path: _Optional[str] = ...) -> None: ...

class Finding(_message.Message):
    __slots__ = ("kind", "detail")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    kind: str
    detail: str
    def __init__(self, kind: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class Evaluation(_message.Message):
    __slots__ = ("status", "fit", "next_state_fit", "reward_fit", "done_fit", "held_back_fit", "uncertain", "identity_baseline", "optimism", "transitions", "sandbox", "seconds", "mispredictions", "findings", "error", "stdout", "score", "refuted", "unknown_goals")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    FIT_FIELD_NUMBER: _ClassVar[int]
    NEXT_STATE_FIT_FIELD_NUMBER: _ClassVar[int]
    REWARD_FIT_FIELD_NUMBER: _ClassVar[int]
    DONE_FIT_FIELD_NUMBER: _ClassVar[int]
    HELD_BACK_FIT_FIELD_NUMBER: _ClassVar[int]
    UNCERTAIN_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_BASELINE_FIELD_NUMBER: _ClassVar[int]
    OPTIMISM_FIELD_NUMBER: _ClassVar[int]
    TRANSITIONS_FIELD_NUMBER: _ClassVar[int]
    SANDBOX_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    MISPREDICTIONS_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STDOUT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    REFUTED_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_GOALS_FIELD_NUMBER: _ClassVar[int]
    status: Status
    fit: float
    next_state_fit: float
    reward_fit: float
    done_fit: float
    held_back_fit: float
    uncertain: int
    identity_baseline: float
    optimism: Optimism
    transitions: int
    sandbox: str
    seconds: float
    mispredictions: _containers.RepeatedCompositeFieldContainer[Misprediction]
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    error: str
    stdout: str
    score: float
    refuted: _containers.RepeatedCompositeFieldContainer[RefutedStart]
    unknown_goals: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, status: _Optional[_Union[Status, str]] = ..., fit: _Optional[float] = ..., next_state_fit: _Optional[float] = ..., reward_fit: _Optional[float] = ..., done_fit: _Optional[float] = ..., held_back_fit: _Optional[float] = ..., uncertain: _Optional[int] = ..., identity_baseline: _Optional[float] = ..., optimism: _Optional[_Union[Optimism, _Mapping]] = ..., transitions: _Optional[int] = ..., sandbox: _Optional[str] = ..., seconds: _Optional[float] = ..., mispredictions: _Optional[_Iterable[_Union[Misprediction, _Mapping]]] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ..., error: _Optional[str] = ..., stdout: _Optional[str] = ..., score: _Optional[float] = ..., refuted: _Optional[_Iterable[_Union[RefutedStart, _Mapping]]] = ..., unknown_goals: _Optional[_Iterable[str]] = ...) -> None: ...

class Certificate(_message.Message):
    __slots__ = ("statement", "signature", "key_fingerprint")
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    KEY_FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    statement: bytes
    signature: bytes
    key_fingerprint: str
    def __init__(self, statement: _Optional[bytes] = ..., signature: _Optional[bytes] = ..., key_fingerprint: _Optional[str] = ...) -> None: ...

class Model(_message.Message):
    __slots__ = ("id", "world", "synthesis", "source", "evaluation", "certificate", "create_time", "provider", "parent_model", "actions", "success")
    ID_FIELD_NUMBER: _ClassVar[int]
    WORLD_FIELD_NUMBER: _ClassVar[int]
    SYNTHESIS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    PARENT_MODEL_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_FIELD_NUMBER: _ClassVar[int]
    id: str
    world: str
    synthesis: str
    source: str
    evaluation: Evaluation
    certificate: Certificate
    create_time: _timestamp_pb2.Timestamp
    provider: str
    parent_model: str
    actions: _containers.RepeatedCompositeFieldContainer[_data_pb2.ActionSchema]
    success: _data_pb2.Success
    def __init__(self, id: _Optional[str] = ..., world: _Optional[str] = ..., synthesis: _Optional[str] = ..., source: _Optional[str] = ..., evaluation: _Optional[_Union[Evaluation, _Mapping]] = ..., certificate: _Optional[_Union[Certificate, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., provider: _Optional[str] = ..., parent_model: _Optional[str] = ..., actions: _Optional[_Iterable[_Union[_data_pb2.ActionSchema, _Mapping]]] = ..., success: _Optional[_Union[_data_pb2.Success, _Mapping]] = ...) -> None: ...
