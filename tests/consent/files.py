"""The policy as it is shipped, its texts by name, and the policy with one text changed."""

from functools import cache
from importlib.resources import files
from typing import Final

from consent.policy import Policy
from consent.terms import ConsentEntry, Facts, Recipient

POLICY_TEXTS: Final = ("views.toml", "receivers.toml", "gateways.toml", "takers.toml", "expiry.toml")
"""As Policy.parse takes them."""
TEXTS: Final = {
    name: files("consent").joinpath(name).read_text(encoding="utf-8") for name in (*POLICY_TEXTS, "words.toml")
}
CHARITY: Final = Recipient("bridge-charity", "CVO")
PROBATION: Final = Recipient("probation-sw", "PROB_OM")
TRUST: Final = Recipient("avon-trust", "MH_TRUST")
MAY: Final = 1_777_896_000_000
"""4 May 2026, 12:00 UTC."""


def parsed(**changes: str) -> Policy:
    """The policy with these texts, named without their ending, in place of those that ship."""
    return Policy.parse(*(changes.get(name.removesuffix(".toml"), TEXTS[name]) for name in POLICY_TEXTS))


POLICY: Final = parsed()
EXPIRY: Final = POLICY.expiry
REFERRAL: Final = Facts(
    event_type="referral",
    from_role="LD_TEAM",
    to_role="CVO",
    relationship="PROPOSED",
    confidence="CONFIRMED",
    holds_person=False,
    place_cover=False,
    purpose="REFERRAL",
    objection=False,
    disturbed=False,
    consent=(),
    aspect="MILD_MODERATE",
    agreement="HELD",
)
AGREED: Final = REFERRAL._replace(consent=(("identity", "GIVEN"), ("health_minimum", "GIVEN")))
GRANT: Final = ConsentEntry(
    consent_id="one",
    version=1,
    action="GRANT",
    occurred_at=MAY,
    recipients=(CHARITY,),
    views=("identity", "health_minimum"),
    purposes=("REFERRAL",),
    valid_from=MAY,
    valid_to=None,
    among_carers=False,
    taken_role="LD_TEAM",
    custody_setting=False,
)
REFUSAL: Final = GRANT._replace(consent_id="two", action="REFUSE", recipients=(), views=(), purposes=())
WITHDRAWAL: Final = GRANT._replace(
    version=2, action="WITHDRAW", occurred_at=MAY + 1, recipients=(), views=(), purposes=()
)


def changed(file: str, old: str, new: str) -> Policy:
    """The policy after one change to one text; the old words must stand in it."""
    assert old in TEXTS[file]
    return parsed(**{file.removesuffix(".toml"): TEXTS[file].replace(old, new, 1)})


@cache
def without(gateway: str) -> Policy:
    """The policy with one gateway taken away; its name stays known."""
    law = TEXTS["gateways.toml"]
    row = law[law.index(f'[[gateway]]\nid = "{gateway}"') :].removeprefix("[[gateway]]").partition("[[gateway]]")[0]
    law = law.replace(f"[[gateway]]{row}", "").replace("not_yet = [", f'not_yet = [ "{gateway}",')
    return parsed(gateways=law)
