"""The agent's side of learning: hand over what was seen, ask for a model, accept only a genuine one."""

from dataclasses import dataclass, field

from agent_client import types
from agent_client.client import Client
from agent_client.errors import WorldsmithError
from agent_client.events import ModelMissing, ModelReceived, Observer, Submitted, SynthesisBegan, SynthesisProgress
from agent_client.experience import Experience
from agent_client.keys import TrustedKey
from agent_client.trust import verify
from sandbox.data.records import World


@dataclass(frozen=True)
class LearnSettings:
    """What a synthesis is asked for. Without ``optimism`` a model need not promise that success can be reached."""

    provider: str = ""
    budget: types.Budget = field(default_factory=types.Budget)
    seed: int = 0
    optimism: bool = True


class Learner:
    """One world at one server. ``totals`` and ``syntheses`` count what was spent so far, ``submitted`` the rows."""

    def __init__(
        self,
        *,
        client: Client,
        world: World,
        key: TrustedKey,
        runtime_digest: str,
        settings: LearnSettings,
        observer: Observer,
    ) -> None:
        self.world = world
        self.totals = types.Totals()
        self.syntheses = 0
        self.submitted = 0
        self._client = client
        self._key = key
        self._runtime_digest = runtime_digest
        self._settings = settings
        self._observer = observer

    def submit(self, experience: Experience) -> None:
        """Hands over what the server does not have yet.

        Raises:
            WorldsmithError: the server refused or is gone; then all of it is still unsent.
        """
        transitions, starts = experience.unsent()
        if not transitions and not starts:
            return
        result = self._client.submit(self.world.name, transitions, starts)
        self.submitted += len(transitions) + len(starts)
        experience.sent(len(transitions), len(starts))
        self._observer(Submitted(result.added_transitions, result.added_starts))

    def synthesise(self, experience: Experience, why: str, parent: types.Model | None) -> types.Model | None:
        """Submits, then waits for a model: a verified one or the best so far, or None. Ctrl-C cancels the search.

        Raises:
            TrustError: the model's certificate is not genuine.
            WorldsmithError: the server refused or is gone.
        """
        self.submit(experience)
        self.syntheses += 1
        self._observer(SynthesisBegan(self.syntheses, why, experience.distinct))
        finished = self._follow(parent.id if parent is not None else "")
        self.totals += finished.totals
        model = finished.model
        if model is None:
            self._observer(ModelMissing(finished.reason, finished.totals))
            return None
        verify(model, self._key, self._runtime_digest)
        self._observer(ModelReceived(model, finished.totals))
        return model

    def _follow(self, parent: str) -> types.Finished:
        events = self._client.synthesize(
            self.world.name,
            provider=self._settings.provider,
            budget=self._settings.budget,
            seed=self._settings.seed,
            parent_model=parent,
            skip_optimism=not self._settings.optimism,
        )
        running = ""
        try:
            for event in events:
                running = event.synthesis
                self._observer(SynthesisProgress(event))
                if isinstance(event.body, types.Finished):
                    return event.body
        except KeyboardInterrupt:
            self._cancel(running)
            raise
        raise WorldsmithError("the synthesis ended without a result; look at the server's log")

    def _cancel(self, synthesis: str) -> None:
        try:
            if synthesis:
                self._client.cancel(synthesis)
        except WorldsmithError:
            return  # it is ended by the server's own budget, if the server still runs
