"""The server's records to the service's messages."""

from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from worldsmith.v1 import data_pb2, model_pb2, service_pb2

from sandbox.contract import Verdict, Why
from sandbox.data.diagnosis import remark_to_proto
from sandbox.data.doctor import Remark, Severity
from sandbox.data.records import Success
from sandbox.data.wire import action_to_proto, schema_to_proto
from synth_server.domain import Evaluation, Event, JobState, ModelRecord, Part, Status, SynthesisRecord, Usage
from synth_server.experiments import Experiment, sentence
from synth_server.providers.listing import Listed
from synth_server.store.encoding import evaluation_from_json, usage_from_json
from synth_server.store.protocol import Stats

_STATUS = {
    Status.VERIFIED: model_pb2.STATUS_VERIFIED,
    Status.PARTIAL: model_pb2.STATUS_PARTIAL,
    Status.FAILED: model_pb2.STATUS_FAILED,
}
_PART = {
    Part.NEXT_STATE: model_pb2.Misprediction.PART_NEXT_STATE,
    Part.REWARD: model_pb2.Misprediction.PART_REWARD,
    Part.DONE: model_pb2.Misprediction.PART_DONE,
}
_STATE = {
    JobState.RUNNING: service_pb2.SYNTHESIS_STATE_RUNNING,
    JobState.FINISHED: service_pb2.SYNTHESIS_STATE_FINISHED,
    JobState.CANCELLED: service_pb2.SYNTHESIS_STATE_CANCELLED,
    JobState.FAILED: service_pb2.SYNTHESIS_STATE_FAILED,
}

_WHY = {
    Why.RIVALS: service_pb2.Experiment.KIND_RIVALS,
    Why.DOUBT: service_pb2.Experiment.KIND_DOUBT,
    Why.UNSEEN: service_pb2.Experiment.KIND_UNSEEN,
}


def timestamp(seconds: float) -> Timestamp:
    """Seconds since the epoch, to the microsecond."""
    out = Timestamp()
    out.FromMicroseconds(round(seconds * 1e6))
    return out


def provider(record: Listed) -> service_pb2.Provider:
    """What may propose programs."""
    return service_pb2.Provider(
        spec=record.spec,
        about=record.about,
        needs=record.needs,
        missing=record.missing,
        free=record.free,
        prices=[
            service_pb2.ModelPrice(model=price.model, input_usd=price.input_usd, output_usd=price.output_usd)
            for price in record.prices
        ],
    )


def stats(record: Stats) -> service_pb2.WorldStats:
    """What a world holds."""
    return service_pb2.WorldStats(
        transitions=record.transitions,
        starts=record.starts,
        digest=record.digest,
        create_time=timestamp(record.created),
    )


def evaluation(record: Evaluation) -> model_pb2.Evaluation:
    """What was checked of a program."""
    optimism = record.optimism
    return model_pb2.Evaluation(
        status=_STATUS[record.status],
        fit=record.fit,
        next_state_fit=record.next_state_fit,
        reward_fit=record.reward_fit,
        done_fit=record.done_fit,
        held_back_fit=record.held_back_fit,
        uncertain=record.uncertain,
        identity_baseline=record.identity_baseline,
        optimism=model_pb2.Optimism(
            found=optimism.found, refuted=optimism.refuted, open=optimism.open, unchecked=optimism.unchecked
        ),
        transitions=record.transitions,
        sandbox=record.sandbox,
        seconds=record.seconds,
        mispredictions=[
            model_pb2.Misprediction(
                transition=m.transition, part=_PART[m.part], expected=m.expected, predicted=m.predicted
            )
            for m in record.mispredictions
        ],
        findings=[model_pb2.Finding(kind=f.kind, detail=f.detail) for f in record.findings],
        error=record.error,
        stdout=record.stdout,
        score=record.score,
        refuted=[
            model_pb2.RefutedStart(start=r.start, goal=r.goal, blocking=r.blocking, path=r.path) for r in record.refuted
        ],
        unknown_goals=record.unknown_goals,
    )


def success(record: Success) -> data_pb2.Success:
    """A success test."""
    return data_pb2.Success(reward_above=record.reward_above, without_done=not record.needs_done)


def model(record: ModelRecord) -> model_pb2.Model:
    """A model with its certificate."""
    signed = record.certificate
    return model_pb2.Model(
        id=record.id,
        world=record.world,
        synthesis=record.synthesis,
        source=record.source,
        evaluation=evaluation(record.evaluation),
        certificate=model_pb2.Certificate(
            statement=signed.statement, signature=signed.signature, key_fingerprint=signed.key_fingerprint
        ),
        create_time=timestamp(record.created),
        provider=record.provider,
        parent_model=record.parent_model or "",
        actions=[schema_to_proto(schema) for schema in record.actions],
        success=success(record.success),
    )


