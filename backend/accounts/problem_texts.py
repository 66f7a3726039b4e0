"""Words for what can go wrong around accounts."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "sign-in-failed": ProblemText(
        "We could not sign you in",
        "The username and the password do not belong together.",
        "Check both and try again. An administrator of your city can set a new password.",
    ),
    "held-by-another": ProblemText(
        "Somebody else typed this",
        "This page holds what somebody with another account typed, and only they can send it.",
        "Sign in as them, or leave it and sign in without it.",
    ),
    "sign-in-paused": ProblemText(
        "Too many tries for this name",
        "Many passwords were tried for this name lately, so a browser that is new to it has to "
        "wait {minutes} minutes.",
        "Wait, or sign in with a browser where you signed in before. An administrator of your "
        "city can also give you a new link.",
    ),
    "password-too-short": ProblemText(
        "The password is too short",
        "A password needs at least {minimum} characters.",
        "Choose a longer one; several words in a row are easy to remember.",
    ),
    "password-too-long": ProblemText(
        "The password is too long",
        "A password has at most {maximum} characters.",
        "Choose a shorter one.",
    ),
    "username-not-valid": ProblemText(
        "This cannot be a user name",
        "A user name has {shortest} to {longest} letters of one script, digits, and . _ - @, and "
        "begins with a letter or a digit.",
        "Choose another one, such as the part of their e-mail address before the @.",
    ),
    "role-changed-meanwhile": ProblemText(
        "Somebody else has changed this role meanwhile",
        "The role of {username} is not the one this page showed.",
        "Look at it as it is now, and change it again if it is still wrong.",
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
    "staff-unknown": ProblemText(
        "Nobody here has this username",
        "There is no account named {username}.",
        "Look at the list: python -m backend staff list.",
    ),
    "own-account": ProblemText(
        "This is your own account",
        "Nobody takes their own account back or gives themselves another role.",
        "Ask another administrator.",
    ),
    "last-admin": ProblemText(
        "Nobody would be left to administer the city",
        "This is the last administrator who can sign in.",
        "Make somebody else an administrator first.",
    ),
    "start-link-over": ProblemText(
        "This link opens nothing any more",
        "It was used, a newer one was made, or it is older than three days.",
        "Ask an administrator of your city for a new one.",
    ),
    "passwords-differ": ProblemText(
        "The two passwords are not the same",
        "You typed two different passwords.",
        "Type the same one twice.",
    ),
    "address-not-valid": ProblemText(
        "We cannot write to this address",
        "This is neither an e-mail address nor a phone number that takes text messages.",
        "Check it for slips. A phone number of another country begins with a plus and its code.",
    ),
    "code-kind-not-offered": ProblemText(
        "The city cannot send a code there",
        "The city sends no codes to this kind of address.",
        "Try an e-mail address instead of a phone number or the other way round, or go on without "
        "signing in: reports need no account.",
    ),
    "code-not-right": ProblemText(
        "This code does not open anything",
        "It is mistyped, was used before, or is older than ten minutes.",
        "Check it against the newest message, or ask for a new one.",
    ),
    "account-needed": ProblemText(
        "Please sign in first",
        "This is about what belongs to an account.",
        "Ask for a code to your e-mail address or phone number and sign in with it.",
    ),
    "message-not-sent": ProblemText(
        "The message could not be sent",
        "The service that carries messages did not take it.",
        "Try again in a few minutes.",
    ),
    "identity-provider-unreachable": ProblemText(
        "The sign-in service does not answer",
        "We could not check your sign-in because its provider cannot be reached.",
        "Try again in a few minutes, or report without signing in.",
    ),
    "api-key-missing": ProblemText(
        "A key is needed",
        "Writing needs the parameter api_key, and none was sent.",
        "Ask the city for a key; the discovery document says how. Reading needs none.",
    ),
    "api-key-not-valid": ProblemText(
        "We do not know this key",
        "The api_key that was sent is unknown here, or was revoked.",
        "Check the key, or ask the city for a new one.",
    ),
    "key-unknown": ProblemText(
        "There is no such key",
        "No key begins with {prefix}.",
        "List the keys and give the first twelve characters of one.",
    ),
    "key-holder-not-valid": ProblemText(
        "A key needs the name of its holder",
        "The name is missing, longer than {most} characters or not plain text.",
        "Name the program or the organisation that uses the key.",
    ),
}
