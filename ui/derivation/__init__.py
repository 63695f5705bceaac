"""The parts of the derivation page: its sidebar, a step in three columns, its questions, its pictures."""
