"""The link that a friend opens: quick, friendly, telling of nobody, and counting people alone."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from core import clock
from core.activities.models import Activity
from core.brand.models import Brand
from core.members.models import Member
from referrals import changing, clicks, codes, gate, landing, preview, trail
from referrals.models import Click, Code
from tests.clearing import forget_cached
from tests.referrals.people import NOON, agree, code_of, join

pytestmark = pytest.mark.django_db

OWN = {
    "nonce": r'nonce="([^"]+)"',
    "csrf": r'name="csrfmiddlewaretoken" value="([^"]+)"',
    "trail": r'name="referral_token" value="([^"]+)"',
}
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PROGRAMS = [
    "WhatsApp/2.23.20.0",
    "WhatsApp/2.24.8.78 A",
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Facebot",
    "Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 "
    "Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Pinterestbot/1.0",
    "Viber/13.3.0",
    "curl/8.5.0",
    "python-requests/2.32.3",
    "",
]


def browser(agent: str = PHONE, address: str = "203.0.113.7") -> Client:
    return Client(headers={"user-agent": agent}, REMOTE_ADDR=address)


def path(member: Member) -> str:
    return f"/i/{code_of(member)}/"


def test_it_says_who_invites_and_what_both_get(ada):
    response = browser().get(path(ada))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Ada invites you to" in page
    assert "250 points" in page
    assert "500 points" in page
    assert "Lovelace" not in page
    assert "countess@example.com" not in page
    assert 'name="referral_token"' in page
    assert page.count('type="email"') == 1


@pytest.mark.parametrize("alias", ["", "ada@example.com", "me: ada@example.com"])
def test_an_inviter_who_told_no_name_is_not_named(terms, alias):
    inviter = join("ada@example.com", alias=alias)
    page = browser().get(path(inviter)).content.decode()
    assert "You are invited to" in page
    assert "example.com" not in page.replace('placeholder="ada@example.com"', "")


def test_small_letters_in_the_address_will_do(ada):
    assert browser().get(path(ada).lower()).status_code == 200


@pytest.mark.parametrize("code", ["ZZZZZZZ", "zzzzzzz", "short", "ABCD23O", "%00", "é", "a" * 300])
def test_an_unknown_code_is_a_friendly_404_with_the_same_form(ada, code):
    response = browser().get(f"/i/{code}/")
    page = response.content.decode()
    assert response.status_code == 404
    assert 'type="email"' in page
    assert "referral_token" not in page
    assert trail.COOKIE not in response.cookies


def test_without_terms_a_link_leads_nowhere(ada):
    address = path(ada)
    changing.withdraw()
    response = browser().get(address)
    assert response.status_code == 404
    assert trail.COOKIE not in response.cookies


def test_posting_to_a_link_is_no_way(ada):
    assert browser().post(path(ada)).status_code == 405


def test_codes_cannot_be_tried_out(ada):
    visitor = browser()
    statuses = [visitor.get(f"/i/{codes.drawn()}/").status_code for _ in range(gate.MISSES + 3)]
    assert statuses[: gate.MISSES] == [404] * gate.MISSES
    assert statuses[-1] == 429
    shut = visitor.get(path(ada))
    assert (shut.status_code, shut["Retry-After"]) == (429, "600")
    assert browser(address="198.51.100.1").get(path(ada)).status_code == 200
    forget_cached()
    assert visitor.get(path(ada)).status_code == 200


def test_one_network_of_ipv6_is_one_visitor_to_the_gate(ada):
    for number in range(gate.MISSES + 1):
        browser(address=f"2001:db8:1:2::{number + 1:x}").get(f"/i/{codes.drawn()}/")
    assert browser(address="2001:db8:1:2:ffff::1").get(path(ada)).status_code == 429


# --- the visitor's trail ----------------------------------------------------------------------------------------------


def test_the_cookie_is_signed_and_ends_with_the_window(ada):
    agree(window_days=7)
    cookie = browser().get(path(ada)).cookies[trail.COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (7 * 24 * 3600, True, "Lax")
    assert [step.code for step in trail.read(cookie.value)] == [code_of(ada)]


def test_the_first_click_stays_in_the_trail_and_the_last_is_added(ada):
    grace = join("grace@example.com", NOON - timedelta(days=9))
    visitor = browser()
    visitor.get(path(ada))
    visitor.get(path(grace))
    steps = trail.read(visitor.cookies[trail.COOKIE].value)
    assert [step.code for step in steps] == [code_of(ada), code_of(grace)]


def test_a_trail_stays_short_and_keeps_its_first_and_latest_clicks(ada):
    now = clock.now()
    terms = agree()
    all_codes = [codes.drawn() for _ in range(40)]
    steps: trail.Trail = ()
    for number, code in enumerate(all_codes):
        steps = trail.followed(steps, code, now + timedelta(seconds=number), terms)
    assert [step.code for step in steps] == [all_codes[0], *all_codes[-7:]]
    assert len(trail.sign(steps)) < 500


def test_a_forged_cookie_is_replaced(ada):
    visitor = browser()
    visitor.cookies[trail.COOKIE] = "forged:by:me"
    response = visitor.get(path(ada))
    assert [step.code for step in trail.read(response.cookies[trail.COOKIE].value)] == [code_of(ada)]


# --- members ----------------------------------------------------------------------------------------------------------


def test_the_inviter_is_told_that_it_is_their_own(ada, client_of):
    response = client_of(ada).get(path(ada), headers={"user-agent": PHONE})
    assert "your own link" in response.content.decode()
    assert trail.COOKIE not in response.cookies
    assert Click.objects.count() == 0


def test_a_member_is_told_that_they_are_in_already(ada, member, client_of):
    response = client_of(member).get(path(ada), headers={"user-agent": PHONE})
    page = response.content.decode()
    assert "in already" in page
    assert 'type="email"' not in page
    assert trail.COOKIE not in response.cookies
    assert Click.objects.count() == 0


# --- clicks -----------------------------------------------------------------------------------------------------------


def test_a_person_is_one_click_an_hour(ada):
    for minutes, count in ((0, 1), (30, 1), (59, 1), (61, 2)):
        with clock.at(NOON + timedelta(minutes=minutes)):
            browser().get(path(ada))
        assert Click.objects.count() == count


def test_two_people_are_two_clicks_and_one_browser_is_one_wherever_it_goes(ada):
    visitor = browser()
    visitor.get(path(ada))
    visitor.get(path(ada), REMOTE_ADDR="198.51.100.9")
    browser(LAPTOP).get(path(ada))
    assert Click.objects.count() == 2


def test_midnight_makes_no_new_visitor(ada):
    for moment in (NOON.replace(hour=23, minute=50), NOON.replace(hour=23, minute=50) + timedelta(minutes=20)):
        with clock.at(moment):
            browser().get(path(ada))
    assert Click.objects.count() == 1


@pytest.mark.parametrize("agent", PROGRAMS)
def test_previews_and_crawlers_are_no_clicks(ada, agent):
    response = browser(agent).get(path(ada))
    assert response.status_code == 200
    assert "og:image" in response.content.decode()
    assert Click.objects.count() == 0


def test_a_browser_without_a_window_is_somebody(ada):
    browser("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0").get(
        path(ada)
    )
    assert Click.objects.count() == 1


def test_who_comes_by_a_program_carries_the_invitation_too(ada):
    response = browser("python-requests/2.32.3").get(path(ada))
    assert [step.code for step in trail.read(response.cookies[trail.COOKIE].value)] == [code_of(ada)]


def test_a_head_is_no_click_and_leaves_nothing(ada):
    response = browser().head(path(ada))
    assert response.status_code == 200
    assert Click.objects.count() == 0
    assert trail.COOKIE not in response.cookies


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender"])
def test_a_prefetch_is_no_click(ada, purpose):
    response = browser().get(path(ada), headers={"sec-purpose": purpose})
    assert Click.objects.count() == 0
    assert trail.COOKIE not in response.cookies


def test_no_address_is_kept(ada):
    browser(address="203.0.113.77").get(path(ada))
    click = Click.objects.get()
    assert "203.0.113" not in str(vars(click))
    with clock.at(clock.now() + timedelta(days=2)):
        browser(address="203.0.113.77").get(path(ada))
    assert len(set(Click.objects.values_list("visitor", flat=True))) == 2


@pytest.mark.django_db(transaction=True)
def test_the_page_takes_one_query_and_writes_nothing(ada):
    address = path(ada)
    with CaptureQueriesContext(connection) as queries:
        assert browser().get(address).status_code == 200
    said = [query["sql"] for query in queries]
    assert len(said) <= 1, said
    assert all(sql.startswith("WITH ") for sql in said)
    assert clicks.of(Code.objects.get(member=ada).pk) == 1


@pytest.mark.django_db(transaction=True)
def test_many_clicks_are_written_together_and_none_is_lost(ada):
    address = path(ada)
    for number in range(30):
        browser(address=f"198.51.100.{number}").get(address)
    assert clicks.of(Code.objects.get(member=ada).pk) == 30


# --- what is kept of it -----------------------------------------------------------------------------------------------


def own(response: HttpResponse) -> dict[str, str]:
    """What belongs to one visitor alone: the nonce, the form's token and the trail."""
    found = {name: set(re.findall(pattern, response.content.decode())) for name, pattern in OWN.items()}
    assert {name: len(values) for name, values in found.items()} == dict.fromkeys(OWN, 1)
    return {name: values.pop() for name, values in found.items()}


