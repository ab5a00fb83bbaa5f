"""Table of contents of this room's pages."""

from boothline.personality.pages import contacts, playbooks
from boothline.ui.kit import page

urlpatterns = [
    page("contacts/<int:key>/traits/", contacts.Traits, "contact-traits"),
    page("contacts/<int:key>/personality/", contacts.Decide, "contact-personality"),
    page("playbooks/", playbooks.Playbooks, "playbooks"),
    page("playbooks/<str:key>/", playbooks.PlaybookPage, "playbook"),
    page("playbooks/<str:key>/edit/", playbooks.EditPlaybook, "playbook-edit"),
    page("playbooks/<str:key>/shipped/", playbooks.ShippedPlaybook, "playbook-shipped"),
]
