"""The parameters of a link: the unknown are named, and what a mail or a text adds to a link is undone."""

import pytest

from lab.links import parameters, reader
from lab.questions.rooms import rooms
from ui.instructors import one_question

LAB = "http://lab.example"


def test_texts_of_whole_numbers_and_flags_are_written_as_their_widgets_write_them():
    texts = {
        "seeds": " 02 ",
        "hunt": "007",
        "K": "",
        "train": " TRUE",
        "predict": "False",
        "mode": " Compare ",
    }
    written = [parameters.canonical(name, text) for name, text in texts.items()]
    assert written == ["2", "7", "", "true", "false", "Compare"]
    for name, text in {"seeds": "1e1", "epoch": "one", "predict": "1"}.items():
        with pytest.raises(ValueError, match="is n"):
            parameters.canonical(name, text)


def test_every_link_of_the_lab_has_parameters_that_its_page_knows():
    for room in rooms():
        page = room.page
        for preset in room.questions:
            for left_open in (None, ["noise"]):
                assert parameters.unknown(page, one_question.assignment(room, preset, left_open)) is None
    assert parameters.unknown("derivation", {"init_seed": "3"}) is None
    assert parameters.unknown("", {"played": "", "step": "1", "sets": "zeros", "epoch": "1"}) is None
    campaign = ("embed", "embed_options", "utm_source")
    assert parameters.unknown("decision_boundary", dict.fromkeys(campaign, "1")) is None


UNKNOWN = {
    "learning_rat=0.2": "a parameter that is unknown here: 'learning_rat' (did you mean learning_rate?).",
    "NAME=moons": "a parameter that is unknown here: 'NAME' (did you mean name?).",
    "noise=0.2&zzz=1": "a parameter that is unknown here: 'zzz'.",
    "Noise=1&zzz=1": "parameters that are unknown here: 'Noise' (did you mean noise?), 'zzz'.",
    "zz=&yy=&xx=&ww=": "parameters that are unknown here: 'zz', 'yy', 'xx' and 1 more.",
    "zz=&yy=&xx=&ww=&vv=": "parameters that are unknown here: 'zz', 'yy', 'xx' and 2 more.",
    f"{LAB}/derivation?activation=relu&noise=0.2": "a parameter that is unknown here: 'noise'.",
    f"{LAB}/bug_lab?axis1=noise": "a parameter that is unknown here: 'axis1'.",
    f"noise=0.2&{'x' * 300}=1": f"a parameter that is unknown here: '{'x' * 40}…{'x' * 20}'.",
}


@pytest.mark.parametrize("link", UNKNOWN, ids=lambda link: link[:40])
def test_a_parameter_that_is_not_understood_is_named_with_the_nearest_that_is(link):
    with pytest.raises(ValueError, match="unknown") as refusal:
        reader.read(link)
    assert str(refusal.value) == f"The link has {UNKNOWN[link]}"


@pytest.mark.parametrize("link", ["noise=0.2#epochs=3", f"{LAB}/decision_boundary?noise=0.2#what-now"])
def test_what_stands_after_a_hash_is_named(link):
    with pytest.raises(ValueError, match=r"^The link ends with '#.*', which no page reads; allowed: .*\.$"):
        reader.read(link)


PASTED = [
    "noise=0.2&epochs=3.",
    f"({LAB}/decision_boundary?noise=0.2&epochs=3).",
    f"<{LAB}/decision_boundary?noise=0.2&epochs=3>",
    f"[{LAB}/decision_boundary?noise=0.2&epochs=3]",
    f"“{LAB}/decision_boundary?noise=0.2&epochs=3”,",
    f"'{LAB}/decision_boundary?noise=0.2&epochs=3'",
    "noise=0.2&epochs=3%3E%2C",
    "noise=0.2&amp;amp;epochs=3",
    "epochs=2&noise=0.1&epochs=3&noise=0.2",
    "noise=+.2+&epochs=%2B003",
]


@pytest.mark.parametrize("link", PASTED)
def test_what_a_text_adds_to_a_link_is_undone(link):
    experiment = reader.read(link).experiment
    assert (experiment.data.noise, experiment.train.epochs) == (0.2, 3)


def test_at_most_twenty_signs_after_a_link_are_dropped():
    assert parameters.unpunctuated("0.2" + "!" * 20) == "0.2"
    assert parameters.unpunctuated("0.2" + "." * 21) == "0.2."


@pytest.mark.parametrize(
    "link",
    [
        "abc",
        " abc. ",
        "https://x.org/assignment?tasks=abc",
        "https://x.org/assignment?tasks=abc&class=K7MXPA",
        "(https://x.org/assignment?tasks=abc).",
        "https://x.org/assignment?tasks=abc#top",
    ],
)
def test_a_parameter_is_found_in_whatever_is_pasted(link):
    assert parameters.parameter_of(link, "tasks") == "abc"


def test_brackets_of_a_text_stay_and_lists_keep_every_entry_and_the_rest_its_last():
    assert parameters.tidy([("lock", "<b>x</b>")]) == {"lock": ["<b>x</b>"]}
    assert parameters.tidy([("bug", "f(x)).")]) == {"bug": ["f(x)"]}
    assert parameters.tidy([("noise", ")")]) == {"noise": [")"]}, "nothing would be left"
    pairs = [("sets", "a"), ("noise", "1."), ("sets", "b"), ("noise", "2."), ("open", "l1")]
    assert parameters.tidy(pairs) == {"sets": ["a", "b"], "noise": ["2."], "open": ["l1"]}


def test_a_parameter_is_as_long_as_all_its_texts_together():
    assert parameters.too_long({"bug": ["x" * 100_000], "open": ["x" * 50_000] * 2}) == []
    (first, second) = parameters.too_long(
        {"bug": ["x" * 100_001], "noise": ["1"], "open": ["x" * 50_001] * 2}
    )
    assert [(one.field, one.value) for one in (first, second)] == [("bug", 100_001), ("open", 100_002)]
    assert str(second) == "'open' has 100,002 characters; allowed: up to 100,000."


def test_three_unknown_parameters_are_all_named():
    refusal = parameters.unknown("decision_boundary", ["zz", "noise", "yy", "xx"])
    assert str(refusal) == "The link has parameters that are unknown here: 'zz', 'yy', 'xx'."
    assert refusal.value == ["zz", "yy", "xx"]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"embed": ["true"], "view": ["map"]}, []),
        ({"embed": ["TRUE"], "view": ["chart"]}, ["view"]),
        ({"embed": ["false", "true"], "view": ["chart"]}, ["view"]),
        ({"embed": ["false"], "view": ["chart"]}, []),
        ({"view": ["chart"]}, []),
        (
            {"v": ["1", "3"], "noises": ["1"], "embed": ["true"], "view": ["chart"]},
            ["v", "parameters", "view"],
        ),
    ],
)
def test_the_view_is_examined_where_a_link_is_embedded(query, fields):
    assert [problem.field for problem in parameters.problems("decision_boundary", query)] == fields
