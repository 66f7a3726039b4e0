"""The words for what can go wrong with delivery."""

from backend.core.problem_text import ProblemText

TEXTS: dict[str, ProblemText] = {}
