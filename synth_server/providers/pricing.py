"""What tokens cost, by the table of ``genai-prices``. A price that is not in it is unknown, which is not zero."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from genai_prices import Usage as Quantities
from genai_prices import calc_price
from genai_prices.data_snapshot import get_snapshot

MILLION = 1_000_000


@dataclass(frozen=True)
class Tokens:
    """What one call used. ``input`` includes those read from and written to the service's own prompt cache."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens of a short prompt; long prompts may cost more."""

    model: str
    input_usd: float
    output_usd: float


class Pricing:
    """Prices of one seller, named as ``genai-prices`` names it (``openai``) or by the URL of its API."""

    def __init__(self, seller: str = "", api_url: str = "") -> None:
        self._seller = seller or None
        self._api_url = api_url or None

    def cost(self, model: str, tokens: Tokens) -> float | None:
        """US dollars for these tokens, or None when the price of the model is unknown."""
        used = {
            "input_tokens": tokens.input,
            "output_tokens": tokens.output,
            "cache_read_tokens": tokens.cache_read,
            "cache_write_tokens": tokens.cache_write,
        }
        price = self._price(model, Quantities(**{name: count for name, count in used.items() if count}))
        return None if price is None else float(price[0] + price[1])

    def most(self, model: str, input_tokens: int, output_tokens: int) -> float | None:
        """US dollars that so many tokens cost at most: as if all of the prompt were written to the prompt cache."""
        plain = self.cost(model, Tokens(input_tokens, output_tokens))
        written = self.cost(model, Tokens(input_tokens, output_tokens, cache_write=input_tokens))
        return None if plain is None else max(plain, written or 0.0)

    def per_million(self, model: str) -> Price | None:
        """What a million tokens of each kind cost, when little is sent at a time; None when unknown."""
        price = self._price(model, Quantities(input_tokens=1000, output_tokens=1000))
        return None if price is None else Price(model, *(round(float(part) * 1000, 6) for part in price))

    def _price(self, model: str, used: Quantities) -> tuple[Decimal, Decimal] | None:
        try:
            if self._seller is not None:
                found = calc_price(used, model, provider_id=self._seller)
            elif self._api_url is not None:
                found = calc_price(used, model, provider_api_url=self._api_url)
            else:
                return None
        except (LookupError, ValueError):  # the table knows no such seller or model, or not all of its prices
            return None
        return found.input_price, found.output_price


def models_of(seller: str) -> Iterator[str]:
    """The models of a seller that the table knows and that are not on their way out."""
    for known in get_snapshot().providers:
        if known.id == seller:
            yield from (model.id for model in known.models if not model.deprecated)
