from pathlib import Path

import pytest

from synth_server.prompts.render import Prompts, PromptsError
from synth_server.prompts.templates import FOLDER, names
from synth_server.verify.verifier import Verifier
from tests.prompts.asking import ask


def folder(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / name).write_text(text)
    return tmp_path


async def test_a_file_of_the_same_name_replaces_a_template_and_only_it(tmp_path: Path, verifier: Verifier) -> None:
    mine = Prompts.load(folder(tmp_path, "write.md", "Learn {{ world }}.\n{{ examples }}"))
    system, user = mine.render(await ask(verifier), 12_000).messages
    assert user.text.startswith("Learn corridor.\n## Transition 1")
    assert "class State:" in system.text


async def test_a_part_that_is_replaced_is_replaced_wherever_it_is_included(tmp_path: Path, verifier: Verifier) -> None:
    mine = Prompts.load(folder(tmp_path, "world.md", "My world is {{ world }}."))
    assert mine.render(await ask(verifier), 12_000).messages[1].text.startswith("My world is corridor.")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("write.md", "{% if world %}never closed", r"write\.md cannot be read, line 1"),
        ("write.md", "{{ wrold }}", r"write\.md does not work: 'wrold' is undefined"),
        ("goal.md", "{% if fresh %}{{ colour }}{% endif %}", "'colour' is undefined"),
        ("goal.md", "{{ ''.__class__.__mro__ }}", "does not work"),
        ("rewrite.md", "x", r"rewrite\.md is no template of a prompt; there are goal\.md"),
    ],
)
def test_an_override_that_does_not_work_is_refused_at_once(tmp_path: Path, name: str, text: str, reason: str) -> None:
    with pytest.raises(PromptsError, match=reason):
        Prompts.load(folder(tmp_path, name, text))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptsError, match="does not exist"):
        Prompts.load(tmp_path / "none")


def test_every_built_in_template_is_a_file_and_every_file_a_template() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.md" for name in names()}
