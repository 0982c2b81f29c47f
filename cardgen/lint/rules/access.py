"""Rules."""

from __future__ import annotations

from cardgen.lint.rule import Rule

RULES: tuple[Rule, ...] = ()
