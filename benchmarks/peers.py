"""What cardgen is measured beside, in one process: `peers.py WAY DATA [FOLDER]`.

WAY is how cards are made of DATA, a JSON file that `families.py` wrote: `bare` (a compiled Jinja2 template in a loop,
front matter by PyYAML's C dumper), `from_template` (huggingface_hub's ModelCard.from_template), or `skops` (its Card).
Prints the seconds that making them took. With a FOLDER, the cards are written into it, one folder for each repo.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TEMPLATE = (Path(__file__).parent / "peer_card.md.j2").read_text(encoding="utf-8")

Cards = Iterator[tuple[str, str]]


def bare(collections: list[dict[str, Any]]) -> Cards:
    """The practical limit: a template that is compiled once, and YAML from C."""
    import jinja2
    import yaml

    template = jinja2.Template(TEMPLATE, keep_trailing_newline=True)
    for shared in collections:
        for card in shared["cards"]:
            head = yaml.dump(card["card_data"], Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
            yield card["path"], f"---\n{head}---\n{template.render(shared, own=card['own'], text=card['text'])}"


def from_template(collections: list[dict[str, Any]]) -> Cards:
    """As huggingface_hub documents it: a template, and what to fill in."""
    from huggingface_hub import ModelCard, ModelCardData

    text = "---\n{{ card_data }}\n---\n" + TEMPLATE
    for shared in collections:
        common = {key: value for key, value in shared.items() if key != "cards"}
        for card in shared["cards"]:
            data = ModelCardData(**card["card_data"])
            made = ModelCard.from_template(data, template_str=text, own=card["own"], text=card["text"], **common)
            yield card["path"], str(made)


def skops(collections: list[dict[str, Any]]) -> Cards:
    """As skops documents it: sections are added to a card. It has no tables of links, so they are added as text."""
    import jinja2
    from huggingface_hub import ModelCardData
    from skops.card import Card

    template = jinja2.Template(TEMPLATE, keep_trailing_newline=True)
    for shared in collections:
        for card in shared["cards"]:
            head = ModelCardData(**card["card_data"]).to_yaml()
            title, _, body = template.render(shared, own=card["own"], text=card["text"]).partition("\n")
            made = Card(None, model_diagram=False, template=None).add(**{title.lstrip("# "): body})
            yield card["path"], f"---\n{head}\n---\n{made.render()}"


WAYS = {"bare": bare, "from_template": from_template, "skops": skops}


def main() -> None:
    """Make the cards, write them if that is wanted, and tell how long it took."""
    way, data, *folder = sys.argv[1:]
    collections = json.loads(Path(data).read_text(encoding="utf-8"))
    start = time.process_time()
    cards = list(WAYS[way](collections))
    print(time.process_time() - start)
    for path, text in cards if folder else ():
        target = Path(folder[0]) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
