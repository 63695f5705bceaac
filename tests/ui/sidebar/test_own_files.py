"""A table or images of one's own: what is used of a file, what is refused, and what a link keeps of it."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from data import HEADERS, MISSING_CHOICES, MOST_FILE_BYTES
from ui.frame.visit import Visit
from ui.sidebar import own_images, own_table

KEPT = "table-kept"  # begins as the text of a table in a link does


def test_a_table_may_be_as_large_as_its_reader_allows(monkeypatch):
    """Streamlit's limit is in binary megabytes."""
    boxes = []
    monkeypatch.setattr(own_table.st, "file_uploader", lambda *_, **options: boxes.append(options))
    own_table._upload_box()
    assert boxes[0]["max_upload_size"] * 1024 * 1024 == MOST_FILE_BYTES


@pytest.fixture
def page(monkeypatch):
    """A visit `tab`, the session's `state`, what is `said`, and how often the cache was kept in bounds."""
    page = SimpleNamespace(tab=Visit(), state={}, said=[], bounded=0, hidden=False, linked="", read=[])

    def bounded():
        page.bounded += 1

    def keep(file_bytes, **choices):
        page.read.append((file_bytes, choices))
        if file_bytes == b"bad":
            raise ValueError("It is bad.")
        return f"table-{file_bytes.decode()}" + "".join(f";{k}={v}" for k, v in choices.items() if v)

    for module in (own_table, own_images):
        monkeypatch.setattr(module, "STATE", page.state)
        monkeypatch.setattr(module, "visit", lambda: page.tab)
        monkeypatch.setattr(module, "cache", lambda: SimpleNamespace(keep_within_bounds=bounded))
    monkeypatch.setattr(own_table.lock, "hides", lambda key: page.hidden)
    monkeypatch.setattr(own_table.lock, "text", lambda key: page.linked)
    monkeypatch.setattr(own_table, "keep_table", keep)
    monkeypatch.setattr(own_table, "show_sentence", lambda show, text, icon: page.said.append(text))
    return page


@pytest.mark.parametrize(
    ("name", "points", "left"),
    [
        ("own_table", "1,1,0", ""),
        ("own_table", KEPT, KEPT),
        ("own_table", "0" * 64, "0" * 64),
        ("own_points", KEPT, ""),
        ("own_points", "1,1,0", "1,1,0"),
        ("circles", KEPT, KEPT),  # it waits until it is wanted again
        ("circles", "1,1,0", "1,1,0"),
        ("own_table", None, None),
    ],
)
def test_a_choice_of_a_dataset_forgets_the_other_kind_of_data_alone(page, name, points, left):
    page.state |= {"name": name, "points": points}
    own_table.forget_other_data()
    assert page.state["points"] == left


def use(page, content, **choices):
    page.state["_file"] = content
    own_table._use("_file", **choices)


def test_a_file_that_is_used_is_named_in_the_link_and_one_that_is_refused_can_be_tried_again(
    page,
):
    page.state["points"] = "table-before"
    use(page, "text")
    assert (page.state["points"], page.bounded) == ("table-text", 1)
    use(page, SimpleNamespace(getvalue=lambda: b"file"))
    assert page.state["points"] == "table-file"
    use(page, None)
    assert len(page.read) == 2
    use(page, "bad")
    assert page.state["points"] == "table-file"
    assert (page.tab.refused_upload, page.tab.refused_table) == ("It is bad.", "_file")
    own_table._tell_refusal()
    own_table._tell_refusal()
    assert page.said == ["It is bad."], "once"
    use(page, "good")
    assert page.tab.refused_table == ""


def test_the_file_that_a_link_names_is_read_with_the_links_choices_unless_others_are_made(page):
    page.state["points"] = "table-one;target=kind"
    use(page, "one")
    assert page.state["points"] == "table-one;target=kind"
    use(page, "one", target="colour")
    assert page.state["points"] == "table-one;target=colour"
    use(page, "two")
    assert page.state["points"] == "table-two"


def test_an_uploaded_file_a_pasted_text_and_the_example_are_read_and_nothing_where_there_is_none(page):
    own_table._upload()
    own_table._paste()
    page.state |= {"_table_file": None, "_pasted_table": ""}
    own_table._upload()
    own_table._paste()
    assert (page.read, page.state.get("points")) == ([], None)
    page.state["_table_file"] = SimpleNamespace(getvalue=lambda: b"file")
    own_table._upload()
    assert page.state["points"] == "table-file"
    page.state["_pasted_table"] = "text"
    own_table._paste()
    assert page.state["points"] == "table-text"
    own_table._example()
    assert page.state["points"] == f"table-{page.state['_pasted_table']}"
    assert page.state["_pasted_table"].startswith("petal length")


@pytest.mark.parametrize(("content", "told"), [("one", ""), ("two", "not the one that the link asks for.")])
def test_the_file_of_a_locked_link_has_to_be_its_own(page, content, told):
    page.hidden, page.linked = True, "table-one;target=kind"
    use(page, content)
    assert page.tab.refused_upload.endswith(told)
    assert bool(page.tab.refused_upload) == bool(told)
    assert "points" not in page.state


