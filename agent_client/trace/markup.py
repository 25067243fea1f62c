"""HTML that cannot be broken out of: every text is escaped, and only this module makes markup."""

from html import escape

from agent_client.trace.safe import visible


class Html(str):
    """Markup that goes into a page as it is."""

    __slots__ = ()


def text(value: str) -> Html:
    """A text of any origin, as markup: escaped, and with nothing in it that cannot be seen."""
    return value if isinstance(value, Html) else Html(escape(visible(value)))


def join(*parts: str | None) -> Html:
    """Texts and markup, one after the other; None is left out."""
    return Html("".join(text(part) for part in parts if part is not None))


def tag(kind: str, *content: str | None, **attributes: str | float | bool) -> Html:
    """An element. Attributes are named as in HTML, with ``_`` for ``-`` and behind a Python keyword; one that is
    False is left out, one that is True has no value.
    """
    told = [
        f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{text(str(value))}"')
        for name, value in attributes.items()
        if value is not False
    ]
    return Html(f"<{kind}{''.join(told)}>{join(*content)}</{kind}>")
