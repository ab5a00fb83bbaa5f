"""Table of contents of this type's pages."""

from boothline.contracts.pages import contracts, establishment, lapse, needs
from boothline.ui.kit import page

urlpatterns = [
    page("contracts/", contracts.ContractList, "contracts"),
    page("intentions/<int:key>/contract/", contracts.Prepare, "contract-prepare"),
    page("contracts/<str:key>/", contracts.ContractPage, "contract"),
    page("contracts/<str:key>/draft/", contracts.EditVersion, "contract-edit"),
    page("contracts/<str:key>/versions/", contracts.NewVersion, "contract-version"),
    page("contracts/<str:key>/end/", contracts.EndContract, "contract-end"),
    page("contracts/<str:key>/request/", establishment.Send, "contract-send"),
    page("contracts/<str:key>/approval/", establishment.AskApproval, "contract-approval"),
    page("contracts/<str:key>/device/", establishment.HandDevice, "contract-device"),
    page("contracts/<str:key>/evidence/", establishment.RecordPaper, "contract-evidence"),
    page("contracts/<str:key>/void/", establishment.Void, "contract-void"),
    page("contracts/<str:key>/difference/", contracts.DifferencePage, "contract-difference"),
    page("requests/<int:key>/letter/", establishment.Resend, "request-letter"),
    page("requests/<int:key>/signatory/", establishment.NameSignatory, "request-signatory"),
    page("requests/<int:key>/refusal/", establishment.DeclineFor, "request-refusal"),
    page("requests/<int:key>/changes/", establishment.ChangesFor, "request-changes"),
    page("requests/<int:key>/answer/", establishment.StandBy, "request-answer"),
    page("requests/<int:key>/link/", establishment.LinkPage, "request-link"),
    page("requests/<int:key>/link/closing/", establishment.CloseLink, "request-link-closing"),
    page("requests/<int:key>/withdrawal/", establishment.Withdraw, "request-withdrawal"),
    page("contracts/<str:key>/reopening/", lapse.ReopenContract, "contract-reopening"),
    page("customers/<int:key>/needs/new/", needs.NewCustomerNeed, "customer-need-new"),
    page("contracts/<str:key>/needs/", needs.TakeIn, "contract-needs"),
    page("contracts/<str:key>/needs/new/", needs.NewNeed, "need-new"),
    page("needs/<int:key>/edit/", needs.EditNeed, "need-edit"),
    page("needs/<int:key>/trace/", needs.TraceNeed, "need-trace"),
    page("needs/<int:key>/refusal/", needs.RefuseNeed, "need-refusal"),
    page("needs/<int:key>/waiver/", needs.WaiveNeed, "need-waiver"),
    page("needs/<int:key>/reopening/", needs.ReopenNeed, "need-reopening"),
]
