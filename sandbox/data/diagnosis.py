"""The doctor's report as a message, and back."""

from worldsmith.v1 import service_pb2 as pb

from sandbox.data.doctor import Remark, Report, Severity

_SEVERITY = {
    Severity.PROBLEM: pb.Remark.SEVERITY_PROBLEM,
    Severity.WARNING: pb.Remark.SEVERITY_WARNING,
    Severity.NOTE: pb.Remark.SEVERITY_NOTE,
}
_SEVERITIES = {number: severity for severity, number in _SEVERITY.items()}


def remark_to_proto(remark: Remark) -> pb.Remark:
    """One finding; its rows are named by their digests."""
    severity = _SEVERITY[remark.severity]
    return pb.Remark(kind=remark.kind, severity=severity, text=remark.text, transitions=remark.digests)


def remark_from_proto(message: pb.Remark) -> Remark:
    """The inverse of :func:`remark_to_proto`; a severity that is not known is a note."""
    severity = _SEVERITIES.get(message.severity, Severity.NOTE)
    return Remark(message.kind, severity, message.text, digests=tuple(message.transitions))


def report_to_proto(report: Report) -> pb.Diagnosis:
    """The report on the distinct rows of a world, problems first."""
    order = list(Severity)
    return pb.Diagnosis(
        transitions=report.distinct,
        starts=report.starts,
        goals=report.goals,
        unchanged=report.unchanged,
        contradictory=report.contradictory,
        explainable=report.explainable,
        deterministic=report.deterministic,
        healthy=report.healthy,
        events=[pb.EventCount(event=event, rows=rows) for event, rows in report.events.items()],
        remarks=[remark_to_proto(one) for one in sorted(report.remarks, key=lambda one: order.index(one.severity))],
    )


def report_from_proto(message: pb.Diagnosis) -> Report:
    """The inverse of :func:`report_to_proto`."""
    return Report(
        rows=message.transitions,
        distinct=message.transitions,
        starts=message.starts,
        goals=message.goals,
        unchanged=message.unchanged,
        contradictory=message.contradictory,
        explainable=message.explainable,
        deterministic=message.deterministic,
        events={one.event: one.rows for one in message.events},
        remarks=tuple(map(remark_from_proto, message.remarks)),
    )
