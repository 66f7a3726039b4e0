"""The words for what can go wrong with paper."""

from backend.core.problem_text import ProblemText

TEXTS: dict[str, ProblemText] = {}
