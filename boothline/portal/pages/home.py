"""The customer's first page: what waits for them, then all that they have with us."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from boothline.portal.home import standing_of
from boothline.portal.pages.door import PortalPage


class Home(PortalPage):
    """One page for one person, whichever of our messages brought them here."""

    def get(self, request: HttpRequest, grant: int) -> HttpResponse:
        """The page. Fetching it opens nothing."""
        asked, groups = standing_of(self.guest)
        return self.say("portal/home.html", asked=asked, groups=groups)
