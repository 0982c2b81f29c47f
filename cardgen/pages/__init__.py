"""What a browser shows, as strings: the look that the local hub and the preview share, and the preview's pages.

Values in, HTML out. Cards are hostile input here: `markdown` makes them harmless, and `frame.policy` is there for
the case that it did not.
"""