def common(response: HttpResponse) -> str:
    page = response.content.decode()
    for value in own(response).values():
        page = page.replace(value, "…")
    return page


def test_two_visitors_share_the_page_and_nothing_that_is_their_own(ada):
    landing.kept.clear()
    visits = [browser().get(path(ada)) for _visit in range(3)]
    assert len({common(visit) for visit in visits}) == 1
    for name in ("nonce", "csrf"):
        assert len({own(visit)[name] for visit in visits}) == 3
    for visit in visits:
        assert f"'nonce-{own(visit)['nonce']}'" in visit["Content-Security-Policy"]
        assert own(visit)["trail"] == visit.cookies[trail.COOKIE].value


def test_the_form_on_a_kept_page_can_be_sent(ada):
    browser().get(path(ada))
    visitor = Client(headers={"user-agent": PHONE}, enforce_csrf_checks=True)
    mine = own(visitor.get(path(ada)))
    fields = {"email": "new@example.com", "referral_token": mine["trail"]}
    assert visitor.post("/accounts/login/", fields).status_code == 403
    assert visitor.post("/accounts/login/", {**fields, "csrfmiddlewaretoken": mine["csrf"]}).status_code == 303


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: Member.objects.update(alias="Augusta"), "Augusta invites you to"),
        (lambda: agree(friend_points=777), "777 points"),
        (lambda: Brand.objects.update(name="Ash and Oak"), "Ash and Oak"),
        (lambda: Brand.objects.update(points_other="acorns"), "250 acorns"),
        (lambda: Brand.objects.update(languages=["tr"]), '<html lang="tr"'),
    ],
)
def test_a_change_is_seen_at_the_next_visit(ada, change, said):
    before = browser().get(path(ada)).content.decode()
    change()
    after = browser().get(path(ada))
    assert said not in before
    assert said in after.content.decode()
    landing.kept.clear()
    assert common(browser().get(path(ada))) == common(after)


