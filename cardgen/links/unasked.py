"""What can be said of a link without asking anybody."""

from __future__ import annotations

from urllib.parse import urlsplit

from cardgen.links import sites
from cardgen.links.urls import lacks_scheme, scheme_of
from cardgen.links.verdict import Verdict

MAX_LENGTH = 8_000
"""No server has to take a longer URL (RFC 9110, 4.1)."""

_EXCLUDED = {
    "mailto": "a mail address",
    "tel": "a telephone number",
    "sms": "a telephone number",
    "data": "holds its content itself",
    "ftp": "not asked: ftp",
    "magnet": "not asked: magnet",
}
_BROKEN = {
    "javascript": "a script, which the Hub takes out",
    "vbscript": "a script, which the Hub takes out",
    "file": "a file on somebody's own disk",
    "about": "a page of the reader's own browser",
}


def verdict(url: str) -> Verdict | None:
    """The verdict on a link that needs no answer from the web; None for one that does."""
    scheme = scheme_of(url)
    if scheme in ("http", "https"):
        return _web(url)
    if scheme in _EXCLUDED:
        return Verdict("excluded", message=_EXCLUDED[scheme])
    if scheme:
        return Verdict("broken", message=_BROKEN.get(scheme, f"no browser opens '{scheme}:'"))
    return _relative(url)


def _relative(url: str) -> Verdict:
    if not url:
        return Verdict("broken", message="an empty link")
    if url.startswith("#"):
        return Verdict("excluded", message="a place in the same card")
    if lacks_scheme(url):
        return Verdict("broken", message=f"lacks its scheme, so it leads to a file of the repo: write https://{url}")
    return Verdict("excluded", message="a relative link outside of a repo's card")


def _web(url: str) -> Verdict | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        return Verdict("broken", message=f"no valid address: {error}")
    if not host:
        return Verdict("broken", message="names no host")
    if len(url) > MAX_LENGTH:
        return Verdict("unsure", message=f"not asked: longer than {MAX_LENGTH} characters")
    if "." not in host and ":" not in host and host != "localhost" and not host.isdigit():
        return Verdict("broken", message=f"'{host}' is no host of the public internet: its name has no dot")
    if reason := sites.not_asked(url):
        return Verdict("excluded", message=f"not asked: {reason}")
    return None
