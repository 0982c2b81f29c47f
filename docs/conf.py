"""The site of the docs: `sphinx-build -W docs site`."""

from __future__ import annotations

from cardgen import __version__

project = "cardgen"
release = __version__
copyright = "the cardgen authors, Apache-2.0"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
html_theme = "pydata_sphinx_theme"
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False}
html_title = "cardgen"
html_show_sourcelink = False
myst_heading_anchors = 4
# Links to files beside docs/ lead nowhere in the site; `cardgen check docs README.md` looks at all of them.
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure"]  # examples are broken on purpose
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
