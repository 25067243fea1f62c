"""The page about the server tells all there is."""

import re
from pathlib import Path

from pydantic import BaseModel

from synth_server.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "server.md").read_text()
PROVIDERS = (ROOT / "docs" / "providers.md").read_text()


def keys(model: type[BaseModel], prefix: str = "") -> set[str]:
    found = set()
    for name, field in model.model_fields.items():
        nested = field.annotation
        if isinstance(nested, type) and issubclass(nested, BaseModel):
            found |= keys(nested, f"{prefix}{name}.")
        else:
            found.add(f"{prefix}{name}")
    return found


def cells(section: str) -> set[str]:
    return tabled(PAGE.split(f"## {section}")[1].split("\n## ")[0])


def tabled(rows: str) -> set[str]:
    return {name for row in re.findall(r"^\| (`.*?) \|", rows, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)}


def test_the_page_lists_every_setting() -> None:
    of_apis = {name for name in tabled(PROVIDERS) if name.startswith("apis.")}
    assert cells("Settings") - {"apis.*"} | of_apis == keys(Settings)


def test_the_page_lists_every_reason() -> None:
    listed = set(re.findall(r"`([A-Z_]+)`", PAGE.split("## Errors")[1].split("\n|---")[1]))
    code = "".join(
        (ROOT / "synth_server" / name).read_text() for name in ("errors.py", "experiments.py", "jobs.py", "validate.py")
    )
    reasons = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)*)"', code)) | {
        "WORLD_NOT_FOUND",
        "SYNTHESIS_NOT_FOUND",
        "MODEL_NOT_FOUND",
    }
    codes = set(re.findall(r"_?Code\.([A-Z_]+)", code)) | {"FAILED_PRECONDITION"}
    assert listed == reasons | codes