def choose(page, **chosen):
    page.state |= {f"_table_{key}": value for key, value in chosen.items()}
    own_table._choose()


def test_choices_are_written_into_the_link_or_a_refused_file_is_tried_with_them(page, monkeypatch):
    held = []
    monkeypatch.setattr(own_table, "held_table", held.append)
    monkeypatch.setattr(own_table, "with_table_choices", lambda points, **chosen: f"{points} {chosen}")
    chosen = {"target": "kind", "missing": "median", "header": "no"}
    page.state["points"] = KEPT
    choose(page, **chosen)
    assert held == [page.state["points"]] == [f"{KEPT} {chosen}"], "it was read first"
    choose(page, target=own_table.GUESSED)
    assert page.state["points"].endswith(str(chosen | {"target": ""}))
    before = page.state["points"]

    def refuse(points):
        raise ValueError("No such column.")

    monkeypatch.setattr(own_table, "held_table", refuse)
    choose(page, target="x")
    assert (page.state["points"], page.tab.refused_upload) == (before, "No such column.")
    page.tab.refused_table, page.state["_file"] = "_file", "one"
    choose(page, target="x")
    assert page.read == [(b"one", {"target": "x", "missing": "median", "header": "no"})]


@pytest.mark.parametrize("refused", [False, True])
def test_the_choices_show_what_a_link_says_but_those_of_a_refused_file_stay(page, monkeypatch, refused):
    drawn = {}
    table = SimpleNamespace(understood=[SimpleNamespace(name=name) for name in ("a", "b")])
    monkeypatch.setattr(own_table, "_held", lambda points: table)
    monkeypatch.setattr(
        own_table, "table_choices", lambda points: {"target": "", "missing": "median", "header": "yes"}
    )
    monkeypatch.setattr(
        own_table.st, "selectbox", lambda label, options, key, **_: drawn.update({key: list(options)})
    )
    page.tab.refused_table = "_file" if refused else ""
    page.state |= {"_table_target": "mine", "_table_missing": "drop"}
    own_table._choices(KEPT)
    values = {key: page.state[f"_table_{key}"] for key in ("target", "missing", "header")}
    shown = {"target": own_table.GUESSED, "missing": "median", "header": "yes"}
    assert values == (shown | {"target": "mine", "missing": "drop"} if refused else shown)
    columns = [own_table.GUESSED, "a", "b"]
    assert drawn == {
        "_table_target": columns + ["mine"] * refused,
        "_table_missing": list(MISSING_CHOICES),
        "_table_header": list(HEADERS),
    }


@pytest.mark.parametrize(
    ("names", "guessed"),
    [
        (("a", "b"), "guessed"),
        (("guessed", "b"), "(guessed)"),
        (("guessed", "(guessed)"), "((guessed))"),
    ],
)
def test_every_column_can_be_the_class_whatever_its_name(page, monkeypatch, names, guessed):
    shown = {}
    table = SimpleNamespace(understood=[SimpleNamespace(name=name) for name in names])
    monkeypatch.setattr(own_table, "_held", lambda points: table)
    monkeypatch.setattr(
        own_table, "table_choices", lambda points: {"target": names[0], "missing": "drop", "header": "yes"}
    )
    monkeypatch.setattr(
        own_table.st,
        "selectbox",
        lambda label, options, key, format_func, **_: shown.update({key: [*map(format_func, options)]}),
    )
    own_table._choices(KEPT)
    assert page.state["_table_target"] == names[0]
    assert shown["_table_target"] == [guessed, *names]
    assert own_table._chosen()["target"] == names[0]


def test_what_was_understood_of_a_table_is_said_with_its_sizes_and_all_warnings(page, monkeypatch):
    captions = []
    table = SimpleNamespace(
        understood=[SimpleNamespace(name=n, kind="number", told="told") for n in "abc"],
        warnings=["one.", "two."],
        notes=["a note."],
        feature_names=("a", "b", "c", "c2"),
        class_names=("x", "y", "z"),
        y=[0, 0, 0, 1, 2],
    )
    monkeypatch.setattr(own_table, "_held", lambda points: table)
    monkeypatch.setattr(own_table.st, "caption", captions.append)
    monkeypatch.setattr(own_table.st, "markdown", lambda text: None)
    monkeypatch.setattr(own_table.st, "expander", lambda label: nullcontext())
    monkeypatch.setattr(own_table.baseline, "share", lambda y: y.count(0) / len(y))
    own_table._understood(KEPT)
    assert page.said == ["one.", "two."]
    assert captions[0] == (
        "5 rows, 4 inputs, 3 classes. Always guessing the most common class gets 60.0% of the rows right."
    )


