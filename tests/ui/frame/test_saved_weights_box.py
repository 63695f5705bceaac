"""The box that opens saved weights: what may be uploaded."""

from types import SimpleNamespace

import pytest

from lab.exports import weights_file
from ui.frame import saved_weights


class Box(SimpleNamespace):
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.mark.parametrize("opened", [True, False])
def test_the_box_takes_files_up_to_the_size_that_is_read_in_megabytes(monkeypatch, opened):
    boxes = []
    monkeypatch.setattr(saved_weights.st, "expander", lambda *_, **__: Box(open=opened))
    monkeypatch.setattr(saved_weights.st, "markdown", lambda text: None)
    monkeypatch.setattr(saved_weights.st, "file_uploader", lambda *_, **options: boxes.append(options))
    saved_weights.section(None, None)
    assert [box["max_upload_size"] * 1024 * 1024 for box in boxes] == [weights_file.MOST_BYTES] * opened
