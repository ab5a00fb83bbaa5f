"""A survey from the customer's side: plain questions, answered once; for 24 hours they may change their answers, then these are shown."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from boothline.care.questions import TEXT
from boothline.care.surveys import Survey, answer
from boothline.core.errors import Refused
from boothline.core.text import whole
from boothline.portal.pages.door import PortalPage


class SurveyPage(PortalPage):
    """The questions, with the answers while they may be changed; or the answers that stand."""

    def found(self, key: str) -> Survey:
        """The survey; 404 if it was not sent to them."""
        survey = Survey.objects.of_contact(self.guest.contact).for_list().filter(pk=whole(key) or 0).first()
        if survey is None:
            raise Http404
        return survey

    def get(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """The page. Fetching it changes nothing."""
        return self.show(self.found(key))

    def post(self, request: HttpRequest, grant: int, key: str) -> HttpResponse:
        """Answers."""
        survey, typed = self.found(key), request.POST
        answers: dict[str, Any] = {
            question.code: typed.get(question.code, "") if question.scale == TEXT else _chosen(typed.get(question.code))
            for question in survey.questions
        }
        try:
            answer(survey, by=self.guest.actor, answers=answers)
        except Refused as refused:
            if not refused.field:
                raise
            return self.show(survey, 422, problem=str(refused.words), typed=typed)
        return redirect("portal-survey", grant=grant, key=survey.pk)

    def show(self, survey: Survey, status: int = 200, **more: Any) -> HttpResponse:
        """With what was typed; of an answer that may be changed, with what they said."""
        said = {code: str(value) for code, value in survey.answers.items()}
        return self.say("portal/survey.html", status=status, **{"survey": survey, "problem": "", "typed": said} | more)


def _chosen(said: str | None) -> int | None:
    """Nothing chosen is no answer; what is no number is one that is refused."""
    if not said:
        return None
    number = whole(said, places=2)
    return -1 if number is None else number
