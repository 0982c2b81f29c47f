"""URLs as text: taken apart, put together, and made fit to be shown."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from cardgen.model import Repo

HUB_HOSTS = frozenset({"huggingface.co", "www.huggingface.co", "hf.co"})

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d+(?:/|$))")
_CREDENTIALS = re.compile(r"(?<=//)[^/\s?#]*@")
# The endings that cards use, not every one there is: `model.py` and `notes.md` are files.
_DOMAIN = re.compile(
    r"(?:www\.[^/\s]+|(?:[\w-]+\.)+(?:com|org|net|io|ai|co|edu|gov|dev|app|info|cn|de|uk|jp|fr|eu|ch|me))"
    r"(?::\d+)?(?:[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)


def scheme_of(url: str) -> str:
    """The scheme in lower case, or an empty string. The port of `example.com:8080` does not make one."""
    match = _SCHEME.match(url)
    return match[1].lower() if match and "." not in match[1] else ""


def lacks_scheme(url: str) -> bool:
    """Whether a relative link is a web address whose `https://` was forgotten, such as `example.com/page`."""
    return not scheme_of(url) and _DOMAIN.fullmatch(url) is not None


def resolve(url: str, repo: Repo, *, embedded: bool) -> str:
    """A card's link as the Hub resolves it: a relative one leads to a file of the repo, on the branch `main`.

    Links lead to the file's page (`blob`), images to the file itself (`resolve`), a fragment to a place in the repo's
    own card, and a path that begins with `/` to the Hub's own pages. What names no other place stays as it is: an
    address without a scheme, an empty link.
    """
    if not url or scheme_of(url) or lacks_scheme(url):
        return url
    if url.startswith("#"):
        return f"{repo.url}{url}"
    try:
        return urljoin(f"{repo.url}/{'resolve' if embedded else 'blob'}/main/", url)
    except ValueError:
        return url


def to_ask(url: str) -> str:
    """The part of a web URL that a server is asked for: without fragment and without credentials."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))


def with_fragment_of(url: str, location: str) -> str:
    """A new address with the old one's fragment, unless it has one of its own, as browsers do it."""
    fragment = urlsplit(url).fragment
    return f"{location}#{fragment}" if fragment and "#" not in location else location


def shown(text: str) -> str:
    """A text with the user and password of every URL in it hidden, and with no character that is not to be seen."""
    hidden = _CREDENTIALS.sub("***@", text)
    if hidden.isprintable():
        return hidden
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in hidden)


def masked(text: str) -> str:
    """A text with the user and password of every URL in it starred out, each character by one, so that columns stay."""
    return _CREDENTIALS.sub(lambda found: "*" * (len(found[0]) - 1) + "@", text)
