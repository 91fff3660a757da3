"""The sections of the programme file that hold charities and rewards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.sections import (
    COLOUR,
    MOMENT,
    SLUG,
    Applying,
    Aside,
    Item,
    ListSection,
    Problem,
    Reference,
    choice,
    mapping,
    optional,
    register,
    several,
    text,
    whole,
)
from rewards import art, kinds, moving
from rewards.models import Charity, Reward, Session
from rewards.models.reward import MOST_HOURS, MOST_POINTS, MOST_SEATS

_WEB = {
    "type": "string",
    "pattern": r"^(https?://[^\s]+)?$",
    "maxLength": 500,
    "default": "",
    "x-must": "must be an address that begins with http:// or https://",
}
_SESSION = mapping(
    {
        "slug": SLUG,
        "starts": MOMENT,
        "ends": MOMENT,
        "place": text(160),
        "map_url": _WEB,
        "seats": whole(1, MOST_SEATS),
    },
    required=["slug", "starts", "ends", "place", "seats"],
)


def _art() -> Item:
    return mapping({"colour": COLOUR, "glyph": choice(*art.GLYPHS)}, default={})


def _fill(thing: Reward | Charity, values: dict[str, Any]) -> None:
    """Set `values` and save them and nothing else: counters move while the file is applied."""
    for name, value in values.items():
        setattr(thing, name, value)
    thing.full_clean()
    if thing.pk:
        thing.save(update_fields=list(values))
    else:
        thing.save()


def _arrange(model: type[Reward] | type[Charity], names: list[str]) -> None:
    """Number the things as the file lists them; what it does not list comes after them."""
    for place, name in enumerate(names):
        model._default_manager.filter(slug=name).update(position=place)
    model._default_manager.exclude(slug__in=names).update(position=len(names))


def _cover(item: Item, glyph: str) -> dict[str, str]:
    chosen = item.get("art") or {}
    return {"colour": chosen.get("colour", ""), "glyph": chosen.get("glyph", glyph)}


def _art_of(thing: Reward | Charity, glyph: str) -> Item:
    chosen = {"colour": thing.colour} if thing.colour else {}
    return chosen | ({"glyph": thing.glyph} if thing.glyph != glyph else {})


class Charities(ListSection):
    """To whom points can be given."""

    key, thing, order = "charities", "charity", 80
    told = gettext_noop("Charities")
    ordered = True
    schema = mapping(
        {
            "slug": SLUG,
            "name": text(120),
            "about": text(4000, default=""),
            "url": _WEB,
            "art": _art(),
        },
        required=["slug", "name"],
    )

    def present(self) -> dict[str, Item]:
        return {
            charity.slug: {
                "slug": charity.slug,
                "name": charity.name,
                "about": charity.about,
                "url": charity.url,
                "art": _art_of(charity, "heart"),
            }
            for charity in Charity.objects.open()
        }

    def put(self, item: Item, applying: Applying) -> None:
        charity = Charity.objects.filter(slug=item["slug"]).first()
        charity = charity or Charity(slug=item["slug"], position=Charity.objects.count())
        _fill(charity, {name: item[name] for name in ("name", "about", "url")} | _cover(item, "heart"))
        charity.publish()

    def retire(self, name: str, applying: Applying) -> None:
        Charity.objects.get(slug=name).close()

    def arrange(self, names: list[str], applying: Applying) -> None:
        _arrange(Charity, names)


class Rewards(ListSection):
    """What points are spent on."""

    key, thing, order = "rewards", "reward", 90
    told = gettext_noop("Rewards")
    ordered = True
    schema = mapping(
        {
            "slug": SLUG,
            "kind": choice("experience", "voucher", "gift"),
            "title": text(120),
            "about": text(4000, default=""),
            "cost": whole(1, MOST_POINTS),
            "limit_per_member": optional(whole(1)),
            "cancel_until_hours": whole(0, MOST_HOURS, default=0),
            "tiers": several(SLUG, default=[], uniqueItems=True),
            "sessions": several(_SESSION, default=[]),
            "codes": several(text(200), default=[]),
            "stock": optional(whole(0)),
            "art": _art(),
        },
        required=["slug", "kind", "title", "cost"],
    )

    def check(self, item: Item) -> Iterable[Problem]:
        if item["kind"] == "experience" and not item["sessions"]:
            yield Problem(("sessions",), "must have at least one session")
        if item["kind"] != "experience" and item["sessions"]:
            yield Problem(("sessions",), "must be left out unless the kind is experience")
        seen: set[str] = set()
        for index, session in enumerate(item["sessions"]):
            if session["slug"] in seen:
                yield Problem(("sessions", index, "slug"), "must be a slug that no other session has")
            seen.add(session["slug"])
            if session["ends"] <= session["starts"]:
                yield Problem(("sessions", index, "ends"), "must be after it starts")

    def refers(self, item: Item) -> Iterable[Reference]:
        for number, slug in enumerate(item["tiers"]):
            yield Reference(("tiers", number), "tiers", slug)

    def aside(self, item: Item) -> Iterable[Aside]:
        if not kinds.known(item["kind"]):
            yield Aside((), f"kind '{item['kind']}' is not available in this version")

    def present(self) -> dict[str, Item]:
        sessions = Session.objects.filter(withdrawn=False).order_by("position", "starts", "pk")
        rewards = Reward.objects.live().prefetch_related(Prefetch("sessions", sessions))
        return {reward.slug: _told(reward) for reward in rewards}

    def put(self, item: Item, applying: Applying) -> None:
        reward = Reward.objects.filter(slug=item["slug"]).first()
        reward = reward or Reward(slug=item["slug"], position=Reward.objects.count())
        names = ("kind", "title", "about", "cost", "limit_per_member", "cancel_until_hours")
        _fill(
            reward, {name: item[name] for name in names} | {"tiers": item["tiers"] or None} | _cover(item, "sparkles")
        )
        kept = {session.slug: session for session in reward.sessions.all()}
        for place, said in enumerate(item["sessions"]):
            _put_session(reward, kept.pop(said["slug"], None), said | {"position": place})
        for session in kept.values():
            session.withdraw()
        reward.publish()

    def retire(self, name: str, applying: Applying) -> None:
        Reward.objects.get(slug=name).retire()

    def arrange(self, names: list[str], applying: Applying) -> None:
        _arrange(Reward, names)


def _put_session(reward: Reward, session: Session | None, said: Item) -> None:
    if session is None:
        if Session.objects.filter(slug=said["slug"]).exists():
            raise ValidationError(_("Another reward has a session %(slug)s already.") % {"slug": said["slug"]})
        session = Session(reward=reward, slug=said["slug"], seats=said["seats"])
    elif session.seats != said["seats"]:
        session.resize(said["seats"])
    names = ("starts", "ends", "place", "map_url", "position")
    for name in names:
        setattr(session, name, said[name])
    session.withdrawn = False
    session.full_clean()
    moving.save(session, [*names, "withdrawn"])


def _told(reward: Reward) -> Item:
    return {
        "slug": reward.slug,
        "kind": reward.kind,
        "title": reward.title,
        "about": reward.about,
        "cost": reward.cost,
        "limit_per_member": reward.limit_per_member,
        "cancel_until_hours": reward.cancel_until_hours,
        "tiers": reward.tiers or [],
        "sessions": [_told_session(session) for session in reward.sessions.all()],
        "art": _art_of(reward, "sparkles"),
    }


def _told_session(session: Session) -> Item:
    moments: dict[str, datetime] = {"starts": session.starts, "ends": session.ends}
    return {
        "slug": session.slug,
        **moments,
        "place": session.place,
        "map_url": session.map_url,
        "seats": session.seats,
    }


register(Charities())
register(Rewards())
