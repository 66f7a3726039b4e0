"""What an outcome did for voters, on elections small enough to check on paper."""

from fractions import Fraction

from backend.ballots.tally.ejr_plus import Violation, ejr_plus_violations
from backend.ballots.tally.equal_shares import EqualShares, equal_shares
from backend.ballots.tally.explain import explained, explanations
from backend.ballots.tally.greedy import Greedy, greedy
from backend.ballots.tally.margins import Margin, margins
from backend.ballots.tally.metrics import GroupSatisfaction, metrics, satisfaction_by, spending_by
from backend.ballots.tally.profile import Ballot, Election, Meta, Project
from backend.ballots.tally.shares_account import shares_account
from backend.ballots.tally.side_by_side import side_by_side

# North (8 voters) wants a and b, South (2) wants c; 100 of money, 10 for each voter.
PROJECTS = (
    Project("a", 60, categories=("green",), neighborhood="North"),
    Project("b", 40, categories=("green", "street"), neighborhood="North"),
    Project("c", 20, neighborhood="South"),
)
BALLOTS = (Ballot((0, 1)),) * 7 + (Ballot((0,)),) + (Ballot((2,)),) * 2
PLACES = {"neighborhood": ("North",) * 8 + ("South",) * 2}
ELECTION = Election(Meta("approval", 100), PROJECTS, BALLOTS, PLACES)


def test_greedy_leaves_out_the_south() -> None:
    outcome = greedy(ELECTION)
    found = metrics(ELECTION, outcome)
    assert outcome.winners == ("a", "b")
    assert (found.voters, found.excluded, found.excluded_share) == (10, 2, Fraction(1, 5))
    assert found.mean_approved_winners == Fraction(15, 10)
    assert (found.histogram, found.money_used) == ((2, 1, 7), 1)
    # 0, 0, 60 and seven times 100: (-9 - 7)*0 + -5*60 + (-3 - 1 + 1 + 3 + 5 + 7 + 9)*100.
    assert found.gini == Fraction(-300 + 2100, 10 * 760)
    assert ejr_plus_violations(ELECTION, outcome) == (Violation("c", 2, 0, 20, Fraction(20)),)


def test_equal_shares_does_not() -> None:
    outcome = equal_shares(ELECTION)
    found = metrics(ELECTION, outcome)
    assert outcome.winners == ("a", "c")
    assert (found.excluded, found.histogram) == (0, (0, 10))
    assert ejr_plus_violations(ELECTION, outcome) == ()
    account = shares_account(ELECTION, EqualShares(), outcome)
    assert (account.endowment, account.spent, account.left) == (10, 80, 20)
    # Each of the North paid 7.50 of 10, the South all it had.
    assert (account.spent_all, account.spent_nothing) == (2, 0)
    assert account.left_by_tenth == (0, 0, 8, 0, 0, 0, 0, 0, 0, 0)
    assert account.left_behind == {"b": Fraction(35, 2)}


def test_small_groups_of_voters_do_not_show() -> None:
    many = Election(
        ELECTION.meta,
        PROJECTS,
        BALLOTS * 10,
        {"sex": ("F", "M") * 50, "neighborhood": ("North",) * 93 + ("South",) * 7},
    )
    found = satisfaction_by(many, greedy(many))
    hidden = (None, None, None)
    assert found["neighborhood"] == (
        GroupSatisfaction("North", *hidden),
        GroupSatisfaction("South", *hidden),
    )
    # Every other voter: of ten ballots four for a and b, and one for c; or three, one for a, one.
    women, men = found["sex"]
    assert (women.voters, women.mean_approved_winners) == (50, Fraction(4 * 2, 5))
    assert (men.voters, men.mean_approved_winners) == (50, Fraction(3 * 2 + 1, 5))
    assert women.excluded_share == men.excluded_share == Fraction(1, 5)


def test_spending_stands_beside_voters_and_residents() -> None:
    outcome = equal_shares(ELECTION)
    ten = Election(
        ELECTION.meta, PROJECTS, BALLOTS * 10, {"neighborhood": PLACES["neighborhood"] * 10}
    )
    north, south = spending_by(ten, outcome, "neighborhood", {"North": 600, "South": 400})
    assert (north.spent, north.share, north.voter_share) == (60, Fraction(3, 4), Fraction(4, 5))
    assert (south.spent, south.resident_share) == (20, Fraction(2, 5))
    assert south.approval_share == Fraction(2, 17)
    # b is half green and half street; c has no category.
    spent = {one.label: one.spent for one in spending_by(ELECTION, greedy(ELECTION), "category")}
    assert spent == {"": 0, "green": 80, "street": 20}
    assert spending_by(ELECTION, outcome, "district") == ()


def test_what_decided_is_told_in_numbers_and_words() -> None:
    rule = EqualShares()
    outcome = equal_shares(ELECTION, rule)
    found = margins(ELECTION, rule, outcome)
    # The seven hold 17.50. With 13 alone for b, 23 share 100: the seven have 0, and 13/23*100 < 40.
    account = shares_account(ELECTION, rule, outcome)
    last = explained(outcome, found, account)[-1]
    assert (last.decision.project, last.supporters_had) == ("b", Fraction(35, 2))
    assert last.margin == found[0] == Margin("b", found[0].votes, 23)
    assert explanations(outcome, found, account) == {
        "a": "Funded: its turn came with 100 left, and it costs 60. 8 supporters paid 7.50 for "
        "each vote or point and 0 all they had left.",
        "c": "Funded: its turn came with 40 left, and it costs 20. 0 supporters paid 10.00 for "
        "each vote or point and 2 all they had left.",
        "b": "Lost: its 7 supporters together had 17.50 left, and it costs 40. With "
        f"{found[0].votes} more votes or at 23 less it would have won.",
    }


def test_two_rules_stand_side_by_side() -> None:
    both = side_by_side(ELECTION, (Greedy(), EqualShares()))
    assert (both.both, both.first.only, both.second.only) == (("a",), ("b",), ("c",))
    assert (both.first.preferred_by, both.second.preferred_by) == (7, 2)
    assert (len(both.first.violations), len(both.second.violations)) == (1, 0)
