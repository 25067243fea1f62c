"""From the service's messages to the client's types."""

from collections.abc import Callable

from worldsmith.v1 import model_pb2, service_pb2

from agent_client import types
from sandbox.contract import Why
from sandbox.data.diagnosis import remark_from_proto
from sandbox.data.records import Success
from sandbox.data.wire import action_from_proto, schema_from_proto

_STATUS = {
    model_pb2.STATUS_VERIFIED: types.Status.VERIFIED,
    model_pb2.STATUS_PARTIAL: types.Status.PARTIAL,
}
_STATE = {
    service_pb2.SYNTHESIS_STATE_RUNNING: types.SynthesisState.RUNNING,
    service_pb2.SYNTHESIS_STATE_FINISHED: types.SynthesisState.FINISHED,
    service_pb2.SYNTHESIS_STATE_CANCELLED: types.SynthesisState.CANCELLED,
}
_PART = {
    model_pb2.Misprediction.PART_NEXT_STATE: "next_state",
    model_pb2.Misprediction.PART_REWARD: "reward",
    model_pb2.Misprediction.PART_DONE: "done",
}

_WHY = {
    service_pb2.Experiment.KIND_RIVALS: Why.RIVALS,
    service_pb2.Experiment.KIND_DOUBT: Why.DOUBT,
    service_pb2.Experiment.KIND_UNSEEN: Why.UNSEEN,
}


def status(value: model_pb2.Status) -> types.Status:
    """The status; one that this client does not know counts as failed."""
    return _STATUS.get(value, types.Status.FAILED)


def server_info(message: service_pb2.GetServerInfoResponse) -> types.ServerInfo:
    """What a server tells about itself."""
    return types.ServerInfo(
        version=message.version,
        python_version=message.python_version,
        sandbox=message.sandbox,
        sandbox_note=message.sandbox_note,
        public_key=message.public_key,
        key_fingerprint=message.key_fingerprint,
        runtime_digest=message.runtime_digest,
        providers=tuple(message.providers),
        default_provider=message.default_provider,
    )


def provider(message: service_pb2.Provider) -> types.Provider:
    """What may propose programs."""
    prices = tuple(types.ModelPrice(price.model, price.input_usd, price.output_usd) for price in message.prices)
    return types.Provider(message.spec, message.about, message.needs, message.missing, message.free, prices)


def world_stats(message: service_pb2.WorldStats) -> types.WorldStats:
    """How much of a world the server holds."""
    return types.WorldStats(message.transitions, message.starts, message.digest, _seconds(message))


def submit_result(message: service_pb2.SubmitTransitionsResponse) -> types.SubmitResult:
    """What a submission added."""
    return types.SubmitResult(
        message.added_transitions, message.known_transitions, message.added_starts, world_stats(message.stats)
    )


def evaluation(message: model_pb2.Evaluation) -> types.Evaluation:
    """What was checked of one program."""
    optimism = message.optimism
    return types.Evaluation(
        status=status(message.status),
        fit=message.fit,
        next_state_fit=message.next_state_fit,
        reward_fit=message.reward_fit,
        done_fit=message.done_fit,
        held_back_fit=message.held_back_fit if message.HasField("held_back_fit") else None,
        uncertain=message.uncertain,
        identity_baseline=message.identity_baseline,
        optimism=types.Optimism(optimism.found, optimism.refuted, optimism.open, optimism.unchecked),
        transitions=message.transitions,
        sandbox=message.sandbox,
        seconds=message.seconds,
        mispredictions=tuple(
            types.Misprediction(m.transition, _PART.get(m.part, ""), m.expected, m.predicted)
            for m in message.mispredictions
        ),
        refuted=tuple(types.RefutedStart(r.start, r.goal, r.blocking, r.path) for r in message.refuted),
        unknown_goals=tuple(message.unknown_goals),
        findings=tuple(types.Finding(f.kind, f.detail) for f in message.findings),
        score=message.score,
        error=message.error,
        stdout=message.stdout,
    )


def model(message: model_pb2.Model) -> types.Model:
    """A delivered model."""
    signed = message.certificate
    return types.Model(
        id=message.id,
        world=message.world,
        synthesis=message.synthesis,
        source=message.source,
        evaluation=evaluation(message.evaluation),
        certificate=types.Certificate(signed.statement, signed.signature, signed.key_fingerprint),
        created=_seconds(message),
        provider=message.provider,
        parent_model=message.parent_model,
        actions=tuple(schema_from_proto(schema) for schema in message.actions),
        success=Success(message.success.reward_above, not message.success.without_done),
    )


