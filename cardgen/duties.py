"""What the EU asks providers of general-purpose AI models to document, as sections of a card.

Regulation (EU) 2024/1689, Article 53(1) with Annexes XI and XII: technical documentation, information for those who
build on the model, a policy to comply with copyright law, and a public summary of the content used for training. The
list follows these texts in our own words; it helps to remember, and is no legal advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Evidence = Literal["words", "number", "date", "contact", "link or words"]
"""What a section has to hold beside its heading to say something."""

DutyName = Literal[
    "provider", "release", "architecture", "modalities", "intended-use", "training-process", "training-content",
    "copyright-policy", "evaluation", "compute", "energy",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to document: the heading of its section, words that other headings for it have, and what it asks."""

    title: str
    called: str
    asks: str
    evidence: Evidence = "words"


DUTIES: Final[Mapping[DutyName, Duty]] = {
    "provider": Duty(
        "Provider and contact", r"provider|contact|developed by|model owner",
        "who provides the model, and an address where they can be reached", "contact",
    ),
    "release": Duty(
        "Release and distribution", r"release|distribution|availability|version history",
        "the date of release, how the model is distributed, and under which license", "date",
    ),
    "architecture": Duty(
        "Architecture and size", r"architecture|model details|technical specification|specs?\b|model size",
        "the architecture and the number of parameters", "number",
    ),
    "modalities": Duty(
        "Inputs and outputs", r"input|output|modalit",
        "the kinds of input and output, with their formats and largest sizes",
    ),
    "intended-use": Duty(
        "Intended and acceptable use", r"intended|acceptable use|use polic|\buses?\b|use cases",
        "what the model is for, and what it must not be used for",
    ),
    "training-process": Duty(
        "Training process",
        r"training (?:process|procedure|method|details|recipe)|how (?:it|we) (?:was )?train|^training$",
        "how the model was trained: stages, objectives, and why they were chosen",
    ),
    "training-content": Duty(
        "Summary of training content", r"training (?:content|data)|data (?:used|sources|summary)|pretraining data",
        "a public summary of the content used for training: kinds of data, where they come from, how they were chosen",
        "link or words",
    ),
    "copyright-policy": Duty(
        "Copyright policy", r"copyright|text and data mining|opt-?out",
        "the policy to comply with copyright law, opt-outs of rightsholders among it", "link or words",
    ),
    "evaluation": Duty(
        "Evaluation", r"evaluat|benchmark|results?\b|performance",
        "how the model was evaluated, and with which results", "number",
    ),
    "compute": Duty(
        "Training compute", r"compute|computational|hardware|training time",
        "the computation used for training (in FLOP, or hours of which hardware), and how long it took", "number",
    ),
    "energy": Duty(
        "Energy consumption", r"energy|emission|environmental|carbon|co2",
        "the energy used for training, known or estimated, and how it was estimated", "number",
    ),
}  # fmt: skip
