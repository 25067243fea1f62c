"""What a goal's words say of the state that things are to be in, by an attribute's name or by what brings it about."""

from collections.abc import Mapping, Sequence

from sandbox.runtime.values import same
from synth_server.inductive.features import Feature, Token
from synth_server.inductive.forms import Form
from synth_server.inductive.scene import Step
from synth_server.inductive.targets import Has, Inside, Near
from synth_server.inductive.wording import stem, words

LEAST_WORD = 3  # letters of a word that may name an attribute in part

Doers = Mapping[str, set[str]]  # by attribute, the words of the actions that changed it of what they are applied to


def doers_of(steps: Sequence[Step]) -> Doers:
    """What the steps show of which actions change what of the things that their arguments name."""
    found: dict[str, set[str]] = {}
    for step in steps:
        told = {thing.digest for arg in step.action.args for thing in [step.before.called(arg)] if thing is not None}
        for old, new in step.pairs:
            if new is not None and new.digest != old.digest and old.digest in told:
                for name, value in new.attrs.items():
                    if not same(value, old.attrs.get(name)):
                        found.setdefault(name, set()).update(map(stem, words(step.action.name)))
    return found


def says(form: Form, feature: Feature, token: Token, doers: Doers) -> bool:
    """Whether a form's words name the state that a literal asks things to have, or an action that brings it about."""
    having = feature.having if isinstance(feature, Inside | Near) else None
    if isinstance(feature, Has) and isinstance(token, tuple):
        having = (feature.attr, token[1][1])
    if having is None:
        return False
    attr, value = having
    said = {stem(word) for word in form.said}
    if isinstance(value, str):
        return bool(said & {stem(word) for word in words(value)})
    named = any(len(word) >= LEAST_WORD and word in attr.lower() for word in form.said)
    return value is True and (named or bool(said & doers.get(attr, set())))