def experiment(message: service_pb2.Experiment) -> types.Experiment:
    """What to try next.

    Raises:
        WireError: an action is none.
    """
    return types.Experiment(
        kind=_WHY.get(message.kind),
        actions=tuple(action_from_proto(one, "experiment.actions") for one in message.actions),
        why=message.why,
        reason=message.reason,
        rivals=message.rivals,
        apart=message.apart,
        nodes=message.nodes,
        exhausted=message.exhausted,
        model=message.model,
        model_fits=message.model_fits,
        error=message.error,
    )


def totals(message: service_pb2.Totals) -> types.Totals:
    """What a synthesis used."""
    cost = message.cost_usd if message.HasField("cost_usd") else None
    return types.Totals(message.candidates, message.provider_calls, message.tokens, cost, message.seconds)


def synthesis(message: service_pb2.Synthesis) -> types.Synthesis:
    """A synthesis as the server keeps it."""
    return types.Synthesis(
        id=message.id,
        world=message.world,
        provider=message.provider,
        state=_STATE.get(message.state, types.SynthesisState.FAILED),
        totals=totals(message.totals),
        model=message.model,
        created=_seconds(message),
        reason=message.reason,
    )


def event(message: service_pb2.SynthesisEvent) -> types.SynthesisEvent:
    """What happened in a synthesis."""
    read = _EVENTS.get(message.WhichOneof("event") or "")
    body = read(message) if read else types.Unknown()
    time = message.time.seconds + message.time.nanos / 1e9
    return types.SynthesisEvent(message.synthesis, message.sequence, time, body)


def trace_entry(message: service_pb2.TraceEntry) -> types.TraceEntry:
    """An event with all that belongs to it."""
    return types.TraceEntry(event(message.event), message.source, tuple(map(_exchange, message.exchanges)))


def _exchange(message: service_pb2.Exchange) -> types.Exchange:
    return types.Exchange(
        messages=tuple((one.role, one.text) for one in message.messages),
        reply=message.reply,
        calls=message.calls,
        tokens=message.tokens,
        cost_usd=message.cost_usd if message.HasField("cost_usd") else None,
        model=message.model,
        seconds=message.seconds,
        cached=message.cached,
        error=message.error,
    )


def _started(message: service_pb2.SynthesisEvent) -> types.EventBody:
    m = message.started
    problems = tuple(map(remark_from_proto, m.problems))
    return types.Started(m.world, m.provider, m.transitions, m.held_back, m.starts, m.data_digest, problems)


def _proposed(message: service_pb2.SynthesisEvent) -> types.EventBody:
    m = message.proposed
    cost = m.cost_usd if m.HasField("cost_usd") else None
    return types.Proposed(m.candidate, m.parent, m.note, m.lines, m.tokens, cost, m.calls, m.provider, m.defect)


def _asked(message: service_pb2.SynthesisEvent) -> types.EventBody:
    m = message.asked
    return types.Asked(m.number, m.parent, m.defect)


def _provider_failed(message: service_pb2.SynthesisEvent) -> types.EventBody:
    m = message.provider_failed
    cost = m.cost_usd if m.HasField("cost_usd") else None
    return types.ProviderFailed(m.reason, m.number, m.calls, m.tokens, cost)


def _evaluated(message: service_pb2.SynthesisEvent) -> types.EventBody:
    m = message.evaluated
    return types.Evaluated(m.candidate, evaluation(m.evaluation), m.best_so_far)


def _finished(message: service_pb2.SynthesisEvent) -> types.EventBody:
    m = message.finished
    found = model(m.model) if m.HasField("model") else None
    return types.Finished(status(m.status), m.reason, found, totals(m.totals))


_EVENTS: dict[str, Callable[[service_pb2.SynthesisEvent], types.EventBody]] = {
    "started": _started,
    "resumed": lambda message: types.Resumed(message.resumed.reason),
    "proposed": _proposed,
    "evaluated": _evaluated,
    "asked": _asked,
    "provider_failed": _provider_failed,
    "finished": _finished,
}


def _seconds(message: service_pb2.WorldStats | model_pb2.Model | service_pb2.Synthesis) -> float:
    return message.create_time.seconds + message.create_time.nanos / 1e9
