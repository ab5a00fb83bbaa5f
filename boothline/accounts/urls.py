"""Table of contents of this room's pages."""

from allauth.account.views import LoginView, LogoutView
from django.urls import path

from boothline.accounts.pages import company, join, people
from boothline.ui.kit import page

urlpatterns = [
    page("", people.Start, "start"),
    page("more/", people.More, "more"),
    page("people/", people.People, "people"),
    page("company/", company.EditCompany, "company"),
    page("my/choice/", people.MyChoice, "my-choice"),
    page("language/", people.SpeakBeforeSignIn, "language"),
    page("demo/<str:ticket>/", people.DemoSignIn, "demo-sign-in"),
    page("join/", join.Join, "join"),
    page("join/ready/", join.Ready, "join-ready"),
    page("join/boothline.crt", join.Authority, "join-authority"),
    page("join/worker.js", join.Worker, "join-worker"),
    path("sign-in/", LoginView.as_view(), name="account_login"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
]
