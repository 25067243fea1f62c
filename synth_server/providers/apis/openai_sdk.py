"""What Responses and Chat Completions share: OpenAI's client, and its exceptions in our words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import openai
from pydantic import SecretStr

from synth_server.providers.apis.api import OnResponse, Patience
from synth_server.providers.apis.failures import judged, told_by, unreachable, unreadable

_STRANGE = (ValueError, TypeError, AttributeError, KeyError, IndexError)  # of an answer that is none of this API


def client(
    base_url: str | None, key: SecretStr | None, patience: Patience, on_response: OnResponse
) -> openai.AsyncOpenAI:
    """A client whose SDK tries again by itself; without ``base_url`` it is the environment's, else OpenAI's own."""
    return openai.AsyncOpenAI(
        api_key=key.get_secret_value() if key is not None else "none",  # empty, the environment's would be taken
        base_url=base_url,
        max_retries=patience.retries,
        timeout=httpx2.Timeout(patience.silence_seconds, connect=patience.connect_seconds),
        http_client=openai.DefaultAsyncHttpx2Client(event_hooks={"response": [on_response]}),
    )


@asynccontextmanager
async def translated(label: str, key: SecretStr | None, patience: Patience) -> AsyncIterator[None]:
    """Whatever the SDK raises in the block leaves it as a CompletionError."""
    try:
        yield
    except openai.APIStatusError as error:
        headers = error.response.headers
        told = told_by(error.body, error.status_code, error.message, headers, key, error.code, error.type)
        raise judged(told, label, keyless=key is None) from None
    except openai.APIConnectionError as error:
        timed_out = isinstance(error, openai.APITimeoutError)
        raise unreachable(error, label, patience.silence_seconds, timed_out) from None
    except openai.APIResponseValidationError:
        raise unreadable(label) from None
    except openai.APIError as error:  # told within a stream
        raise judged(told_by(error.body, 0, error.message, {}, key, error.code, error.type), label) from None
    except httpx2.HTTPError as error:
        timed_out = isinstance(error, httpx2.TimeoutException)
        raise unreachable(error, label, patience.silence_seconds, timed_out) from None
    except _STRANGE:
        raise unreadable(label) from None
