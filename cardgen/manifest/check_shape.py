"""The part of a manifest that says how its cards are checked."""

from typing import Annotated, Literal

from msgspec import Meta, field

from cardgen.manifest.shape import CARDS, LINK_PATTERN, Date, Name, Shape, about


class IgnoredLink(Shape, frozen=True, kw_only=True):
    """Links that are not asked for, and why."""

    pattern: Annotated[str, Meta(pattern=LINK_PATTERN, description="The URL; * stands for anything.")]
    reason: Annotated[Name, about("Why, for the report.")]
    until: Annotated[Date | None, about("The last day on which they are ignored: 2026-12-31.")] = None


StatusCode = Annotated[int, Meta(ge=100, le=599)]


class LinkHost(Shape, frozen=True, kw_only=True):
    """How one host is asked."""

    accept: Annotated[tuple[StatusCode, ...], about("Status codes that are as good as 200 there, such as 403.")] = ()
    at_once: Annotated[Annotated[int, Meta(ge=1, le=50)] | None, about("Requests at the same time, at most.")] = None
    pause: Annotated[Annotated[float, Meta(ge=0, le=60)] | None, about("Seconds from one request to the next.")] = None
    timeout: Annotated[Annotated[float, Meta(ge=1, le=120)] | None, about("Seconds for a request.")] = None
    headers: Annotated[
        dict[str, Name],
        about("Accept, Accept-Language, Referer or User-Agent. Secrets come from CARDGEN_LINK_HEADERS."),
    ] = field(default_factory=dict)


class LinkRules(Shape, frozen=True, kw_only=True):
    """How links are checked."""

    ignore: Annotated[tuple[IgnoredLink, ...], about("Links that are not asked for.")] = ()
    accept: Annotated[tuple[StatusCode, ...], about("Status codes that are as good as 200 on every host.")] = ()
    hosts: Annotated[dict[str, LinkHost], about("What differs for some hosts, by their names.")] = field(
        default_factory=dict
    )


class IgnoredRule(Shape, frozen=True, kw_only=True):
    """A rule of lint that is switched off, and why."""

    rule: Annotated[Name, about("The rule, such as license-missing.")]
    reason: Annotated[Name, about("Why, for the report.")]
    cards: Annotated[
        str, Meta(pattern=CARDS, description="The cards, as reports name them; * stands for anything.")
    ] = "*"
    until: Annotated[Date | None, about("The last day on which it is off: 2026-12-31.")] = None


class LintRules(Shape, frozen=True, kw_only=True):
    """What lint goes by."""

    ignore: Annotated[tuple[IgnoredRule, ...], about("Rules that are switched off.")] = ()
    severity: Annotated[
        dict[str, Literal["error", "warning"]], about("Rules that are graver or lighter here: an error fails a check.")
    ] = field(default_factory=dict)
    also: Annotated[tuple[Literal["eu"], ...], about("Groups of rules that are looked at only if asked for.")] = ()


class Check(Shape, frozen=True, kw_only=True):
    """What `cardgen check` and the check before a push go by."""

    links: Annotated[LinkRules, about("How links are checked.")] = field(default_factory=LinkRules)
    lint: Annotated[LintRules, about("What lint goes by.")] = field(default_factory=LintRules)
