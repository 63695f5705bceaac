"""The chart of a class's answers: a bar per answer and round, with its number."""

import pandas as pd
import pytest
from start_charts import marked, rows_of, specification

from ui.charts import class_answers


@pytest.mark.parametrize("rounds", [["first"], ["first", "second"]])
def test_every_answer_of_every_round_has_a_bar_and_its_number_in_the_order_of_the_answers(rounds):
    rows = [(answer, one, count) for one in rounds for count, answer in enumerate(("yes", "no"), start=2)]
    frame = pd.DataFrame(rows, columns=["answer", "round", "count"])
    spec = specification(class_answers.distribution(frame, ["yes", "no"], "A title"))
    (bars,), (numbers,) = marked(spec, "bar"), marked(spec, "text")
    assert rows_of(spec, bars) == frame.to_dict("records")
    for layer in (bars, numbers):
        assert layer["encoding"]["y"]["sort"] == ["yes", "no"]
        assert layer["encoding"]["x"]["scale"]["domain"] == [0, 3]
    assert numbers["encoding"]["text"]["field"] == "count"
    assert (bars["encoding"]["color"]["legend"] is None) == (len(rounds) == 1)
