"""Written by docs/vocabulary.py; edit nothing here."""

SOURCE = "datasets 5.2.0 (PyPI), Apache-2.0"
SIZES = (
    "unknown",
    "n<1K",
    "1K<n<10K",
    "10K<n<100K",
    "100K<n<1M",
    "1M<n<10M",
    "10M<n<100M",
    "100M<n<1B",
    "1B<n<10B",
    "10B<n<100B",
    "100B<n<1T",
    "n>1T",
)
ANNOTATIONS_CREATORS = (
    "crowdsourced",
    "expert-generated",
    "found",
    "machine-generated",
    "no-annotation",
    "other",
)
LANGUAGE_CREATORS = (
    "crowdsourced",
    "expert-generated",
    "found",
    "machine-generated",
    "other",
)
MULTILINGUALITY = (
    "monolingual",
    "multilingual",
    "other",
    "translation",
)
