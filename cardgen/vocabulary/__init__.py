"""The Hub's vocabulary, offline: the words that it knows for each key of a card's front matter.

    from cardgen.vocabulary import licenses, tasks

    "apache-2.0" in licenses.NAMES          # True
    licenses.NAMES.nearest("apache2")       # "apache-2.0"
    tasks.PIPELINES["text-generation"]      # "Text Generation"

Every list is `Words`: a mapping from each word to its name, which finds the word that somebody meant. Languages are
too many for that and are functions. `published/` is written by `docs/vocabulary.py` from the packages that carry
these lists; each module says from which, and of what version.
"""
