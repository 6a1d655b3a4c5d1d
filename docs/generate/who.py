"""Who could be given a view of an event, as Markdown: consent.who has the answer, and this writes it down."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from consent import who
from docs.generate.markdown import code, link, table
from docs.generate.sources import Sources, roles

_URGENT: Final = "Asked first, before identity and relationship, so that nobody comes to harm meanwhile:"
_NOBODY: Final = "Nobody is given it: it is for the hub, and for auditors."
_MANY: Final = 7


def told(sources: Sources, kind: str, view: str, base: str = "../") -> str:
    """The two answers; `base` leads to the folder of the reference pages."""
    ways = table(("Who", "if the desk …", "under any one of"), _rows(sources, kind, view, base))
    urgent = [
        f"- {link(gateway, f'{base}gateways.md')}: {_few(sources, names, view, base)}"
        for gateway, names in who.in_emergency(sources.policy, kind, view).items()
    ]
    emergency = "\n".join([_URGENT, "", *urgent]) if urgent else ""
    return "\n".join(filter(None, (ways, emergency))) or _NOBODY


def _rows(sources: Sources, kind: str, view: str, base: str) -> Iterator[tuple[str, str, str]]:
    """Roles with the same conditions and gateways share a row."""
    rule = sources.policy.events.get(kind)
    shared: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for opening in who.openings(sources.policy, kind, view) if rule else ():
        when = tuple(who.told(condition, rule, sources.words, code) for condition in opening.when)
        shared[when, opening.under].append(opening.role)
    for (when, under), names in shared.items():
        law = (
            ", ".join(link(gateway, f"{base}gateways.md") for gateway in under) or "only what is asked first, see below"
        )
        yield roles(sources, names, base), "; or ".join(when), law


def _few(sources: Sources, names: Sequence[str], view: str, base: str) -> str:
    """Roles by name if they are few; else the rule that they follow from."""
    if len(names) <= _MANY:
        return roles(sources, names, base)
    return f"the desk that answers, of any role that the matrix lets have it ({link(view, f'{base}views.md')})"
