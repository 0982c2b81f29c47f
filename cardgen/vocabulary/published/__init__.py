"""Data alone, as it was published; written by `docs/vocabulary.py`, never by hand."""
