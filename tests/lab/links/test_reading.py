"""Texts as values: bounded numbers, decimal commas refused with both readings, lists of every old link."""

import re
from urllib.parse import quote

import pytest

from lab.links import reader, reading
from lab.links.experiment import Experiment, upgraded
from lab.links.reading import (
    MOST_DIGITS,
    OverLimit,
    Unusable,
    field_text,
    parse_field,
    quoted,
    rate_in_words,
    sentence_of,
)
from lab.links.sweep_plan import parse_axis
from mlp import TrainConfig
from mlp.config import NotAllowed
from mlp.sweep import Between, Values, random_search

DIGITS = "9" * 2500
TWO_WAYS = ", which can be read in two ways; allowed: "
COMMAS = {  # what is typed: (None, the value) or (the sentence after the quoted text, None)
    "0,001": f"{TWO_WAYS}0.001 for one penalty, or 0;1 for 0 on layer 1 and 1 on layer 2.",
    " 0 , 1": f"{TWO_WAYS}0.1 for one penalty, or 0;1 for 0 on layer 1 and 1 on layer 2.",
    "0,1e-05": f"{TWO_WAYS}1e-06 for one penalty, or 0;1e-05 for 0 on layer 1 and 1e-05 on layer 2.",
    "0,001,0,01": f"{TWO_WAYS}0.001;0.01 for 0.001 on layer 1 and 0.01 on layer 2, or 0;1;0;1 for 4 layers.",
    "0.5,0,1": f"{TWO_WAYS}0.5;0.1 for 0.5 on layer 1 and 0.1 on layer 2, or 0.5;0;1 for 0.5 on layer 1, "
    "0 on layer 2 and 1 on layer 3.",
    ",5": "; allowed: a decimal point, as in .5.",
    "0;0,1": "; allowed: decimal points, as in 0;0.1.",
}


@pytest.mark.parametrize("text", COMMAS)
def test_a_comma_that_may_be_a_decimal_one_is_refused_with_its_readings_written_out(text):
    with pytest.raises(ValueError, match="allowed") as refusal:
        parse_field("l1", text)
    assert str(refusal.value) == f"l1 is {text.strip()!r}{COMMAS[text]}"


def test_a_list_with_one_reading_is_read_and_written_with_semicolons():
    read = {"0,0.5": (0.0, 0.5), "1e-3, 2": (0.001, 2.0), " 0 ; .001 ;3e-1": (0.0, 0.001, 0.3), ".001": 0.001}
    assert [parse_field("l2", text) for text in read] == list(read.values())
    assert [field_text(value) for value in read.values()] == ["0;0.5", "0.001;2", "0;0.001;0.3", "0.001"]


def test_the_sentence_about_a_long_list_is_short():
    for text in ("0,0,0,1," * 300 + "1", "0," * 50_000 + "1"):
        with pytest.raises(ValueError, match="two ways") as refusal:
            parse_field("l2", text)
        assert len(str(refusal.value)) < 400


@pytest.mark.parametrize(
    ("read", "name", "text", "pointed"),
    [
        (parse_field, "learning_rate", "0,1", "a decimal point, as in 0.1."),
        (parse_field, "momentum", ",9", "a decimal point, as in .9."),
        (parse_field, "init_scale", "1,5e-3", "a decimal point, as in 1.5e-3."),
        (parse_axis, "learning_rate", "0,1 to 1 log", "decimal points, as in 0.1 to 1 log."),
        (parse_axis, "learning_rate", "0.1 to 0,5", "decimal points, as in 0.1 to 0.5."),
        (parse_axis, "learning_rate", "0,001 / 0,01", "a decimal point, as in 0.001."),
    ],
)
def test_a_decimal_comma_is_answered_with_the_number_and_its_point(read, name, text, pointed):
    with pytest.raises(ValueError, match=f"{name} is '.*'; allowed: ") as refusal:
        read(name, text)
    assert str(refusal.value).endswith(f"allowed: {pointed}")


