"""Words for what can go wrong around webhooks."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "webhook-unknown": ProblemText(
        "There is no such webhook",
        "No webhook here has the id {webhook}.",
        "`python -m backend webhooks list` shows all of them.",
    ),
    "webhook-event-unknown": ProblemText(
        "There is no such event",
        "Webhooks are told of {events}, not of {event}.",
        "Choose among these events, or name none to be told of all.",
    ),
    "webhook-address-refused": ProblemText(
        "Nothing would be sent to this address",
        "The address was checked and refused: {reason}.",
        "Give an https:// address that anybody can reach; for one inside your own network, list "
        "that network in EVENWARD_WEBHOOK_NETWORKS.",
    ),
}
