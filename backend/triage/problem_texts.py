"""Words for what can go wrong with the queue's order."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "strength-not-valid": ProblemText(
        "This strength is not possible",
        "The strength of a weight set is a number from 0 to {most}.",
        "0 weighs nothing; 1 follows the gap in full, up to the limit of 1.5.",
    ),
    "weight-set-not-found": ProblemText(
        "There is no such weight set",
        "The weight set does not exist in this city.",
        "Choose one from the list.",
    ),
    "weight-set-decided": ProblemText(
        "This weight set was decided before",
        "Weight set {version} is {state}.",
        "Propose a new one if the order should change.",
    ),
    "rates-missing": ProblemText(
        "There are no reporting rates yet",
        "Weights follow from fitted reporting rates, and none were fitted so far.",
        "Fit them first: python -m backend equity refresh.",
    ),
    "gain-impossible": ProblemText(
        "This strength is not possible",
        "A weight set cannot follow the gap {gain} times.",
        "Give a number of 0 or more.",
    ),
    "band-impossible": ProblemText(
        "This severity is not possible",
        "There is no severity band {band}.",
        "Give the service a band from 0 (safety) to 4 (wish).",
    ),
    "target-impossible": ProblemText(
        "This target time is not possible",
        "A report cannot be due after {target_hours} hours.",
        "Give the service a target of more than 0 hours.",
    ),
    "weight-impossible": ProblemText(
        "This weight is not possible",
        "A district cannot weigh {weight}.",
        "Weights run from 1 to 1.5.",
    ),
}