PIECES = {  # what is typed: its value as a link has it
    "0.1@0;0.01@30": "0.1@0;0.01@30",
    " .1 @ 0 ; 1e-2@30;3@31": "0.1@0;0.01@30;3@31",
    "0.5@0": "0.5",
    "0.1@0;0.1@5": "0.1@0;0.1@5",
}
REFUSED_PIECES = {  # what is typed: what is allowed
    "0,1@0;0,01@30": "decimal points, as in 0.1@0;0.01@30.",
    "0,1@0": "decimal points, as in 0.1@0.",
    "0.1@0,0.01@30": 'rates with the epochs .* separated by semicolons, such as "0.1@0;0.01@30".',
    "0.1@0;0.01": "rates with the epochs .*",
    "0.1@0;": "rates with the epochs .*",
    "@": "rates with the epochs .*",
    "0.1@0;0.01@3.5": "rates with the epochs .*",
    "0.1@0;0.01@" + "9" * 19: "rates with the epochs .*",
    "0.1@1": "a finite number .* the first of them 0 and each later than the one before.",
    "0.1@0;0.01@30;0.1@20": "a finite number .*",
    "0.1@0;0@30": "a finite number .*",
    "0.1@0;-1@30": "a finite number .*",
    "0.1@0;1e999@30": "a finite number .*",
    ";".join(f"0.1@{epoch}" for epoch in range(21)): "a finite number greater than 0, or up to 20 of them .*",
}


@pytest.mark.parametrize("text", PIECES)
def test_a_learning_rate_that_changes_is_read_and_written(text):
    value = parse_field("learning_rate", text)
    assert field_text(value) == PIECES[text]
    assert parse_field("learning_rate", PIECES[text]) == value
    assert TrainConfig(learning_rate=value).learning_rate == value
    assert Experiment.from_query({"learning_rate": text}).to_query()["learning_rate"] == PIECES[text]


@pytest.mark.parametrize("text", REFUSED_PIECES)
def test_one_that_cannot_be_read_is_refused_in_a_sentence_that_quotes_it(text):
    with pytest.raises(Unusable, match=rf"allowed: {REFUSED_PIECES[text]}$") as refusal:
        parse_field("learning_rate", text)
    assert str(refusal.value).startswith(f"learning_rate is {quoted(text)}; ")
    with pytest.raises(Unusable, match=r"^learning_rate is "):
        parse_axis("learning_rate", f"0.1 / {text}")
    with pytest.raises(Unusable, match=r"^learning_rate is "):
        reader.read(f"mode=Compare&compare=learning_rate&values={quote(f'{text} / 0.1')}")


def test_only_the_learning_rate_can_change():
    for name in ("momentum", "learning_rate_min", "epochs", "l1"):
        with pytest.raises(ValueError, match=f"^{name} is '0.1@0;0.01@30'; allowed: "):
            parse_field(name, "0.1@0;0.01@30")


def test_a_learning_rate_is_told_in_words():
    told = ["0.1", "0.1, from epoch 30 on 0.01", "1, from epoch 2 on 0.5, from epoch 1,000 on 0.001"]
    rates = [0.1, ((0.1, 0), (0.01, 30)), ((1.0, 0), (0.5, 2), (0.001, 1000))]
    assert list(map(rate_in_words, rates)) == told


def test_decimal_commas_among_the_values_of_a_comparison_train_nothing_else():
    link = "mode=Compare&compare=l2&values=0 / 0,1 / 0,5"
    with pytest.raises(ValueError, match=r"^l2 is '0,1', which can be read in two ways"):
        reader.read(link)
    with pytest.raises(ValueError, match=r"^l2 is '0,1'"):
        reader.read("http://lab/sweeps?axis1=l2&axis2=–&values1=0 / 0,1 / 0,5")
    assert parse_axis("l2", "0 / 0;1 / 0.5") == Values((0.0, (0.0, 1.0), 0.5))


