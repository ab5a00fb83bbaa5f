from django.apps import AppConfig


class Views(AppConfig):
    name = "boothline.views"
    label = "views"

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.timeline.undo import named
        from boothline.views import events, rights  # noqa: F401  (what this room says)
        from boothline.views.panel import columns, menu
        from boothline.views.saved import SavedView, look_at

        kinds.register("view", SavedView)
        rights.register()
        slots.answer("look_at_list", look_at)
        slots.answer("named_reasons", named)
        slots.hang("list", slots.Panel("views", "views/menu.html", menu, order=10))
        slots.hang("list", slots.Panel("columns", "views/columns.html", columns, order=20))
