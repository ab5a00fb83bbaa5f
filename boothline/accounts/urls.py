"""Table of contents of this room's pages."""

from allauth.account.views import LogoutView
from django.urls import path

from boothline.accounts.pages import company, join, me, people, settings, sign_in
from boothline.ui.kit import page

urlpatterns = [
    page("", me.Start, "start"),
    page("favicon.ico", me.Icon, "icon"),
    page("more/", me.More, "more"),
    page("first-start/", sign_in.FirstStart, "first-start"),
    page("first-steps/", sign_in.FirstSteps, "first-steps"),
    page("password/<str:key>/", sign_in.Password, "password"),
    page("people/", people.People, "people"),
    page("people/new/", people.NewPerson, "person-new"),
    page("people/<int:key>/", people.Person, "person"),
    page("people/<int:key>/edit/", people.EditPerson, "person-edit"),
    page("people/<int:key>/families/", people.EditFamilies, "person-families"),
    page("people/<int:key>/closing/", people.CloseAccess, "person-closing"),
    page("people/<int:key>/opening/", people.OpenAccess, "person-opening"),
    page("people/<int:key>/sign-ins/", people.EndSignIns, "person-sign-ins"),
    page("people/<int:key>/password-link/", people.PasswordLink, "person-password-link"),
    page("people/<int:key>/password-mail/", people.MailPasswordLink, "person-password-mail"),
    page("settings/", settings.Settings, "settings"),
    page("settings/teams/", people.Teams, "teams"),
    page("settings/teams/new/", people.NewTeam, "team-new"),
    page("settings/teams/<int:key>/", people.EditTeam, "team"),
    page("settings/roles/", people.Roles, "roles"),
    page("settings/rules/", settings.Rules, "rules"),
    page("settings/rules/<str:key>/", settings.EditRule, "rule"),
    page("settings/rules/<str:key>/default/", settings.RuleDefault, "rule-default"),
    page("settings/lists/", settings.WordListPage, "wordlists"),
    page("settings/lists/<str:key>/new/", settings.NewWords, "words-new"),
    page("settings/lists/<str:key>/words/", settings.EditWords, "words"),
    page("settings/lists/<str:key>/retirement/", settings.RetireWords, "words-retirement"),
    page("settings/happened/", settings.Happened, "happened"),
    page("settings/backups/", settings.Backups, "backups"),
    page("company/", company.EditCompany, "company"),
    page("my/", me.Me, "me"),
    page("my/keyboard/", me.Keyboard, "keyboard"),
    page("my/choice/", me.MyChoice, "my-choice"),
    page("my/password/", me.MyPassword, "my-password"),
    page("my/sign-ins/", me.MySignIns, "my-sign-ins"),
    page("language/", sign_in.SpeakBeforeSignIn, "language"),
    page("demo/<str:ticket>/", sign_in.DemoSignIn, "demo-sign-in"),
    page("join/", join.Join, "join"),
    page("join/ready/", join.Ready, "join-ready"),
    page("join/boothline.crt", join.Authority, "join-authority"),
    page("join/worker.js", join.Worker, "join-worker"),
    path("sign-in/", sign_in.SignInPage.as_view(), name="account_login"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
]
