"""Table of contents of this room's pages."""

urlpatterns = []
