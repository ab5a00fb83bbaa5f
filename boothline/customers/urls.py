"""Table of contents of this room's pages."""

from boothline.customers.pages import board, bulk, customer, customers, grades, key_accounts, merging, papers, pins
from boothline.ui.kit import page

urlpatterns = [
    page("board/", board.Board, "board"),
    page("board/funnel/", board.Funnel, "funnel"),
    page("customers/bulk/owner/", bulk.BulkOwner, "bulk-owner"),
    page("customers/bulk/country/", bulk.BulkCountry, "bulk-country"),
    page("customers/", customers.CustomerList, "customers"),
    page("customers/<int:key>/", customer.CustomerPage, "customer"),
    page("customers/<int:key>/edit/", customers.EditCustomer, "customer-edit"),
    page("customers/<int:key>/owner/", customers.AssignCustomer, "customer-owner"),
    page("customers/<int:key>/unmasking/", customers.Unmask, "customer-unmask"),
    page("customers/<int:key>/pin/", pins.PinType, "customer-pin"),
    page("pins/<int:key>/lifting/", pins.LiftPin, "pin-lifting"),
    page("customers/<int:key>/grade/", grades.SetGrade, "customer-grade"),
    page("grades/<int:key>/freeing/", grades.FreeGrade, "grade-freeing"),
    page("customers/<int:key>/move/", pins.Move, "customer-move"),
    page("duplicates/", merging.DuplicateList, "duplicates"),
    page("customers/<int:key>/merge/", merging.MergeCustomers, "customer-merge"),
    page("customers/<int:key>/distinction/", merging.TellApart, "customer-apart"),
    page("customers/<int:key>/merge/undoing/", merging.TakeMergeBack, "customer-unmerge"),
    page("key-accounts/", key_accounts.KeyAccountList, "key-accounts"),
    page("customers/<int:key>/key-account/", key_accounts.KeyAccountPage, "key-account"),
    page("customers/<int:key>/key-account/mark/", key_accounts.Mark, "key-account-mark"),
    page("customers/<int:key>/key-account/end/", key_accounts.End, "key-account-end"),
    page("key-plans/<str:key>/", key_accounts.Plan, "key-plan"),
    page("contacts/<int:key>/part/", key_accounts.Part, "contact-part"),
    page("customers/<int:key>/rivals/new/", key_accounts.NewRival, "rival-new"),
    page("rivals/<int:key>/edit/", key_accounts.EditRival, "rival-edit"),
    page("customers/<int:key>/collaborators/", papers.Collaborators, "customer-collaborators"),
    page("customers/<int:key>/collaborators/removal/", papers.RemoveCollaborator, "collaborator-removal"),
    page("customers/<int:key>/files/new/", papers.NewFile, "customer-file-new"),
    page("customers/<int:key>/contacts/new/", customers.NewContact, "contact-new"),
    page("contacts/<int:key>/edit/", customers.EditContact, "contact-edit"),
]
