"""What of a data frame is sent to the browser."""

import pandas as pd
import pyarrow as pa

from ui.frame.sent import tables

SPEC = {
    "encoding": {"x": {"field": "mean\\.loss"}, "color": {"field": "split"}, "y": {"field": "η"}},
    "transform": [{"filter": "datum.epoch == 3"}, {"calculate": "datum.loss_now + 1", "as": "level"}],
}
SPLITS = ["train", "test", "train", "train"]
FRAME = pd.DataFrame(
    {
        "mean.loss": [0.5, 0.25, 0.125, 0.0],
        "split": SPLITS,
        "η": [1, 2, 3, 4],
        "epoch": [3, 3, 3, 3],
        "loss": [9.0, 9.0, 9.0, 9.0],
        "spl": SPLITS,
    },
    index=[7, 3, 5, 1],
)


def test_only_the_columns_that_a_chart_names_are_sent_and_their_values_are_the_frames():
    (table,) = tables({"frame_0": FRAME}, SPEC).values()
    assert table.column_names == ["mean.loss", "split", "η", "epoch"], "neither an index nor parts of words"
    for name in table.column_names:
        assert table[name].to_pylist() == FRAME[name].tolist()


def test_texts_that_repeat_are_sent_once_and_others_as_they_are():
    frame = FRAME.assign(**{"mean.loss": ["a", "b", "c", None], "η": ["p", "q", "r", "s"]})
    table = tables({"frame_0": frame}, SPEC)["frame_0"]
    assert pa.types.is_dictionary(table.schema.field("split").type)
    assert sorted(table["split"].chunk(0).dictionary.to_pylist()) == ["test", "train"]
    assert not pa.types.is_dictionary(table.schema.field("mean.loss").type)
    assert table["mean.loss"].to_pylist() == ["a", "b", "c", None]
    assert table["η"].to_pylist() == ["p", "q", "r", "s"]
    empty = tables({"frame_0": frame[:0]}, SPEC)["frame_0"]
    assert (empty.num_rows, empty.column_names) == (0, ["mean.loss", "split", "η", "epoch"])
