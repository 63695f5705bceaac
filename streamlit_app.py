"""Backprop Lab: the multilayer perceptron, explained on a network that runs in front of you."""

import streamlit as st

from ui import shell

if __name__ == "__main__":  # a worker process of a sweep imports this file too, and should draw nothing
    page = shell.navigation()
    st.set_page_config(page_title="Backprop Lab", page_icon=shell.ICON, layout="wide")
    page.run()
