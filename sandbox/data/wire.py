"""Records to protobuf messages and back, exactly.

Single messages convert by ``..._to_proto`` and ``..._from_proto``; streams of transitions and starts by
:func:`encode_batches` and :class:`BatchDecoder`. Whatever breaks the contract raises :class:`WireError`.
"""

from sandbox.data._decode import BatchDecoder
from sandbox.data._encode import MAX_BATCH_BYTES, encode_batches
from sandbox.data._messages import (
    WireError,
    action_from_proto,
    action_to_proto,
    object_from_proto,
    object_to_proto,
    schema_from_proto,
    schema_to_proto,
    success_from_proto,
    success_to_proto,
    value_from_proto,
    value_to_proto,
    world_from_proto,
    world_to_proto,
)

__all__ = [
    "MAX_BATCH_BYTES",
    "BatchDecoder",
    "WireError",
    "action_from_proto",
    "action_to_proto",
    "encode_batches",
    "object_from_proto",
    "object_to_proto",
    "schema_from_proto",
    "schema_to_proto",
    "success_from_proto",
    "success_to_proto",
    "value_from_proto",
    "value_to_proto",
    "world_from_proto",
    "world_to_proto",
]
