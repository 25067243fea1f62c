"""Which module speaks which API; its SDK, which takes long to import, is loaded with the first that is asked for."""

from importlib import import_module

from pydantic import SecretStr

from synth_server.providers.apis.api import Api, OnResponse, Patience
from synth_server.providers.spec import Spec

_KINDS = {  # by the name of the provider
    "openai": ("responses", "ResponsesApi"),
    "openai-chat": ("chat", "ChatApi"),
    "anthropic": ("messages", "MessagesApi"),
}


def open_api(spec: Spec, key: SecretStr | None, patience: Patience, on_response: OnResponse) -> Api:
    """The API that a spec names, ready to be asked.

    Raises:
        KeyError: the spec is of a provider that has no API.
    """
    module, name = _KINDS[spec.name]
    kind = getattr(import_module(f"{__package__}.{module}"), name)
    where = (spec.model, spec.url) if spec.name == "openai-chat" else (spec.model,)
    api: Api = kind(*where, key, patience, on_response)
    return api
