"""The notebook of the docs, as a reader runs it."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "quickstart.ipynb"
LOOK = """
import json
print(json.dumps({
    "solved": [episode.solved for episode in result.episodes],
    "first": result.first_solved,
    "steps": result.steps,
    "source": model.source,
    "status": model.evaluation.status.value,
    "planned": [str(step.action) for step in plan.steps],
    "plan solved": solved,
    "rewards": [step.reward for step in taken],
    "walked": other.first_solved,
    "stepped": sum(type(event).__name__ == "Stepped" for event in events),
}))
"""


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert len(code) == 4
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_what_the_notebook_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", NOTEBOOK.read_text())
    assert links
    assert [link for link in links if not (NOTEBOOK.parent / link).exists()] == []


def test_the_notebook_learns_solves_and_plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(LOOK))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    found = json.loads(notebook.cells[-1].outputs[0].text)
    assert found["solved"][-2:] == [True, True]
    assert 0 < found["first"] <= found["steps"]
    assert "\ndef transition(state" in found["source"]
    assert found["status"] == "verified"
    assert found["plan solved"] is True
    assert len(found["rewards"]) == len(found["planned"])
    assert found["rewards"][-1] > 0
    assert found["walked"] == found["stepped"] > 0
