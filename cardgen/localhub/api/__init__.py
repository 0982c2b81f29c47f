"""The Hub's API, as far as a publisher of cards needs it: one module per group of endpoints."""

from __future__ import annotations

from starlette.routing import Route

from cardgen.localhub.api import account, commits, files, history, repos

ROUTES: list[Route] = [*account.ROUTES, *repos.ROUTES, *files.ROUTES, *history.ROUTES, *commits.ROUTES]
"""In the order in which they are tried; pages, which have the loosest patterns, come after all of them."""
