"""The origin of the masters: every source that can change a page counts, wherever it lies."""

import shutil
from pathlib import Path

import renderers
from renderers.masters.master import origin, origin_of

PACKAGE = Path(renderers.__file__).parent


def test_every_source_counts(tmp_path):
    """A byte more in any source of the package is another origin, so no page comes from masters of before."""
    copy = shutil.copytree(PACKAGE, tmp_path / "renderers", ignore=shutil.ignore_patterns("__pycache__"))
    assert origin_of(copy) == origin()
    found = sorted(path for path in copy.glob("**/*") if path.suffix == ".py")
    assert len(found) > 40
    for path in found:
        text = path.read_bytes()
        path.write_bytes(text + b"\n")
        assert origin_of(copy) != origin(), path
        path.write_bytes(text)


def test_a_source_in_a_folder_counts(tmp_path):
    """A page that moves into a folder is still a source of the masters."""
    copy = shutil.copytree(PACKAGE, tmp_path / "renderers", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "further").mkdir()
    (copy / "further" / "page.py").write_text('"""A page."""\n')
    assert origin_of(copy) != origin()