def test_a_link_with_a_version_keeps_the_lists_that_share_wrote_with_commas():
    train = reader.read("v=1&l1=0,0&l2=0,001").experiment.train
    assert (train.l1, train.l2) == ((0.0, 0.0), (0.0, 1.0))
    compared = reader.read("v=1&mode=Compare&compare=l1+and+l2&values=0,1+/+0.5")
    assert [group.configs[0].l2 for group in compared.groups[:2]] == [(0.0, 1.0), 0.5]
    swept = reader.read("http://lab/sweeps?v=1&hidden_layer_sizes=4&axis1=–&axis3=l1&values2=0,1&values3=0,2")
    assert [(g.configs[0].l2, g.configs[0].l1) for g in swept.groups] == [((0.0, 1.0), (0.0, 2.0))]
    layers = reader.read("http://lab/sweeps?v=1&axis1=–&axis2=hidden_layer_sizes&values2=8,4+/+8,8").groups
    assert [g.configs[0].hidden_layer_sizes for g in layers] == [(8, 4), (8, 8)], "they are no penalties"
    with pytest.raises(ValueError, match="two ways"):
        reader.read("l2=0,001")


def test_what_share_writes_today_reads_the_same_with_its_version_and_without():
    experiment = Experiment.from_query({"l2": "0;1", "l1": "0;0.5"})
    query = experiment.to_query()
    assert (query["l2"], query["l1"]) == ("0;1", "0;0.5")
    assert upgraded(query) == query
    assert Experiment.from_query({k: v for k, v in query.items() if k != "v"}) == experiment


@pytest.mark.parametrize("name", ["batch_size", "n_samples"])
def test_a_whole_number_has_at_most_eighteen_digits(name):
    allowed = dict.fromkeys((DIGITS, "1" * 19), "whole numbers of up to 18 digits")
    allowed |= dict.fromkeys(("1e5", "1.0", "٣", "1_0", "1,000"), "a whole number, such as [0-9]+")
    for text, words in allowed.items():
        with pytest.raises(ValueError, match=f"^{name} is .*; allowed: {words}\\.$") as refusal:
            parse_field(name, text)
        assert len(str(refusal.value)) < 200
    assert parse_field(name, "007") == 7
    assert parse_field(name, "9" * 18) == 10**18 - 1


@pytest.mark.parametrize("name", ["use_bias", "shuffle", "stratified"])
def test_a_digit_is_no_switch(name):
    for text in ("0", "1", "1" * 19):
        with pytest.raises(ValueError, match=f"^{name} is '{text}'; allowed: true or false, such as "):
            parse_field(name, text)


def test_hidden_layers_are_read():
    texts = ["none", " 8, 4 ", " 4 , 8 x 2 ", "64×3", "2x2-3x1", "999999999,8x2", "1x1000"]
    sizes = [(), (8, 4), (4, 8, 8), (64, 64, 64), (2, 2, 3), (999_999_999, 8, 8), (1,) * 1000]
    assert [parse_field("hidden_layer_sizes", text) for text in texts] == sizes


def test_many_equal_layers_are_written_as_a_product_and_few_as_they_are():
    assert [field_text(sizes) for sizes in ((8,) * 4, (8,) * 3, (8, 8, 8, 4))] == ["8x4", "8,8,8", "8,8,8,4"]


@pytest.mark.parametrize(
    "text", ["8x0", "x3", "8x", "8x2x2", "8xtwo", "8x2.5", "8*3", "8,,8", "1_6", "8x1_0", "٣", "8x٣"]
)
def test_hidden_layers_that_are_none_are_refused_in_a_sentence(text):
    with pytest.raises(Unusable, match=r"^hidden_layer_sizes is .*; allowed: whole numbers .*\.$"):
        parse_field("hidden_layer_sizes", text)


