"""Table of contents of this room's pages."""

from boothline.personality.pages import contacts
from boothline.ui.kit import page

urlpatterns = [
    page("contacts/<int:key>/traits/", contacts.Traits, "contact-traits"),
    page("contacts/<int:key>/personality/", contacts.Decide, "contact-personality"),
]
