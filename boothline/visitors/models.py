"""Index of this room's records."""

from boothline.visitors.cooperation import Cooperation
from boothline.visitors.firms import Firm
from boothline.visitors.interests import Interested
from boothline.visitors.lessons import Lesson
from boothline.visitors.questionnaire import Questionnaire
from boothline.visitors.recognition import Opinion
from boothline.visitors.retraction import Retraction
from boothline.visitors.solicitation import Capture

__all__ = ["Capture", "Cooperation", "Firm", "Interested", "Lesson", "Opinion", "Questionnaire", "Retraction"]
