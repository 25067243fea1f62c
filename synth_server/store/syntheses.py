"""Syntheses with their events and candidates, and models: rows to records and back."""

import json
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, ScalarSelect, Select, func, insert, select, update

from synth_server.domain import Candidate, Certificate, Event, JobState, ModelRecord, SynthesisRecord
from synth_server.store import encoding, tables
from synth_server.store.protocol import NotFoundError


def insert_synthesis(connection: Connection, world: int, record: SynthesisRecord) -> None:
    """Adds a synthesis of the world with that number."""
    values = {"id": record.id, "world": world, "options": encoding.options_to_text(record.options)}
    connection.execute(insert(tables.syntheses).values(**values, created=record.created, **_progress(record)))


def record_event(
    connection: Connection,
    event: Event,
    record: SynthesisRecord,
    candidate: Candidate | None,
    model: ModelRecord | None,
) -> Event:
    """Adds an event under the next number, with what it tells; gives it as who reads it later has it.

    Raises:
        NotFoundError: there is no such synthesis.
    """
    t, e = tables.syntheses, tables.events
    progress = update(t).where(t.c.id == record.id).values(**_progress(record))  # also keeps others away from the row
    row = connection.execute(progress.returning(t.c.number, t.c.world)).one_or_none()
    if row is None:
        raise NotFoundError("synthesis", record.id)
    body = encoding.dump(dict(event.body))
    added = insert(e).values(
        synthesis=row.number,
        sequence=_next(e.c.sequence, e.c.synthesis == row.number),
        time=event.time,
        kind=event.kind,
        body=body,
    )
    sequence = connection.execute(added.returning(e.c.sequence)).scalar_one()
    if candidate is not None:
        _put_candidate(connection, row.number, candidate)
    if model is not None:
        _insert_model(connection, row.world, model)
    return Event(record.id, sequence, event.time, event.kind, json.loads(body))


def select_syntheses() -> Select[Any]:
    """Every synthesis with the name of its world."""
    t, w = tables.syntheses, tables.worlds
    return select(t, w.c.name.label("world_name")).join(w, w.c.id == t.c.world)


def synthesis(row: Row[Any]) -> SynthesisRecord:
    """A row of :func:`select_syntheses` as a record."""
    return SynthesisRecord(
        id=row.id,
        options=encoding.options_from_text(row.options, row.world_name),
        state=JobState(row.state),
        created=row.created,
        usage=encoding.usage_from_json(json.loads(row.usage)),
        candidates=row.candidates,
        seconds=row.seconds,
        model=row.model,
        reason=row.reason,
    )


def events_after(connection: Connection, id: str, after: int) -> list[Event]:
    """The events of a synthesis with a number above ``after``."""
    t, e = tables.syntheses, tables.events
    query = (
        select(e).join(t, t.c.number == e.c.synthesis).where(t.c.id == id, e.c.sequence > after).order_by(e.c.sequence)
    )
    return [Event(id, r.sequence, r.time, r.kind, json.loads(r.body)) for r in connection.execute(query)]


def candidates(connection: Connection, id: str) -> list[Candidate]:
    """The candidates of a synthesis, oldest first."""
    t, c = tables.syntheses, tables.candidates
    query = select(c).join(t, t.c.number == c.c.synthesis).where(t.c.id == id).order_by(c.c.number)
    return [
        Candidate(
            id=row.id,
            source=row.source,
            parent=row.parent,
            note=row.note,
            usage=encoding.usage_from_json(json.loads(row.usage)),
            evaluation=encoding.evaluation_from_json(json.loads(row.evaluation)) if row.evaluation else None,
            provider=row.provider,
        )
        for row in connection.execute(query)
    ]


def select_models() -> Select[Any]:
    """Every model with the name of its world."""
    m, w = tables.models, tables.worlds
    return select(m, w.c.name.label("world_name")).join(w, w.c.id == m.c.world)


def model(row: Row[Any]) -> ModelRecord:
    """A row of :func:`select_models` as a record."""
    actions, success = encoding.interface_from_text(row.interface)
    return ModelRecord(
        id=row.id,
        world=row.world_name,
        synthesis=row.synthesis,
        source=row.source,
        evaluation=encoding.evaluation_from_json(json.loads(row.evaluation)),
        certificate=Certificate(bytes(row.statement), bytes(row.signature), row.key_fingerprint),
        created=row.created,
        provider=row.provider,
        parent_model=row.parent_model,
        actions=actions,
        success=success,
    )


def _progress(record: SynthesisRecord) -> dict[str, Any]:
    return {
        "state": record.state.value,
        "usage": encoding.dump(encoding.usage_to_json(record.usage)),
        "candidates": record.candidates,
        "seconds": record.seconds,
        "model": record.model,
        "reason": record.reason,
    }


def _put_candidate(connection: Connection, synthesis: int, candidate: Candidate) -> None:
    c = tables.candidates
    values = {
        "source": candidate.source,
        "parent": candidate.parent,
        "note": candidate.note,
        "provider": candidate.provider,
        "usage": encoding.dump(encoding.usage_to_json(candidate.usage)),
        "evaluation": candidate.evaluation and encoding.dump(encoding.evaluation_to_json(candidate.evaluation)),
    }
    known = update(c).where(c.c.synthesis == synthesis, c.c.id == candidate.id).values(**values)
    if not connection.execute(known).rowcount:
        number = _next(c.c.number, c.c.synthesis == synthesis)
        connection.execute(insert(c).values(synthesis=synthesis, number=number, id=candidate.id, **values))


def _next(column: Column[int], of_synthesis: ColumnElement[bool]) -> ScalarSelect[int]:
    """The number after the highest that there is, from 1 on."""
    return select(func.coalesce(func.max(column), 0) + 1).where(of_synthesis).scalar_subquery()


def _insert_model(connection: Connection, world: int, record: ModelRecord) -> None:
    connection.execute(
        insert(tables.models).values(
            id=record.id,
            world=world,
            synthesis=record.synthesis,
            source=record.source,
            evaluation=encoding.dump(encoding.evaluation_to_json(record.evaluation)),
            statement=record.certificate.statement,
            signature=record.certificate.signature,
            key_fingerprint=record.certificate.key_fingerprint,
            created=record.created,
            provider=record.provider,
            parent_model=record.parent_model,
            interface=encoding.interface_to_text(record.actions, record.success),
        )
    )
