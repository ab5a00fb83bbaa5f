"""Table of contents of this room's pages."""

from boothline.billing.pages import announced, credits, deliveries, ledger, orders, receipts, targets
from boothline.ui.kit import page

urlpatterns = [
    page("payments/", orders.InstalmentList, "instalments"),
    page("ledger/", ledger.Ledger, "ledger"),
    page("register/", ledger.Register, "register"),
    page("deliveries/", deliveries.DeliveryList, "deliveries"),
    page("targets/<str:key>/", targets.Targets, "targets"),
    page("orders/<str:key>/receipts/new/", receipts.OrderReceipt, "order-receipt-new"),
    page("orders/<str:key>/rest/", orders.WriteOff, "order-rest"),
    page("orders/<str:key>/credit/", orders.UseCredit, "order-credit"),
    page("orders/<str:key>/letter-of-credit/", orders.NoteLc, "order-lc"),
    page("receipts/", receipts.ReceiptList, "receipts"),
    page("customers/<int:key>/receipts/new/", receipts.NewReceipt, "receipt-new"),
    page("announced-payments/", announced.AnnouncementList, "announcements"),
    page("announced-payments/<int:key>/", announced.AnnouncementPage, "announcement"),
    page("announced-payments/<int:key>/setting-aside/", announced.SetAside, "announcement-aside"),
    page("receipts/<int:key>/", receipts.ReceiptPage, "receipt"),
    page("receipts/<int:key>/allocation/", receipts.Allocate, "receipt-allocation"),
    page("receipts/<int:key>/void/", receipts.VoidReceipt, "receipt-void"),
    page("credits/", credits.CreditList, "credits"),
    page("credits/<int:key>/", credits.CreditPage, "credit"),
    page("credits/<int:key>/refund/", credits.PrepareRefund, "credit-refund"),
    page("credits/<int:key>/wish/", credits.Leave, "credit-wish"),
    page("credits/<int:key>/contact/", credits.NoteContact, "credit-contact"),
    page("refunds/<str:key>/account/", credits.NameAccount, "refund-account"),
    page("refunds/<str:key>/payment/", credits.PayRefund, "refund-payment"),
]
