"""Words for what can go wrong around accounts."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "sign-in-failed": ProblemText(
        "We could not sign you in",
        "The username and the password do not belong together.",
        "Check both and try again. An administrator of your city can set a new password.",
    ),
    "password-too-short": ProblemText(
        "The password is too short",
        "A password needs at least {minimum} characters.",
        "Choose a longer one; several words in a row are easy to remember.",
    ),
    "staff-account-not-valid": ProblemText(
        "This cannot be a staff account",
        "A staff account needs a username and one of the roles {roles}.",
        "Name both and try again.",
    ),
    "username-taken": ProblemText(
        "This username is taken",
        "There is already an account named {username}.",
        "Choose another username.",
    ),
    "identity-provider-unreachable": ProblemText(
        "The sign-in service does not answer",
        "We could not check your sign-in because its provider cannot be reached.",
        "Try again in a few minutes, or report without signing in.",
    ),
}
