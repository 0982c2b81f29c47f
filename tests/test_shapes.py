"""The shapes that published collections have (1 to 9: tables), each from a manifest to what a reader sees."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import pytest

from shapes import build, outline


@dataclass(frozen=True)
class Case:
    """A manifest, and what is seen on cards of its repos, whose names stand before it; `every` names all repos."""

    shape: str
    manifest: str
    seen: dict[str, str]
    every: str


CASES = [
    Case(
        "1: column groups of two levels, with unequal members",
        """
        models:
          corner: Base
          rows: [{key: a}, {key: b, name: B}]
          columns:
            - {key: plain, name: Plain}
            - name: Tools
              columns: [{key: t1, name: Stage 1}, {key: t2, name: Stage 2}]
            - name: Code
              columns:
                - name: Python
                  columns: [{key: p1, name: Stage 1}, {key: p2, name: Stage 2}, {key: p3, name: Stage 3}]
                - {key: c, name: C}
          repo: "{row}-{column}"
        """,
        {
            "b-p2": """
                Models
                #Base³ | #Plain³ | #Tools» | #Code»»»
                #Stage 1² | #Stage 2² | #Python»» | #C²
                #Stage 1 | #Stage 2 | #Stage 3
                a | [🤗](lab/a-plain) | [🤗](lab/a-t1) | [🤗](lab/a-t2) | [🤗](lab/a-p1) | [🤗](lab/a-p2) | \
[🤗](lab/a-p3) | [🤗](lab/a-c)
                B | [🤗](lab/b-plain) | [🤗](lab/b-t1) | [🤗](lab/b-t2) | [🤗](lab/b-p1) | ~📍 [🤗](lab/b-p2) | \
[🤗](lab/b-p3) | [🤗](lab/b-c)
            """
        },
        "a-plain a-t1 a-t2 a-p1 a-p2 a-p3 a-c b-plain b-t1 b-t2 b-p1 b-p2 b-p3 b-c",
    ),
    Case(
        "1: column groups in Markdown, which has one line of headings",
        """
        models:
          format: markdown
          corner: Base
          rows: [{key: a}]
          columns:
            - {key: plain, name: Plain}
            - {name: Tools, columns: [{key: t1, name: Stage 1}, {name: In, columns: [{key: t2, name: Stage 2}]}]}
          repo: "{row}-{column}"
        """,
        {
            "a-t2": """
                Models
                #Base | #Plain | #Tools · Stage 1 | #Tools · In · Stage 2
                a | [🤗](lab/a-plain) | [🤗](lab/a-t1) | 📍 [🤗](lab/a-t2)
            """
        },
        "a-plain a-t1 a-t2",
    ),
    Case(
        "2: stages as rows, sizes as columns",
        """
        models:
          corner: Stage
          repo: "m-{column}{row}"
          rows: [{key: -sft, name: SFT}, {key: final, name: Final}]
          columns: [{key: 8b, name: 8B}, {key: 70b, name: 70B}]
          cells: {final: {8b: {repo: m-8b}, 70b: {repo: m-70b}}}
        """,
        {
            "m-8b": """
                Models
                #Stage | #8B | #70B
                SFT | [🤗](lab/m-8b-sft) | [🤗](lab/m-70b-sft)
                Final | ~📍 [🤗](lab/m-8b) | [🤗](lab/m-70b)
            """
        },
        "m-8b-sft m-70b-sft m-8b m-70b",
    ),
    Case(
        "2: models as columns under groups; the own heading is marked, equal values span",
        """
        models:
          transpose: true
          corner: Spec
          missing: "–"
          columns:
            - {name: Type, value: type}
            - {name: Length, columns: [{name: In, value: in}, {name: Out, value: out}]}
            - {name: Download, link: true}
          rows:
            - {repo: small, values: {type: dense, in: 32K, out: 8K}}
            - group: Large ones
            - {repo: large, name: Large, values: {type: dense, in: 128K, out: 8K}}
            - {repo: huge, values: {type: MoE, in: 128K}}
        """,
        {
            "small": """
                Models
                #Spec² | #~📍 small² | #Large ones»
                #Large | #huge
                #Type | dense» | MoE
                #Length · In | 32K | 128K»
                #Length · Out | 8K» | –
                #Download | [🤗](lab/small) | [🤗](lab/large) | [🤗](lab/huge)
            """,
            "large": """
                Models
                #Spec² | #small² | #Large ones»
                #~📍 Large | #huge
                #Type | dense» | MoE
                #Length · In | 32K | 128K»
                #Length · Out | 8K» | –
                #Download | [🤗](lab/small) | [🤗](lab/large) | [🤗](lab/huge)
            """,
        },
        "small large huge",
    ),
    Case(
        "2: models as columns in Markdown, which has no spans",
        """
        models:
          transpose: true
          format: markdown
          columns: [{name: Type, value: type}, {name: Download, link: true}]
          rows:
            - {repo: small, values: {type: dense}}
            - group: Large ones
            - {repo: large, values: {type: dense}}
        """,
        {
            "large": """
                Models
                # | #small | #📍 Large ones · large
                Type | dense | dense
                Download | [🤗](lab/small) | [🤗](lab/large)
            """
        },
        "small large",
    ),
    Case(
        "2: a matrix turned around marks a cell, not a heading",
        """
        models:
          transpose: true
          corner: Stage
          rows: [{key: 8b, name: 8B}, {key: 70b, name: 70B}]
          columns: [{key: sft, name: SFT}, {name: Preference, columns: [{key: dpo, name: DPO}, {key: rm, name: RM}]}]
          repo: "m-{row}-{column}"
          cells: {70b: {rm: {same_as: {row: 8b}}}, 8b: {sft: {text: planned}}}
        """,
        {
            "m-8b-rm": """
                Models
                #Stage | #8B | #70B
                #SFT | planned | [🤗](lab/m-70b-sft)
                #Preference · DPO | [🤗](lab/m-8b-dpo) | [🤗](lab/m-70b-dpo)
                #Preference · RM | ~📍 [🤗](lab/m-8b-rm) | [(same as 8B)](lab/m-8b-rm)
            """
        },
        "m-8b-dpo m-8b-rm m-70b-sft m-70b-dpo",
    ),
    Case(
        "3: three axes written flat, one of them on one side only",
        """
        models:
          corner: Size
          rows: [{key: 1B}, {key: 7B}]
          columns:
            - {key: base, name: Base, repo: "M-{row}"}
            - name: Instruct
              repo: "M-{row}-Instruct-{column}"
              columns: [{key: weights, name: Weights, repo: "M-{row}-Instruct"}, {key: AWQ}, {key: GGUF}]
        """,
        {
            "M-7B-Instruct-GGUF": """
                Models
                #Size² | #Base² | #Instruct»»
                #Weights | #AWQ | #GGUF
                1B | [🤗](lab/M-1B) | [🤗](lab/M-1B-Instruct) | [🤗](lab/M-1B-Instruct-AWQ) | \
