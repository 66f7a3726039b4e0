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
    "webhook-address-too-long": ProblemText(
        "The address is too long",
        "It has more than {most} characters.",
        "Give a shorter one.",
    ),
    "webhook-address-not-valid": ProblemText(
        "This is no address to send to",
        "A webhook's address is https://, a host, and a path: without a user, a password, blanks "
        "or anything after a #.",
        "Check it for slips.",
    ),
    "webhook-address-not-https": ProblemText(
        "Nothing would be sent to this address",
        "It does not begin with https://, so anybody on the way could read what is sent.",
        "Give the receiver's https:// address, also inside your own network.",
    ),
    "webhook-address-private": ProblemText(
        "Nothing would be sent to this address",
        "It leads to a private network, which EVENWARD_WEBHOOK_NETWORKS does not list.",
        "Give an address that anybody can reach, or list the network there.",
    ),
    "webhook-host-unknown": ProblemText(
        "Nothing would be sent to this address",
        "Nobody knows its host: the name has no address.",
        "Check the name for slips, and whether this server can look names up.",
    ),
}
