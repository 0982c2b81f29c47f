"""Languages, as `language:` names them: ISO 639-1 where it has a code, else 639-2 or -3, and two specials of the Hub.

Since early 2026 the Hub refuses other codes (huggingface_hub#3862), and capitals. There are 8,000 codes: they are
imported when one is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from cardgen.vocabulary.words import Words

SPECIAL = {"code": "Programming languages", "multilingual": "Several languages"}
"""Words that stand where a language would."""

INSTEAD = {
    # Countries, of which no language has the code.
    **{"jp": "ja", "cn": "zh", "ua": "uk", "gr": "el", "cz": "cs", "dk": "da", "vn": "vi", "ir": "fa"},
    # Codes of ISO 639-1 that were replaced.
    **{"iw": "he", "ji": "yi", "in": "id", "jw": "jv", "mo": "ro"},
    # What libraries call languages by; ISO 639-2 has these beside the codes that are in use.
    **{"alb": "sq", "arm": "hy", "baq": "eu", "bur": "my", "chi": "zh", "cze": "cs", "dut": "nl", "fre": "fr"},
    **{"geo": "ka", "ger": "de", "gre": "el", "ice": "is", "mac": "mk", "mao": "mi", "may": "ms", "per": "fa"},
    **{"rum": "ro", "slo": "sk", "tib": "bo", "wel": "cy"},
    # Names that the list has otherwise, or not; `no` is false in YAML.
    **{"mandarin": "zh", "farsi": "fa", "punjabi": "pa", "flemish": "nl", "castilian": "es", "bangla": "bn"},
    **{"bokmål": "nb", "bokmal": "nb", "nynorsk": "nn", "simplified chinese": "zh", "traditional chinese": "zh"},
    **{
        "false": "no",
        "multi": "multilingual",
        "programming": "code",
        "python": "code",
        "javascript": "code",
        "java": "code",
    },
}
"""What people write instead of a code, where no name says it."""


def source() -> str:
    """The packages that the codes are from, with their versions."""
    from cardgen.vocabulary.published.languages import SOURCE

    return SOURCE


@cache
def codes() -> Mapping[str, str]:
    """Every code and special, with the language's name in English."""
    rows = (line.split("\t") for line in _lines())
    return {code: name for code, name, *_ in rows} | SPECIAL


def is_known(code: str) -> bool:
    """Whether the Hub knows this code, written as it must be: in lower case, without a region."""
    return code in codes()


def nearest(given: str) -> str:
    """The code that was probably meant by `English`, `Deutsch`, `en-US` or `jp`, or an empty string."""
    written = given.strip().lower()
    without_region = written.replace("_", "-").partition("-")[0]
    return _meant(written) or _meant(without_region) or _near_name(written)


def _meant(written: str) -> str:
    """The code that this is or stands for, or that has this name."""
    return written if is_known(written) else INSTEAD.get(written) or _names().get(written, "")


def _near_name(written: str) -> str:
    """The code of the language whose name this nearly is.

    What is as short as a code would be near any of thousands. So would be five letters, but for the names of languages
    that have a short code, which are mostly meant.
    """
    few, all_of_them = _known_names()
    near = few.nearest(written) if len(written) > 3 else ""
    return _names().get(near or (all_of_them.nearest(written) if len(written) > 5 else ""), "")


@cache
def _names() -> Mapping[str, str]:
    """The code of every name, in English and in the language itself, in lower case: of several codes the shortest."""
    names: dict[str, str] = {}
    for line in sorted(_lines(), key=lambda line: line.index("\t"), reverse=True):
        code, *named = line.lower().split("\t")
        names.update(dict.fromkeys(named, code))
    return names | {name.lower(): code for code, name in SPECIAL.items()}


@cache
def _known_names() -> tuple[Words, Words]:
    """The names of the languages that have a code of two letters, and all names."""
    short = {name: name for name, code in _names().items() if len(code) == 2}
    return Words(short), Words({name: name for name in _names()})


def _lines() -> list[str]:
    """A line for each code: the code, the name in English, and the language's own name, if it has another."""
    from cardgen.vocabulary.published.languages import LINES

    return LINES.split("\n")
