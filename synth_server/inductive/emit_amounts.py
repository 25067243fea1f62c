"""Amounts that steps pay, as Python expressions."""

from synth_server.inductive import amounts as a
from synth_server.inductive.emit_text import access, equals


def amount_term(amount: a.Amount) -> str:
    """What an amount pays."""
    return f"{amount.factor!r} * ({_number(amount.quantity)})"


def _number(quantity: a.Quantity) -> str:
    if isinstance(quantity, a.Underfoot):
        things = f"at(state, here(next_state.of({quantity.actor!r})[0]))"
        return f"sum(figure(get(t, {quantity.attr!r})) for t in {things} if t.type != {quantity.actor!r})"
    if isinstance(quantity, a.MoreMet):
        text = f"met({{0}}, {quantity.feature.first!r}, {quantity.feature.second!r})"
    elif isinstance(quantity, a.MoreLeft):
        text = f"len({{0}}.of({quantity.kind!r}))"
    elif isinstance(quantity, a.MoreHaving):
        test = equals(access("t", quantity.feature.attr), quantity.value)
        text = f"sum({test} for t in {{0}}.of({quantity.feature.kind!r}))"
    else:
        assert isinstance(quantity, a.Growth)
        text = f"sum(figure(get(t, {quantity.attr!r})) for t in {{0}}.of({quantity.kind!r}))"
    return f"{text.format('next_state')} - {text.format('state')}"
