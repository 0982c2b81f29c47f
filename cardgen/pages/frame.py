"""What every page has around it: templates, the style sheet, and headers that let nothing in it act."""

from __future__ import annotations

from functools import cache

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined

_OWN = PackageLoader("cardgen.pages")

_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self'",
    "media-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
SCRIPTED = {"script-src": "'self'", "connect-src": "'self'"}
"""What a page with our own script may do beside."""


def policy(**more: str) -> str:
    """The Content-Security-Policy of a page: nothing from elsewhere, no script unless `more` says so."""
    return "; ".join(f"{name} {value}" for name, value in {**_POLICY, **more}.items())


def headers(**more: str) -> dict[str, str]:
    """The headers of a page; `more` are further parts of its policy."""
    return {
        "Content-Security-Policy": f"{policy(**more)}; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def environment(*loaders: BaseLoader) -> Environment:
    """Templates, of these loaders first: everything is escaped, and a name that is missing is an error."""
    return Environment(
        loader=ChoiceLoader([*loaders, _OWN]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def asset(name: str) -> str:
    """The text of `page.css`, `page.js` or `icon.svg`."""
    return _OWN.get_source(environment(), name)[0]
