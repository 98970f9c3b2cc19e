"""Hostile traffic, on demand: ``python -m hostile.fuzz``, ``.flood`` and ``.slow``, from the folder tests."""
