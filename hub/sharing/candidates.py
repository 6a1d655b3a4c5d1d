"""Which desks are asked about an entry. Everyone else is not asked, and each that is asked gets a ruling.

To be asked opens nothing: a subscription or a mention comes with relationship NONE, and then only what needs no
relationship can be given.
"""

from typing import Final, NamedTuple

from consent import register
from consent.terms import ConsentEntry, Recipient, Relationship
from hub.model.directory import Desk
from hub.sharing.fold import holds, proposes, referrer
from hub.sharing.matter import Matter

Asked = dict[str, Relationship]
"""Why each desk, by name, has to do with the person."""

STANDING: Final[dict[str, Relationship]] = {
    "PLACE_COVER": "PLACE_COVER",
    "CUSTODY": "CUSTODY",
    "ACTIVE": "ACTIVE",
    "REGISTERED": "ACTIVE",
}
"""What is kept of a person, and the relationship that it is."""


class Candidate(NamedTuple):
    """A desk that is asked about, and why it has to do with the person."""

    desk: Desk
    relationship: Relationship


def candidates(matter: Matter) -> list[Candidate]:
    """The desks to rule upon, by name, each once; never the publisher.

    Of several relationships the one that says most about this entry counts: what comes later here. TOLD exists only for
    the change of a consent: a desk must hear of that whatever else it has to do with the person.
    """
    bears, entry = matter.bears, matter.entry
    asked: Asked = dict.fromkeys(_mentioned(matter), "NONE")
    if bears.addressed:
        asked |= dict.fromkeys(bears.addressed, "ADDRESSED" if _counts(matter) else "NONE")
    if bears.panel or bears.contributors:
        asked |= dict.fromkeys(bears.panel | bears.contributors, "PANEL")
    asked |= dict.fromkeys(bears.duty, "DUTY")
    asked |= dict.fromkeys(matter.cover, "PLACE_COVER")
    standing = _standing(matter) if matter.person.relationships else ()
    asked |= {name: kind for name, kind in standing if kind != "ACTIVE"}
    if entry.type == "referral":
        asked |= _referred(matter)
    asked |= dict.fromkeys(bears.supervisors, "ACTIVE")
    asked |= {name: kind for name, kind in standing if kind == "ACTIVE"}
    asked |= dict.fromkeys(bears.undesignated, "TOLD")
    if entry.consent:
        asked |= _told(matter, entry.consent)
    asked.pop(entry.publisher, None)
    desks = matter.world.directory.desks
    return [Candidate(desks[name], asked[name]) for name in sorted(asked) if name in desks]


def _mentioned(matter: Matter) -> list[str]:
    """Whoever has subscribed, holds the person, or keeps people safe where somebody says that they are not."""
    entry, directory = matter.entry, matter.world.directory
    asked = [*matter.bears.safeguarding, *(desk.name for desk in directory.subscribers(entry.type, entry.area))]
    return [*asked, entry.holding_ref] if entry.holding_ref else asked


def _counts(matter: Matter) -> bool:
    """Whether to be named in such an event is something by itself; otherwise it is to be mentioned."""
    rule = matter.world.decisions.policy.events.get(matter.entry.type)
    return rule is not None and rule.addressed


def _standing(matter: Matter) -> list[tuple[str, Relationship]]:
    """Relationships that hold for every entry about the person, whatever it is."""
    at = matter.world.moment.judged_at
    held = [each for each in matter.person.relationships if each.kind in STANDING and holds(each, at)]
    return [(each.desk, STANDING[each.kind]) for each in held if each.kind != "ACTIVE" or _agreed(matter, each.desk)]


def _agreed(matter: Matter, name: str) -> bool:
    """A charity that accepted a referral has to do with the person for as long as they agree to it."""
    desk = matter.world.directory.desk(name)
    if desk is None or desk.role != "CVO":
        return True
    recipient, at = Recipient(desk.organisation, desk.role), matter.world.moment.judged_at
    return register.stands(matter.person.consents, matter.overtaking, recipient, at)


def _referred(matter: Matter) -> Asked:
    """What a referral itself makes of a desk: its target, or whoever is to hear how it moved."""
    if proposes(matter.entry):
        return dict.fromkeys(matter.entry.named, "PROPOSED")
    referred_by = referrer(matter.entry, matter.person)
    return {referred_by: "PUBLISHER"} if referred_by else {}


def _told(matter: Matter, said: ConsentEntry) -> Asked:
    """Whoever was given something under the consent that now ends: it hears of it."""
    if said.action == "GRANT":
        return {}
    named = {told.desk for told in matter.person.told if told.consent_id == said.consent_id}
    desks = (matter.world.directory.desk(told.desk) for told in matter.person.told)
    return dict.fromkeys(named | {desk.name for desk in desks if desk and _refuses(said, desk)}, "TOLD")


def _refuses(said: ConsentEntry, desk: Desk) -> bool:
    """Whether a refusal outside care reaches the desk: it names it, or it names nobody and so means all."""
    recipient = Recipient(desk.organisation, desk.role)
    return said.action == "REFUSE" and not said.among_carers and (not said.recipients or recipient in said.recipients)
