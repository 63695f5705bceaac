"""A table in a report: its numbers as the page writes them, and its shades, from what the page sends."""

from streamlit.proto.Element_pb2 import Element
from streamlit.testing.v1 import AppTest

from ui.report import document, recorder


def rows(draw):
    """The rows of a report's tables, as the HTML of their cells, from a function that draws the tables."""
    app = AppTest.from_function(draw, default_timeout=60).run()
    assert not app.exception
    recorded = {}
    for place, drawn in enumerate(app.main.children.values()):
        recorded[0, place] = Element(**{drawn.proto.DESCRIPTOR.name.lower(): drawn.proto})
    written = [document._table(*part.content) for part in recorder.parts(recorded)]
    assert len(written) == len(recorded)
    return [row.partition("</tr>")[0] for html in written for row in html.split("<tr>")[2:]]


def test_the_rows_that_a_page_shades_are_shaded_in_its_report_in_the_columns_that_it_shows():
    def draw():
        import pandas as pd
        import streamlit as st

        frame = pd.DataFrame({"hidden": [1, 2, 3], "b": ["x", "y", "z"], "a": [10, 20, 30]})
        shaded = frame.style.apply(
            lambda row: ["background-color: rgba(128, 128, 128, 0.22)" * (row["a"] > 15)] * 3, axis=1
        )
        columns = {"hidden": None, "a": st.column_config.NumberColumn("first")}
        st.dataframe(shaded, hide_index=True, column_config=columns, column_order=("hidden", "a", "b"))

    shade = '<td style="background-color: rgba(128, 128, 128, 0.22)">'
    assert rows(draw) == [
        "<td>10</td><td>x</td>",
        f"{shade}20</td>{shade}y</td>",
        f"{shade}30</td>{shade}z</td>",
    ]


def test_a_marked_word_of_a_table_keeps_its_colour_and_no_other_declaration_gets_into_the_file():
    def draw():
        import pandas as pd
        import streamlit as st

        looks = {
            "found": "color: #b3261e; font-weight: 600",
            "unsafe": "background-color: url(//x); position: fixed; color: red",
            "half": "background-color: rgba(1, 2, 3, 0.5) url(//x); color: #123",
        }
        frame = pd.DataFrame({"test": ["t", "u", "v"], "verdict": list(looks)}).set_index("test")
        st.table(frame.style.map(looks.get))

    found, unsafe, half = rows(draw)
    assert found == '<td>t</td><td style="color: #b3261e; font-weight: 600">found</td>'
    assert unsafe == "<td>u</td><td>unsafe</td>"
    assert half == '<td>v</td><td style="color: #123">half</td>'


def test_numbers_have_the_format_of_their_column_or_of_the_styler_and_truths_are_words():
    def draw():
        import pandas as pd
        import streamlit as st

        number = st.column_config.NumberColumn
        frame = pd.DataFrame(
            {
                "analytic": [0.0123456789012, None],
                "numeric": [0.0123456789142, -2.0],
                "accuracy": [0.966667, float("nan")],
                "kink": [True, False],
                "other": [1.23456789, 2.0],
                "n": [3, 4],
            }
        )
        exact, percent = number(format="%.8e"), number("shown", format="percent")
        config = {"analytic": exact, "numeric": exact, "accuracy": percent, "n": number(format="plain")}
        st.dataframe(frame, hide_index=True, column_config=config)
        styled = frame[["other", "kink", "accuracy"]].style
        styled = styled.format({"other": "{:.4g}".format, "accuracy": "{:.1f}".format})
        st.dataframe(styled, hide_index=True, column_config={"accuracy": percent})

    assert rows(draw) == [
        "<td>1.23456789e-02</td><td>1.23456789e-02</td><td>96.67%</td><td>yes</td><td>1.23457</td><td>3</td>",
        "<td></td><td>-2.00000000e+00</td><td></td><td>no</td><td>2</td><td>4</td>",
        "<td>1.235</td><td>yes</td><td>96.67%</td>",
        "<td>2</td><td>no</td><td></td>",
    ]
