"""Table of contents of this room's pages."""

from boothline.followups.pages import bulk, clocks, gifts, pool, steps, today, week
from boothline.ui.kit import page

urlpatterns = [
    page("customers/bulk/step/", bulk.BulkStep, "bulk-step"),
    page("today/", today.Today, "today"),
    page("week/", week.Week, "week"),
    page("today/hand-over/", steps.HandOver, "hand-over"),
    page("pool/", pool.PoolList, "pool"),
    page("customers/<int:key>/taking/", pool.Take, "pool-take"),
    page("first-answers/", clocks.ClockList, "clocks"),
    page("gifts/", gifts.GiftList, "gifts"),
    page("gifts/<int:key>/", gifts.GiftPage, "gift"),
    page("gifts/<int:key>/withdrawal/", gifts.WithdrawGift, "gift-withdrawal"),
    page("customers/<int:key>/gifts/new/", gifts.LogGift, "gift-new"),
    page("people/<int:key>/leaving/", steps.Leaving, "person-leaving"),
    page("customers/<int:key>/touches/new/", steps.LogTouch, "touch-new"),
    page("steps/<int:key>/completion/", steps.StepDone, "step-done"),
    page("steps/<int:key>/day/", steps.Postpone, "step-postpone"),
]
