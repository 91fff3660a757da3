"""The addresses of rewards, tickets and giving."""

from django.urls import path

from rewards.views import giving, rewards, tickets

app_name = "rewards"
urlpatterns = [
    path("rewards/", rewards.index, name="rewards"),
    path("rewards/<slug:slug>/", rewards.reward, name="reward"),
    path("rewards/<slug:slug>/booking/", rewards.booking, name="booking"),
    path("tickets/<slug:token>/", tickets.ticket, name="ticket"),
    path("tickets/<slug:token>/calendar.ics", tickets.calendar, name="calendar"),
    path("tickets/<slug:token>/cancellation/", tickets.cancellation, name="cancellation"),
    path("wallet/charity/", giving.lapse, name="lapse"),
    path("give/", giving.index, name="charities"),
    path("give/<slug:slug>/", giving.charity, name="charity"),
    path("give/<slug:slug>/donations/", giving.donations, name="donations"),
    path("give/<slug:slug>/donations/<uuid:public_id>/", giving.donation, name="donation"),
]
