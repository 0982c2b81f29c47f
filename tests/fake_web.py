"""A web that is a table: what is asked for, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cardgen.links.port import Answer, Ask, Failure, Inquiry
from cardgen.links.verdict import Verdict

OK = Answer(200, {})


@dataclass
class FakeWeb:
    """Answers from `results` by URL, and 200 for every other one; notes what it was asked."""

    results: Mapping[str, Answer | Failure] = field(default_factory=dict)
    asked: list[Ask] = field(default_factory=list)

    def settle(self, inquiries: Mapping[str, Inquiry]) -> Iterator[tuple[str, Verdict]]:
        for key, inquiry in inquiries.items():
            yield key, self._run(inquiry)

    def _run(self, inquiry: Inquiry) -> Verdict:
        try:
            ask = next(inquiry)
            while True:
                self.asked.append(ask)
                ask = inquiry.send(self.results.get(ask.url, OK))
        except StopIteration as stop:
            verdict: Verdict = stop.value
            return verdict

    def urls(self) -> list[str]:
        return [ask.url for ask in self.asked]
