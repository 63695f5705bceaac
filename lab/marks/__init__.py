"""Marks for hand-ins: the engine marks every answer again; nothing in a hand-in is trusted."""
