"""Table of contents of this room's pages."""

from boothline.radar.pages import risks
from boothline.ui.kit import page

urlpatterns = [
    page("radar/", risks.Radar, "radar"),
    page("radar/figures/", risks.Figures, "radar-figures"),
]
