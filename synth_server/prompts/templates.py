"""The prompts' templates: files, which a user can replace one by one by files of the same names."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from synth_server.prompts.kinds import Kind

FOLDER = Path(__file__).parent / "templates"
SYSTEM = "system"
PARTS = ("world",)  # included by others

TEXTS = (
    "actions", "background", "description", "error", "examples", "failures", "findings", "goal", "goals",
    "how_many_wrong", "imports", "objects", "other_goals", "path", "runtime", "similar", "source", "start", "stdout",
    "success", "tried", "whole", "world",
)  # fmt: skip
FLAGS = ("by_hand", "copied", "examples_are_right", "fresh")


class PromptsError(ValueError):
    """The templates cannot be used; the text names the file and what is wrong with it."""


class Templates:
    """All templates, tried out. Each gets every one of :data:`TEXTS` and :data:`FLAGS`; absent texts are empty."""

    def __init__(self, overrides: Path | None = None) -> None:
        """Reads them.

        Raises:
            PromptsError: ``overrides`` is no folder, or holds a file that is no template or does not work.
        """
        folders = [FOLDER] if overrides is None else [_checked(overrides), FOLDER]
        self._environment = SandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # prompts are no HTML
        )
        self._templates = {name: self._load(name) for name in names()}

    def render(self, name: str, texts: Mapping[str, str], flags: Mapping[str, bool]) -> str:
        """The text of one template.

        Raises:
            PromptsError: it does not work with these.
        """
        material: dict[str, str | bool] = {**dict.fromkeys(TEXTS, ""), **dict.fromkeys(FLAGS, False), **texts, **flags}
        try:
            return _without_gaps(self._templates[name].render(material))
        except Exception as error:  # noqa: BLE001 - a template may raise anything
            raise PromptsError(f"the template {name}.md does not work: {error}") from None

    def _load(self, name: str) -> Template:
        try:
            template = self._environment.get_template(f"{name}.md")
        except (TemplateError, OSError, UnicodeDecodeError) as error:
            line = f", line {error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
            raise PromptsError(f"the template {name}.md cannot be read{line}: {error}") from None
        for filled in (True, False):
            try:
                texts = dict.fromkeys(TEXTS, "text" if filled else "")
                template.render({**texts, **dict.fromkeys(FLAGS, filled)})
            except Exception as error:  # noqa: BLE001 - a template may raise anything
                raise PromptsError(f"the template {template.filename} does not work: {error}") from None
        return template


def names() -> list[str]:
    """What the templates are called."""
    return [SYSTEM, *PARTS, *Kind]


def _checked(folder: Path) -> Path:
    if not folder.is_dir():
        raise PromptsError(f"the folder of templates {folder} does not exist, or is none")
    known = {f"{name}.md" for name in names()}
    strange = sorted(path.name for path in folder.iterdir() if path.name not in known and not path.name.startswith("."))
    if strange:
        told = ", ".join(sorted(known))
        raise PromptsError(f"{folder / strange[0]} is no template of a prompt; there are {told}")
    return folder


def _without_gaps(text: str) -> str:
    """At most one empty line at a time; none at either end."""
    lines: list[str] = []
    fenced = False
    for line in text.strip().splitlines():
        fenced ^= line.startswith("```")
        if line.strip() or fenced or (lines and lines[-1].strip()):
            lines.append(line)
    return "\n".join(lines)