def test_each_code_and_each_language_has_its_own_page(ada):
    grace = join("grace@example.com", NOON - timedelta(days=9), alias="Grace")
    for _visit in range(2):
        assert "Ada invites you to" in browser().get(path(ada)).content.decode()
        assert "Grace invites you to" in browser().get(path(grace)).content.decode()
        assert '<html lang="tr"' in browser().get(path(ada), headers={"accept-language": "tr"}).content.decode()


# --- the picture ------------------------------------------------------------------------------------------------------


def test_the_picture_is_a_small_png_of_the_right_size(ada):
    response = browser(PROGRAMS[0]).get(f"{path(ada)}card.png")
    assert response["Content-Type"] == "image/png"
    assert Image.open(BytesIO(response.content)).size == (1200, 630)
    assert len(response.content) < 60_000
    assert Click.objects.count() == 0


def test_the_picture_of_an_unknown_code_is_404(ada):
    assert browser().get("/i/ZZZZZZZ/card.png").status_code == 404


def test_the_picture_can_spell_turkish_and_leaves_out_a_name_that_it_cannot():
    assert preview.can_draw("Şükrü İğdır çay – 1.250 €")
    assert not preview.can_draw("漢字")


def test_a_long_name_fits_into_the_picture():
    assert preview.picture("Ş" * 80, "#2f6b4f", "Ğüzel " * 20, "1.000.000 yaprak seni bekliyor " * 5).startswith(
        b"\x89PNG"
    )


def test_nothing_happens_by_looking(ada):
    before = Activity.objects.count(), Code.objects.count()
    browser().get(path(ada))
    assert (Activity.objects.count(), Code.objects.count()) == before
