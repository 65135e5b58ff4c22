"""A rules file that is right, for tests to change in one place."""

GOOD = """\
time_zone: Europe/Berlin
admins: {members: [U0LEA], channel: "#admins"}
sources:
  email: {name: E-mail}
  survey: {name: Survey}
teams:
  care:
    name: Customer care
    channel: "#care"
    members: [U0ANA, U0BEN]
    supervisors: [U0SAM]
    leads: [U0LEA]
    escalation_channel: "#supervisors"
    hours: "Mo-Fr 09:00-17:00; PH off"
    country: DE
  billing:
    name: Billing
    channel: "#billing"
    members: [U0BEN]
promises:
  urgent: {acknowledge: 10 minutes, resolve: 4 hours, ping_at: [80 %, 50 %], hours: always}
  normal: {resolve: 16 hours, hours: team}
rules:
  - name: Late parcel
    when: sentiment.label == "negative" && feedback.text.contains("parcel")
    open: complaint
    team: care
    priority: high
    promise: urgent
    because: A parcel is late
  - name: Nothing to do
    when: true
    ignore: true
    because: Nothing to answer
compensation:
  currency: EUR
  options: [refund, free service]
  rates: {USD: 0.86}
  limits_per_case: {agent: 50, supervisor: 250.50}
  limits_per_week: {agent: 200, supervisor: 900}
  budgets_per_month: {care: 3000}
  limit_per_customer_year: 300
  limits_per_approval: {supervisor: 600, lead: 2500}
imports: {open_cases_for: 7 days, at_most: 25}
"""


def good_but(old: str, new: str) -> bytes:
    """The right file with one passage replaced; it must be there, and once."""
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new).encode()


def line_of(passage: str) -> int:
    """The line in which a passage of the right file stands."""
    return GOOD[: GOOD.index(passage)].count("\n") + 1
