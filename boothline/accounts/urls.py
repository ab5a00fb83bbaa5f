"""Table of contents of this room's pages."""

from allauth.account.views import LoginView, LogoutView
from django.urls import path

from boothline.accounts.pages import company, people
from boothline.ui.kit import page

urlpatterns = [
    page("", people.Start, "start"),
    page("more/", people.More, "more"),
    page("people/", people.People, "people"),
    page("company/", company.EditCompany, "company"),
    page("my/keyboard/", people.Keyboard, "keyboard"),
    page("my/choice/", people.MyChoice, "my-choice"),
    page("language/", people.SpeakBeforeSignIn, "language"),
    page("demo/<str:ticket>/", people.DemoSignIn, "demo-sign-in"),
    path("sign-in/", LoginView.as_view(), name="account_login"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
]
