"""Tells the limiter of every complaint of an API, those too that an SDK answers by trying again."""

import httpx2

from synth_server.providers.apis.api import OnResponse
from synth_server.providers.apis.failures import seconds_of
from synth_server.providers.limiter import Limiter

_COMPLAINTS = frozenset({429, 529})


def watching(limiter: Limiter) -> OnResponse:
    """A hook of the HTTP client: it sees each response as it arrives."""

    async def look(response: httpx2.Response) -> None:
        if response.status_code in _COMPLAINTS:
            limiter.overloaded(seconds_of(response.headers))

    return look
