"""Table of contents of this room's pages."""

from boothline.customers.pages import board, bulk, customers
from boothline.ui.kit import page

urlpatterns = [
    page("board/", board.Board, "board"),
    page("board/funnel/", board.Funnel, "funnel"),
    page("customers/bulk/owner/", bulk.BulkOwner, "bulk-owner"),
    page("customers/bulk/country/", bulk.BulkCountry, "bulk-country"),
    page("customers/", customers.CustomerList, "customers"),
    page("customers/<int:key>/", customers.CustomerPage, "customer"),
    page("customers/<int:key>/edit/", customers.EditCustomer, "customer-edit"),
    page("customers/<int:key>/owner/", customers.AssignCustomer, "customer-owner"),
    page("customers/<int:key>/unmasking/", customers.Unmask, "customer-unmask"),
    page("customers/<int:key>/contacts/new/", customers.NewContact, "contact-new"),
    page("contacts/<int:key>/edit/", customers.EditContact, "contact-edit"),
]
