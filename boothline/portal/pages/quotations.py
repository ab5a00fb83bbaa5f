"""A quotation that came by link: what it is, until when, and the document."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from boothline.intentions.quotation import Quotation
from boothline.portal.pages.door import PortalPage, paper_of


class Paper(PortalPage):
    """The PDF, in the guest's language."""

    def get(self, request: HttpRequest, grant: int, number: str) -> FileResponse | HttpResponse:
        """Streams it; 404 for what was not sent to their company."""
        found = Quotation.objects.of_contact(self.guest.contact).filter(number=number).first()
        if found is None:
            raise Http404
        return paper_of(found, f"{number}.pdf")
