"""The very first request of a server, by a pasted link."""

import re

from browsing import PATH, SMALL, map_chart, query, serving, visit
from playwright.sync_api import expect


def test_a_pasted_link_is_a_servers_first_request(page):
    with serving() as address:
        visit(page, f"{address}{PATH}?noise=0.05&{SMALL}")
        expect(page).to_have_title(re.compile("Decision boundaries|Backprop Lab"))
        expect(page.get_by_role("link", name="Home")).to_be_visible()
        expect(map_chart(page)).to_have_attribute("aria-label", re.compile("Network 1 after epoch 3"))
        asked = {"n_samples": "120", "epochs": "3", "seeds": "2", "hidden_layer_sizes": "4"}
        assert query(page) == asked | {"noise": "0.05"}
