"""Table of contents of this room's pages."""

from boothline.messaging.pages import letters
from boothline.ui.kit import page

urlpatterns = [
    page("letters/", letters.LetterList, "letters"),
    page("letters/<int:key>/", letters.LetterPage, "letter"),
    page("letters/<int:key>/link/", letters.LetterLink, "letter-link"),
    page("notices/", letters.NoticeList, "notices"),
]
