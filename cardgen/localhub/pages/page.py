"""A page: a template, filled, with headers that let nothing in it act."""

from __future__ import annotations

from jinja2 import PackageLoader
from starlette.responses import HTMLResponse, Response

from cardgen.localhub.refusals import Refusal
from cardgen.pages import frame

HEADERS = frame.headers()
_TEMPLATES = frame.environment(PackageLoader("cardgen.localhub.pages"))


def page(template: str, status: int = 200, **values: object) -> Response:
    """A page made of a template under `templates/`."""
    return HTMLResponse(_TEMPLATES.get_template(template).render(root="/", **values), status, HEADERS)


def refused(refusal: Refusal) -> Response:
    """What a person sees who is refused; who asks for a repo that was moved is led there."""
    if refusal.status == 307:
        return Response(status_code=307, headers=dict(refusal.headers))
    return page("refused.html", refusal.status, title=refusal.message, message=refusal.message)
