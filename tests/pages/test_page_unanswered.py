"""Check without an answer says that one is missing, until the visitor goes on to another step."""

from visiting import opened, press, sentences


def test_the_sentence_does_not_come_back_with_the_step():
    app = opened("pages/derivation.py", {"step": "hidden_activation"})
    title = app.subheader[0].value
    assert not any(one.endswith(" first.") for one in sentences(app))
    app = press(app, "Check")
    said = [one for one in sentences(app) if one.endswith(" first.")]
    assert len(said) == 1
    following = next(one.label for one in app.button if one.label.startswith("Next: "))
    app = press(app, following)
    assert app.subheader[0].value == following.removeprefix("Next: ")
    app = press(app, f"Back: {title}")
    assert not set(said) & set(sentences(app))
