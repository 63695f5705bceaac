"""The parts of the derivation page: the sidebar, a step in three columns, its questions, its charts."""
