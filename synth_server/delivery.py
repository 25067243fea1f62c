"""Turns what a search found into a signed model."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from synth_server.domain import ModelRecord, SynthesisRecord
from synth_server.search.types import SearchResult
from synth_server.verify.certificate import Facts, Signer, issue


@dataclass(frozen=True)
class Delivery:
    """Signs with ``signer``; ``runtime_digest`` names the runtime that models were checked with."""

    signer: Signer
    runtime_digest: str
    clock: Callable[[], float] = time.time

    def model(self, synthesis: SynthesisRecord, result: SearchResult) -> ModelRecord | None:
        """The model of a finished search, with its certificate; None when nothing usable was found."""
        best, world = result.best, result.world
        if best is None or best.evaluation is None or world is None:
            return None
        created = self.clock()
        facts = Facts(
            world=world,
            provider=synthesis.options.provider,
            source=best.source,
            evaluation=best.evaluation,
            data_digest=result.data_digest,
            runtime_digest=self.runtime_digest,
            created=created,
        )
        return ModelRecord(
            id=f"m-{uuid.uuid4().hex[:16]}",
            world=world.name,
            synthesis=synthesis.id,
            source=best.source,
            evaluation=best.evaluation,
            certificate=issue(self.signer, facts),
            created=created,
            provider=synthesis.options.provider,
            parent_model=synthesis.options.parent_model,
            actions=world.actions,
            success=world.success,
        )
