"""A cache folder that cannot be written: each page says so once, and works when it can be."""

import pytest
import test_downloads
from visiting import charts, go, opened, sentences

from data import downloads

web = test_downloads.web
SMALL = {"name": "fashion_mnist", "split": "30/10/12", "hidden_layer_sizes": "4", "epochs": "1", "seeds": "1"}
PAGES = {
    "initialization": {},
    "gradient_check": {"epochs": "0", "examples": "2"},
    "sweeps": {"axis1": "–", "axis2": "–"},
}


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_whose_data_cannot_be_kept_says_so_once_and_works_when_they_can(web, tmp_path, page):
    (tmp_path / "cache").write_bytes(b"a file in the folder's place")
    app = opened(f"pages/{page}.py", SMALL | PAGES[page])
    assert not app.exception
    (sentence,) = [one for one in sentences(app) if "cannot be loaded" in one]
    sentence = sentence.removeprefix("1 of 1 training failed: ")
    assert sentence.startswith("fashion_mnist cannot be loaded: ")
    assert "could not be stored (Not a directory)" in sentence
    assert "\n" not in sentence
    asked = {key: app.session_state[key] for key in ("name", "split")}
    assert asked == {key: SMALL[key] for key in asked}
    (tmp_path / "cache").unlink()
    go(app)
    assert not app.exception
    assert [one for one in sentences(app) if "cannot be loaded" in one] == []
    assert downloads.ready("fashion_mnist")
    assert charts(app)
