"""Known words, and which of them somebody meant who wrote another.

What is looked up is a word's form, without case, blanks and punctuation. A form that is one edit away is found by
making all such forms, so that the time of a look-up grows with the word and not with the vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from cardgen.suggest import nearest

LONGEST = 64
"""Characters of a word for which another is looked for: the longest known word has fewer, and a text is no word."""

ALIKE = 0.75
"""How like two forms must be: under it `pytorch` would become `torchgeo`."""

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789+"

NONE: Mapping[str, str] = MappingProxyType({})


def form(word: str) -> str:
    """A word without what people spell differently: `Apache-2.0` and `apache 2.0` are both `apache20`.

    A plus stays, because `openrail` and `openrail++` are two licenses.
    """
    folded = word.casefold()
    return folded if folded.isalnum() else "".join(letter for letter in folded if letter.isalnum() or letter == "+")


class Words(Mapping[str, str]):
    """Known words, each with its name for people: a mapping that finds the word that somebody meant.

    `also` has what people write instead of a word where its spelling does not show it, with an empty word if they mean
    none of these. `spelled` makes the form of what is written, for words that have a spelling of their own.
    """

    def __init__(
        self, names: Mapping[str, str], also: Mapping[str, str] = NONE, spelled: Callable[[str], str] = form
    ) -> None:
        self._names = names
        self._also = also
        self._spelled = spelled

    def __getitem__(self, word: str) -> str:
        return self._names[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def same(self, given: str) -> str:
        """The word that this is but for case, blanks and punctuation, or an empty string: `MIT` is `mit`."""
        return given if given in self._names else self._words.get(form(given), "")

    def nearest(self, given: str) -> str:
        """The word that was probably meant, or an empty string; a known word means itself."""
        if given in self._names:
            return given
        spelled = self._spelled(given) if len(given) <= LONGEST else ""
        if not spelled:
            return ""
        found = spelled if spelled in self._forms else self._longer(spelled) or self._edited(spelled)
        return self._forms.get(found or self._alike(spelled), "")

    @cached_property
    def _words(self) -> Mapping[str, str]:
        return {form(word): word for word in self._names}

    @cached_property
    def _forms(self) -> Mapping[str, str]:
        """Every form and its word: what people write, then names, then the words themselves, which go first."""
        names = {self._spelled(name): word for word, name in self._names.items() if name != word}
        words = {self._spelled(word): word for word in self._names}
        return {self._spelled(written): word for written, word in self._also.items()} | names | words

    def _longer(self, spelled: str) -> str:
        """The form that begins like this: the shortest, of several versions the latest."""
        longer = [form for form in self._forms if form.startswith(spelled) and _goes_on(spelled, form)]
        return max(longer, key=lambda form: (-len(form), form), default="")

    def _edited(self, spelled: str) -> str:
        """The form that is one letter away, or has two letters swapped; if it can, one of the same length."""
        edited = {form for form in _edits(spelled) if form in self._forms} if len(spelled) > 2 else set()
        return max(edited, key=lambda form: (-abs(len(form) - len(spelled)), form), default="")

    def _alike(self, spelled: str) -> str:
        """The form that is most like this one, among those of about its length that begin as it does."""
        near = (form for form in self._forms if form[:2] == spelled[:2] and abs(len(form) - len(spelled)) < 4)
        return nearest(spelled, near, ALIKE)


def _goes_on(start: str, form: str) -> bool:
    """Whether it says enough that a form begins like this: four letters do, or nothing missing but the version."""
    return len(start) > 3 or form[len(start) :].isdigit()


def _edits(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in LETTERS:
            yield before + letter + after
            yield before + letter + after[1:]
