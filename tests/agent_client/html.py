"""Reading a page as a browser does."""

from html.parser import HTMLParser

VOID = {"meta"}


class Page(HTMLParser):
    """Collects what a page is made of; fails where an element is closed that is not the open one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, name: str) -> list[str]:
        """The values of all attributes of that name."""
        return [value for attribute, value in self.attributes if attribute == name]

    def is_harmless(self) -> bool:
        """Whether nothing in it can run or be loaded, and every link leads to a place in the page."""
        known = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "dl", "div", "dt", "dd", "ul"}
        known |= {"li", "a", "span", "b", "details", "summary", "article", "pre", "table", "tr", "th", "td"}
        known |= {"svg", "g", "line", "path", "circle", "text"}
        links, places = self.of("href"), self.of("id")
        runs = [name for name, _ in self.attributes if name.startswith("on") or name in {"src", "style", "action"}]
        return self.tags <= known and not runs and {link.removeprefix("#") for link in links} <= set(places)