def experiment(record: Experiment) -> service_pb2.Experiment:
    """What to try next."""
    return service_pb2.Experiment(
        kind=_WHY[record.why] if record.why else service_pb2.Experiment.KIND_UNSPECIFIED,
        actions=[action_to_proto(action) for action in record.actions],
        why=sentence(record),
        reason=record.reason,
        rivals=record.rivals,
        apart=record.apart,
        nodes=record.nodes,
        exhausted=record.verdict is Verdict.REFUTED,
        model=record.model,
        model_fits=record.model_fits,
        error=record.error,
    )


def totals(usage: Usage, candidates: int, seconds: float) -> service_pb2.Totals:
    """What a synthesis used."""
    return service_pb2.Totals(
        candidates=candidates,
        provider_calls=usage.calls,
        tokens=usage.tokens,
        cost_usd=usage.cost_usd,
        seconds=seconds,
    )


def synthesis(record: SynthesisRecord) -> service_pb2.Synthesis:
    """A synthesis as it stands."""
    return service_pb2.Synthesis(
        id=record.id,
        world=record.options.world,
        provider=record.options.provider,
        state=_STATE[record.state],
        totals=totals(record.usage, record.candidates, record.seconds),
        model=record.model or "",
        create_time=timestamp(record.created),
        reason=record.reason,
    )


def event(record: Event, found: ModelRecord | None = None) -> service_pb2.SynthesisEvent:
    """What happened in a synthesis; ``found`` is the model that a ``finished`` tells of."""
    out = service_pb2.SynthesisEvent(synthesis=record.synthesis, sequence=record.sequence, time=timestamp(record.time))
    body = dict(record.body)
    match record.kind:
        case "evaluated":
            body["evaluation"] = evaluation(evaluation_from_json(body["evaluation"]))
            out.evaluated.MergeFrom(service_pb2.CandidateEvaluated(**body))
        case "finished":
            spent = totals(usage_from_json(body["usage"]), body["candidates"], body["seconds"])
            status = _STATUS[Status(body["status"])]
            out.finished.MergeFrom(service_pb2.SynthesisFinished(status=status, reason=body["reason"], totals=spent))
            if found is not None:
                out.finished.model.CopyFrom(model(found))
        case "started":
            body["problems"] = [remark_to_proto(_remark(one)) for one in body.get("problems", ())]
            out.started.MergeFrom(service_pb2.SynthesisStarted(**body))
        case "resumed":
            out.resumed.MergeFrom(service_pb2.SynthesisResumed(**body))
        case "asked":
            asked = service_pb2.ProviderAsked(number=body["number"], parent=body["parent"], defect=body["defect"])
            out.asked.MergeFrom(asked)
        case "proposed":
            out.proposed.MergeFrom(_proposed(body))
        case "provider_failed":
            out.provider_failed.MergeFrom(_failed(body))
    return out


def trace_entry(record: Event, source: str, found: ModelRecord | None = None) -> service_pb2.TraceEntry:
    """An event with all that belongs to it; ``source`` is the program of the candidate that it tells as proposed."""
    exchanges = [_exchange(one) for one in record.body.get("exchanges", ())]
    return service_pb2.TraceEntry(event=event(record, found), source=source, exchanges=exchanges)


def _remark(body: dict[str, Any]) -> Remark:
    return Remark(body["kind"], Severity(body["severity"]), body["text"], digests=tuple(body["digests"]))


def _proposed(body: dict[str, Any]) -> service_pb2.CandidateProposed:
    spent = usage_from_json(body["usage"])
    return service_pb2.CandidateProposed(
        candidate=body["candidate"],
        parent=body["parent"],
        note=body["note"],
        lines=body["lines"],
        tokens=spent.tokens,
        cost_usd=spent.cost_usd,
        calls=spent.calls,
        provider=body["provider"],
        defect=body["defect"],
    )


def _failed(body: dict[str, Any]) -> service_pb2.ProviderFailed:
    spent = usage_from_json(body["usage"])
    return service_pb2.ProviderFailed(
        reason=body["reason"],
        number=body["number"],
        calls=spent.calls,
        tokens=spent.tokens,
        cost_usd=spent.cost_usd,
    )


def _exchange(data: dict[str, Any]) -> service_pb2.Exchange:
    spent = usage_from_json(data["usage"])
    return service_pb2.Exchange(
        messages=[service_pb2.Message(role=one["role"], text=one["text"]) for one in data["messages"]],
        reply=data["reply"],
        calls=spent.calls,
        tokens=spent.tokens,
        cost_usd=spent.cost_usd,
        model=data["model"],
        seconds=data["seconds"],
        cached=data["cached"],
        error=data["error"],
    )
