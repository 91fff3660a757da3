"""What the templates of challenges need beside the site's own tags: progress in words, and staff's texts."""

from __future__ import annotations

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from challenges.models import Contribution
from challenges.standing import Standing, TaskStanding
from challenges.tasks import task_kind
from challenges.terms import Milestone
from core.brand.models import Brand

register = template.Library()

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "h2", "h3"}
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})


@register.filter
def prose(text: str) -> SafeString:
    """Staff's text, plain or Markdown, as HTML that can do no harm."""
    html = nh3.clean(
        _markdown.render(text), tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}
    )
    return mark_safe(html)


@register.filter
def plain(text: str) -> str:
    """The words of staff's text alone."""
    return " ".join(nh3.clean(_markdown.render(text), tags=set()).split())


@register.filter
def how_far(task: TaskStanding, brand: Brand) -> str:
    """The progress of a task in words: "2 of 3", "€90.00 of €150.00"."""
    done, target = task.kind.said(task.progress, brand), task.kind.said(task.terms.target, brand)
    return _("%(done)s of %(target)s") % {"done": done, "target": target}


@register.simple_tag
def stone_at(task: TaskStanding, stone: Milestone, brand: Brand) -> str:
    """Where on the way of a task a milestone is."""
    return task.kind.said(stone.at, brand)


@register.simple_tag
def contributed(standing: Standing, fact: Contribution, brand: Brand) -> dict[str, str]:
    """The task that an activity counted for and how much it counted, in words."""
    for task in standing.terms.tasks:
        if task.slug == fact.task:
            return {"task": task.title, "much": task_kind(task.kind).said(fact.quantity, brand)}
    return {"task": fact.task, "much": str(fact.quantity)}
