"""A page: a template, filled, with headers that let nothing in it act."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from cardgen.localhub.refusals import Refusal

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
        "media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, status: int = 200, **values: object) -> Response:
    """A page made of a template under `templates/`."""
    return HTMLResponse(_TEMPLATES.get_template(template).render(values), status, HEADERS)


def refused(refusal: Refusal) -> Response:
    """What a person sees who is refused; who asks for a repo that was moved is led there."""
    if refusal.status == 307:
        return Response(status_code=307, headers=dict(refusal.headers))
    return page("refused.html", refusal.status, title=refusal.message, message=refusal.message)