@pytest.mark.parametrize(
    ("embedded", "here", "drawn"), [(True, False, []), (False, False, ["upload"]), (False, True, [])]
)
def test_a_locked_link_asks_for_its_file_where_the_server_does_not_have_it(
    page, monkeypatch, embedded, here, drawn
):
    called = []
    page.hidden, page.linked = True, KEPT
    page.tab.page, page.tab.embedded = "sweeps", {"sweeps": "asked" if embedded else None}
    monkeypatch.setattr(own_table, "_held", lambda points: "a table" if here else None)
    monkeypatch.setattr(own_table, "_upload_box", lambda: called.append("upload"))
    monkeypatch.setattr(own_table, "_understood", lambda points: None)
    assert own_table.box() == KEPT
    assert called == drawn


@pytest.mark.parametrize(
    ("points", "typed", "refused", "returned", "choices"),
    [
        (KEPT, KEPT, "", KEPT, [KEPT]),
        ("1,1,0", "1,1,0", "", "", []),  # points are no table
        ("", "", "", "", []),
        ("", "", "_file", "", [""]),
        (KEPT, "0" * 64, "", "0" * 64, [KEPT]),
    ],
)
def test_the_box_returns_a_table_alone_and_has_choices_where_there_is_one_or_one_was_refused(
    page, monkeypatch, points, typed, refused, returned, choices
):
    called = []
    page.tab.refused_table = refused
    page.state["points"] = points
    column = SimpleNamespace(button=lambda *_, **__: None)
    elements = SimpleNamespace(
        expander=lambda label: nullcontext(),
        text_area=lambda *_, key, **__: typed if key == "points" else None,
        columns=lambda n: (column, column),
        query_params={},
    )
    monkeypatch.setattr(own_table, "st", elements)
    monkeypatch.setattr(own_table, "_upload_box", lambda: None)
    monkeypatch.setattr(own_table, "_choices", called.append)
    monkeypatch.setattr(own_table, "_understood", lambda points: None)
    assert own_table.box() == returned
    assert called == choices


# ---- images


@pytest.fixture
def images(page, monkeypatch):
    """The page with a server that has the images "here"; `drawn` are its boxes."""
    page.drawn, page.typed = [], ""

    def held(digest):
        if digest != "here":
            raise ValueError("They are not here.")
        return SimpleNamespace(understood=["as greys."])

    monkeypatch.setattr(own_images, "held_images", held)
    monkeypatch.setattr(own_images.st, "file_uploader", lambda *_, **__: page.drawn.append("upload"))
    monkeypatch.setattr(own_images.st, "caption", page.said.append)
    monkeypatch.setattr(
        own_images.st, "text_input", lambda *_, **__: page.drawn.append("fingerprint") or page.typed
    )
    return page


@pytest.mark.parametrize(
    ("typed", "returned", "said"), [("here", "here", 1), ("gone", "gone", 0), (None, "", 0)]
)
def test_images_are_named_by_their_fingerprint_and_told_of_where_they_are_here(images, typed, returned, said):
    images.typed, images.tab.refused_upload, problems = typed, "It is bad.", []
    assert own_images.upload_box(problems) == returned
    assert problems == ["It is bad."]
    assert own_images.upload_box(problems) == returned
    assert problems == ["It is bad."], "once"
    assert images.drawn == ["upload", "fingerprint"] * 2
    assert len(images.said) == 2 * said


@pytest.mark.parametrize(
    ("linked", "uploaded", "drawn", "told"),
    [
        ("here", None, [], 0),
        ("gone", None, ["upload"], 0),
        ("gone", "gone", ["upload"], 0),
        ("gone", "other", ["upload"], 1),
    ],
)
def test_a_locked_link_to_images_asks_for_its_own_file(images, linked, uploaded, drawn, told):
    images.hidden, images.linked, problems = True, linked, []
    if uploaded:
        images.state["points"] = uploaded
    assert own_images.upload_box(problems) == linked
    assert images.drawn == drawn
    assert problems == ["The uploaded file is not the one that the link asks for."] * told


def test_uploaded_images_replace_those_before_unless_they_cannot_be_read(images, monkeypatch):
    def keep(content):
        if content == b"bad":
            raise ValueError("It is bad.")
        return content.decode()

    monkeypatch.setattr(own_images, "keep_images", keep)
    for content, points, refused in (
        (b"one", "one", ""),
        (b"bad", "one", "It is bad."),
        (b"two", "two", "It is bad."),
    ):
        images.state["_upload"] = SimpleNamespace(getvalue=lambda content=content: content)
        own_images._keep_upload()
        assert (images.state["points"], images.tab.refused_upload) == (points, refused)
    images.state["_upload"] = None
    own_images._keep_upload()
    assert (images.state["points"], images.bounded) == ("two", 2)


@pytest.mark.parametrize(
    ("draw", "read"),
    [(lambda: own_images.upload_box([]), "_keep_upload"), (own_table._upload_box, "_upload")],
    ids=["images", "table"],
)
def test_a_file_is_read_as_soon_as_it_is_uploaded(images, monkeypatch, draw, read):
    callbacks = []
    for module in (own_images, own_table):
        monkeypatch.setattr(
            module.st, "file_uploader", lambda *_, on_change, **__: callbacks.append(on_change)
        )
    draw()
    assert [one.__name__ for one in callbacks] == [read]