@pytest.mark.parametrize(
    "text",
    [f"8,{DIGITS}", f"8x{DIGITS}", "8x99999999999", "1234567890", "8x1001", "8x600,8x401", "2," * 1000 + "2"],
)
def test_hidden_layers_beyond_all_bounds_are_over_a_limit(text):
    with pytest.raises(OverLimit, match=r"^hidden_layer_sizes is '.*'; allowed: .*\.$") as refusal:
        parse_field("hidden_layer_sizes", text)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("field", "text", "found"),
    [
        ("noise", "0 to 3", "The range of noise ends at 3; allowed: numbers from 0 to 1."),
        ("learning_rate", "0 to 1", "learning_rate is 0.0; allowed: a finite number greater than 0."),
        (
            "activation",
            "relu to tanh",
            "The range of activation is 'relu to tanh'; allowed: values separated by /, not a range.",
        ),
    ],
)
def test_the_sentence_about_a_range_says_what_the_field_takes(field, text, found):
    with pytest.raises(ValueError, match=re.escape(found)):
        parse_axis(field, text)


def test_a_range_of_the_widest_whole_numbers_can_be_drawn_from():
    axis = parse_axis("batch_size", "1 to 999999999999999999")
    assert axis == Between(1.0, 1e18, False, True)
    drawn = [row["batch_size"] for row in random_search({"batch_size": axis}, 20)]
    assert all(TrainConfig(batch_size=size).batch_size == size for size in drawn)


def test_a_long_text_is_quoted_with_its_end():
    text = "8," * 100 + "eight"
    assert quoted(text) == f"'{text[:40]}…{text[-20:]}'"
    assert quoted("x" * 60) == f"'{'x' * 60}'"


@pytest.mark.parametrize(("text", "value"), [("true", True), (" TRUE ", True), ("False", False)])
def test_a_flag_is_true_or_false_in_any_capitals(text, value):
    assert reading.flag(text) is value


@pytest.mark.parametrize("text", ["", "1", "yes", "truefalse"])
def test_another_text_is_no_flag(text):
    with pytest.raises(ValueError, match=f"^'{text}' is neither true nor false\\.$"):
        reading.flag(text)


@pytest.mark.parametrize("digits", [1, MOST_DIGITS])
def test_a_whole_number_has_up_to_so_many_digits_besides_leading_zeros(digits):
    assert reading.whole(f" +00{'9' * digits} ") == 10**digits - 1
    with pytest.raises(ValueError, match=f"is not a whole number of up to {MOST_DIGITS} digits"):
        reading.whole("9" * (MOST_DIGITS + 1))


@pytest.mark.parametrize("text", ["1_0", "٣", "0x10", "1e", ".", "nan", "inf", "1,5", "1 0", ""])
def test_a_number_has_the_digits_0_to_9_and_a_point_alone(text):
    with pytest.raises(ValueError, match=f"^'{re.escape(text)}' is not a number\\.$"):
        reading.number(text)


@pytest.mark.parametrize(
    ("text", "value"), [("0.3", 0.3), (".3", 0.3), ("3.", 3.0), (" +3e-1 ", 0.3), ("-2E+2", -200.0)]
)
def test_a_number_is_read_in_every_form_of_it(text, value):
    assert reading.number(text) == value


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"l2": (0.0, 0.1), "hidden_layer_sizes": (4, 4, 4)},
            "l2 is 0;0.1; allowed: one number, or one per layer: 4.",
        ),
        ({"l1": (0.5, 1.0), "hidden_layer_sizes": ()}, "l1 is 0.5;1; allowed: one number."),
        ({"l1": -1.0}, "l1 is -1.0; allowed: "),
    ],
)
def test_a_tuple_that_is_not_allowed_is_shown_as_it_is_typed(values, sentence):
    with pytest.raises(NotAllowed) as refusal:
        TrainConfig(**values)
    assert sentence_of(refusal.value).startswith(sentence)
