"""Pages that are not what was asked for: sites say so to people, in words, and to programs that all is well.

None of this proves that a link is broken, so it makes one `unsure`. The words are those of titles: what is
said in the text of a page may be what the page is about.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_NOT_FOUND = (
    r"(?:error\s*)?404(?!\S*\d)\b.{0,40}",
    r".{0,60}\b404[:\s-]+(?:error|not found|page).{0,40}",
    r"(?:oops\W+)?not found\b.{0,40}",
    r".{0,40}\b(?:page|file|site|repository|document|article) (?:was |is |could |can)?(?:not be|not) found\b.{0,40}",
    r".{0,40}\b(?:page|site) (?:does not|doesn't|no longer) exists?\b.{0,40}",
    r".{0,40}(?:seite nicht gefunden|page introuvable|página no encontrada).{0,40}",
    r".{0,40}(?:页面不存在|页面未找到|ページが見つかりません).{0,40}",
)
_ROBOT = (
    r"just a moment.*",
    r"attention required.*",
    r".{0,30}\bare you (?:a )?(?:robot|human)\b.*",
    r".*\bverify you are human.*",
    r"checking your browser.*",
    r"ddos-guard.*",
    r"access (?:to this page has been )?denied.*",
    r".{0,30}\bcaptcha\b.*",
)
_LOGIN_PAGE = (
    r"(?:sign|log) ?in(?: to| with| -| \||$).*",
    r"login\b.{0,40}",
    r".{0,40}[-|·] (?:sign|log) ?in",
)
_TITLES = tuple(
    (re.compile("|".join(patterns), re.IGNORECASE), meaning)
    for patterns, meaning in (
        (_NOT_FOUND, "answers that all is well, with a page that is called {!r}"),
        (_ROBOT, "asks whether we are a robot: {!r}"),
        (_LOGIN_PAGE, "asks for a login: {!r}"),
    )
)
_LOGIN = re.compile(
    r"(?:^|/)(?:log-?in|sign-?in|sso|saml2?|oauth2?|authorize|users/sign_in|accounts?/login)(?:[/.?]|$)", re.I
)
_NO_PAGE = re.compile(r"(?:^|/)(?:404|410|not-?found|page-?not-?found|error-?404|error)(?:\.\w+)?/?$", re.IGNORECASE)
_FRONT_PAGE = re.compile(
    r"/?(?:index(?:\.\w+)?|home(?:\.\w+)?|default\.\w+|[a-z]{2}(?:[-_][a-z]{2})?)?/?", re.IGNORECASE
)


def of_title(title: str) -> str:
    """What a page with such a title is instead of the one that was asked for; an empty string if it may be that."""
    for pattern, meaning in _TITLES:
        if pattern.fullmatch(title):
            return meaning.format(title)
    return ""


def of_redirect(url: str, target: str) -> str:
    """What a redirect is instead of one to the page that was asked for; an empty string if it may be that."""
    asked, led = urlsplit(url), urlsplit(target)
    if _LOGIN.search(led.path) and not _LOGIN.search(asked.path):
        return "asks for a login"
    if _NO_PAGE.search(led.path) and not _NO_PAGE.search(asked.path):
        return "leads to a page for pages that are missing"
    if _FRONT_PAGE.fullmatch(led.path) and not _FRONT_PAGE.fullmatch(asked.path) and _site(url) == _site(target):
        return "leads to the front page instead of its own"
    return ""


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
