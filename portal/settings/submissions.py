"""Submissions: how often and for how long. docs/submitting.md says what each does."""

# How often, as pairs of a number of times and of seconds, for each: `network` and `mail` are an
# expression of interest's; `link_network` and `link_mail` those of a new link that is asked for;
# `coauthor` the invitations of one author.
SUBMISSION_LIMITS: dict[str, tuple[tuple[int, int], ...]] = {
    "network": ((5, 3600), (10, 24 * 3600)),
    "mail": ((3, 24 * 3600),),
    "link_network": ((10, 3600),),
    "link_mail": ((3, 3600), (6, 24 * 3600)),
    "coauthor": ((10, 24 * 3600),),
}
# After how many days something is deleted: expressions of interest whose address nobody confirmed;
# what was declined or withdrawn before it was sent in full; drafts that were never sent and that
# nobody has touched since; mailed links; files that were brought and that nothing names any more.
SUBMISSION_DAYS = {"unconfirmed": 30, "ended": 365, "drafts": 2 * 365, "links": 60, "files": 30}
# Who has the turn is reminded on the day it is due, then after every so many days, so many times.
SUBMISSION_REMINDERS = {"every_days": 7, "at_most": 4}
