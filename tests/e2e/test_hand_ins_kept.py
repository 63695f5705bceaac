"""What two tabs of one browser store of the same assignment."""

import base64
import contextlib
import pathlib

import ui.kept.hand_ins

SOURCE = pathlib.Path(ui.kept.hand_ins.__file__).with_suffix(".js").read_bytes()
MODULE = f"data:text/javascript;base64,{base64.b64encode(SOURCE).decode()}"
START = """async module => {
    window.sent = [];
    const draw = (await import(module)).default;
    window.drawn = data => draw({ data, setTriggerValue: (_, code) => sent.push(code) });
}"""
STORED = "localStorage.getItem('backprop-lab-hand-in-x')"


class Tab:
    """A page of the lab's address with the component's script alone."""

    def __init__(self, page, address):
        self.page = page
        page.goto(f"{address}/_stcore/health")
        page.evaluate(START, MODULE)

    def draw(self, code, *, forget=False):
        """Draw the component, and return the codes sent to the server so far and the one that is stored."""
        self.page.evaluate("data => drawn(data)", {"of": "x", "code": code, "forget": forget})
        return self.page.evaluate("sent"), self.page.evaluate(STORED)


def test_a_tab_sends_what_the_other_has_stored_before_it_replaces_it(page, address):
    with contextlib.closing(page.context.new_page()) as other:
        here, there = Tab(page, address), Tab(other, address)
        assert here.draw("") == ([], None)
        assert here.draw("first") == ([], "first")
        assert there.draw("") == (["first"], "first"), "a new visit goes on with it"
        assert there.draw("first and second") == (["first"], "first and second")
        assert here.draw("first and third") == (["first and second"], "first and second")
        assert here.draw("all three") == (["first and second"], "all three")
        assert here.draw("all three") == (["first and second"], "all three")
        assert there.draw("first and second") == (["first", "all three"], "all three")
        assert there.draw("all three") == (["first", "all three"], "all three")
        assert here.draw("", forget=True)[1] is None
        assert there.draw("all three") == (["first", "all three"], "all three")