[🤗](lab/M-1B-Instruct-GGUF)
                7B | [🤗](lab/M-7B) | [🤗](lab/M-7B-Instruct) | [🤗](lab/M-7B-Instruct-AWQ) | \
~📍 [🤗](lab/M-7B-Instruct-GGUF)
            """
        },
        "M-1B M-1B-Instruct M-1B-Instruct-AWQ M-1B-Instruct-GGUF "
        "M-7B M-7B-Instruct M-7B-Instruct-AWQ M-7B-Instruct-GGUF",
    ),
    Case(
        "4: several tables with different columns, text above and between them",
        """
        datasets: [{repo: data, name: The data}]
        models:
          - title: Large
            text: Made *first*.
            footnote: "A note: see [here](https://a.org)."
            columns: [{name: Size, value: size}, {name: Link, link: true}]
            rows: [{repo: large, values: {size: 671B}}]
          - title: Distilled
            format: markdown
            text: Made later.
            columns: [{name: Base, value: base}]
            rows: [{repo: tiny, values: {base: {targets: [{repo: Qwen/Q, label: Q}]}}, text: Only on tiny.}]
        """,
        {
            "tiny": """
                Dataset
                #Dataset | #Link
                The data | [🤗](datasets/lab/data)
                Large
                Made first.
                # | #Size | #Link
                large | 671B | [🤗](lab/large)
                A note: see here.
                Distilled
                Made later.
                # | #Base
                📍 tiny | [Q](Qwen/Q)
                Only on tiny.
            """,
            "large": """
                Dataset
                #Dataset | #Link
                The data | [🤗](datasets/lab/data)
                Large
                Made first.
                # | #Size | #Link
                ~📍 large | ~671B | ~[🤗](lab/large)
                A note: see here.
                Distilled
                Made later.
                # | #Base
                tiny | [Q](Qwen/Q)
            """,
        },
        "data large tiny",
    ),
    Case(
        "5: a flat list with attribute columns",
        """
        models:
          corner: Model
          missing: NA
          columns:
            - {name: Parameters, value: size}
            - {name: License, value: license}
            - {name: Released, value: date}
            - {name: Download, link: true}
          rows:
            - {repo: m-1b, name: M 1B, values: {size: 1.30B, license: MIT, date: 2025-01-20}}
            - {repo: m-7b, values: {size: 7B, license: {text: Custom, targets: [{url: "https://a.org/LICENSE"}]}}}
        """,
        {
            "m-7b": """
                Models
                #Model | #Parameters | #License | #Released | #Download
                M 1B | 1.30B | MIT | 2025-01-20 | [🤗](lab/m-1b)
                ~📍 m-7b | ~7B | ~Custom [https://a.org/LICENSE](https://a.org/LICENSE) | ~NA | ~[🤗](lab/m-7b)
            """
        },
        "m-1b m-7b",
    ),
    Case(
        "6: formats of one model share a cell, and are marked together",
        """
        hosts:
          ms: {label: 🤖, url: "https://ms.cn/{namespace}/{name}", namespace: labs}
          wm: {label: Wise, url: "https://wm.cn/m?of={name}"}
        models:
          label: Weights
          joiner: " | "
          hosts: [ms, wm]
          formats: [{repo: "{repo}-GGUF", label: GGUF}, {repo: "mlx-lab/{row}-MLX", label: MLX}]
          rows: [{key: a}, {key: b}]
          columns: [{key: sft, name: SFT}]
          repo: "{row}-{column}"
          cells: {b: {sft: {repo: other/b}}}
        """,
        {
            "a-sft a-sft-GGUF mlx-lab/a-MLX": """
                Models
                # | #SFT
                a | ~📍 | | | | [Weights](lab/a-sft) [GGUF](lab/a-sft-GGUF) [MLX](mlx-lab/a-MLX) \
[🤖](https://ms.cn/labs/a-sft) [Wise](https://wm.cn/m?of=a-sft)
                b | | | | | [Weights](other/b) [GGUF](other/b-GGUF) [MLX](mlx-lab/b-MLX) \
[🤖](https://ms.cn/labs/b) [Wise](https://wm.cn/m?of=b)
            """
        },
        "a-sft a-sft-GGUF mlx-lab/a-MLX other/b other/b-GGUF mlx-lab/b-MLX",
    ),
    Case(
        "6: formats and hosts in a list",
        """
        hosts: {ms: {label: MS, url: "https://ms.cn/{namespace}/{name}"}}
        models:
          joiner: " • "
          formats: [{repo: "{repo}-GGUF", label: GGUF}]
          columns: [{name: Hub, link: true}, {name: ModelScope, link: ms}]
          rows: [{repo: a}, {repo: b}]
        """,
        {
            "b b-GGUF": """
                Models
                # | #Hub | #ModelScope
                a | • [🤗](lab/a) [GGUF](lab/a-GGUF) | [MS](https://ms.cn/lab/a)
                ~📍 b | ~• [🤗](lab/b) [GGUF](lab/b-GGUF) | ~[MS](https://ms.cn/lab/b)
            """
        },
        "a a-GGUF b b-GGUF",
    ),
    Case(
        "7: cells that are no link: missing, empty, planned, a note, the same as another",
        """
        models:
          missing: x
          rows: [{key: a, name: A}, {key: b, name: B}, {key: c, name: C}]
          columns: [{key: s, name: S}, {key: t, name: T}]
          repo: "{row}-{column}"
          cells:
            a: {s: null, t: {text: coming soon}}
            b: {s: {text: "new:", repo: b-s}, t: {same_as: {row: c, column: s}}}
            c: {t: {same_as: {row: b}, text: (as B)}}
        """,
        {
            "c-s": """
                Models
                # | #S | #T
                A | x | coming soon
                B | new: [🤗](lab/b-s) | [(same as C S)](lab/c-s)
                C | ~📍 [🤗](lab/c-s) | [(as B)](lab/c-s)
            """
        },
        "b-s c-s",
    ),
    Case(
        "7: the same as a cell that leads elsewhere, and as one that leads nowhere",
        """
        models:
          rows: [{key: a}, {key: b}]
          columns: [{key: s, name: S}, {key: t, name: T}, {key: u}]
          repo: "{row}-{column}"
          cells:
            a: {s: {targets: [{url: "https://a.org"}]}, t: {same_as: {column: s}}}
            b: {s: {text: soon}, t: {same_as: {column: s}}}
        """,
        {
            "a-u": """
                Models
                # | #S | #T | #u
                a | [https://a.org](https://a.org) | [(same as S)](https://a.org) | ~📍 [🤗](lab/a-u)
                b | soon | (same as S) | [🤗](lab/b-u)
            """
        },
        "a-u b-u",
    ),
    Case(
        "8: targets outside: a base model, a branch, a file, a dataset, an org, a collection, another host",
        """
        hosts: {ms: {label: MS, url: "https://ms.cn/{namespace}/{name}"}}
        models:
          columns: [{name: Leads to, value: to}, {name: Link, link: true}]
          rows:
            - repo: m
              values:
                to:
                  text: "see:"
                  targets:
                    - {repo: meta-llama/L, label: base}
                    - {repo: m, revision: ckpt_360, label: branch}
                    - {repo: m, file: "gguf/m q4.gguf", revision: refs/pr/1, label: file}
                    - {repo: m, file: config.json, label: config}
                    - {repo: d, type: dataset, label: data}
                    - {url: "https://huggingface.co/lab", label: org}
                    - {url: "https://huggingface.co/collections/lab/x-1", label: all}
                    - {repo: m, host: ms}
                    - {repo: m, host: ms, label: again}
                    - {url: "https://a.org/?a=1&b=(2)|3\\\\4&copy;=_x_"}
        """,
        {
            "m": """
                Models
                # | #Leads to | #Link
                ~📍 m | ~see: [base](meta-llama/L) [branch](lab/m/tree/ckpt_360) \
[file](lab/m/blob/refs%2Fpr%2F1/gguf/m%20q4.gguf) [config](lab/m/blob/main/config.json) [data](datasets/lab/d) \
[org](lab) [all](collections/lab/x-1) [MS](https://ms.cn/lab/m) [again](https://ms.cn/lab/m) \
[https://a.org/?a=1&b=(2)|3\\4&copy;=_x_](https://a.org/?a=1&b=(2)|3\\4&copy;=_x_) | ~[🤗](lab/m)
            """
        },
        "m",
    ),
    Case(
        "9: group rows, a total, a footnote",
        """
        datasets:
          corner: Dataset
          columns: [{name: Samples, value: n}, {name: Link, link: true}]
          rows:
            - group: For training
            - {repo: sft, values: {n: 1.2M}}
            - {repo: rl, values: {n: 30K}}
            - group: For scoring
            - {repo: scores, values: {n: 5K}}
            - {name: Total, values: {n: 1.235M}}
          footnote: Counts are rounded.
        """,
        {
            "rl": """
                Datasets
                #Dataset | #Samples | #Link
                #For training»»
                sft | 1.2M | [🤗](datasets/lab/sft)
                ~📍 rl | ~30K | ~[🤗](datasets/lab/rl)
                #For scoring»»
                scores | 5K | [🤗](datasets/lab/scores)
                Total | 1.235M |
                Counts are rounded.
            """
        },
        "sft rl scores",
    ),
    Case(
        "9: group rows in Markdown",
        """
        models:
          format: markdown
          columns: [{name: Size, value: size}]
          rows: [{group: Small | ones}, {repo: a, values: {size: 1B}}, {group: Large ones}, {repo: b}]
        """,
        {
            "a": """
                Models
                # | #Size
                Small | ones |
                📍 a | 1B
                Large ones |
                b |
            """
        },
        "a b",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.shape)
def test_what_the_cards_show(case: Case) -> None:
    cards = build(case.manifest)
    assert set(cards) == set(case.every.split())
    for names, seen in case.seen.items():
        for name in names.split():
            assert [line.rstrip() for line in outline(cards[name])] == textwrap.dedent(seen).strip().splitlines()


@pytest.mark.parametrize("joiner", [" • ", " | ", "<br>", "", " <b>&amp;</b> ", "`|`", "\\"])
@pytest.mark.parametrize("form", ["html", "markdown"])
def test_what_stands_between_the_links_of_a_cell(form: str, joiner: str) -> None:
    shape = {
        "format": form,
        "joiner": joiner,
        "formats": [{"repo": "{repo}-GGUF", "label": "GGUF"}],
        "columns": [{"name": "Link", "link": True}],
        "rows": [{"repo": "a"}],
    }
    (card, _) = build({"models": shape}).values()
    if joiner == "<br>":
        assert "</a><br><a " in card.text or ")<br>[" in card.text
        joiner = ""
    assert outline(card)[-1].endswith(f"{joiner.strip()} [🤗](lab/a) [GGUF](lab/a-GGUF)".lstrip())
