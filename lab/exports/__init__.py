"""What a visitor takes home: a script, a notebook and a homework that need NumPy alone, and weights."""
