"""Table of contents of the customer's pages."""

from boothline.portal.pages import briefings, confirmations, door, orders, quotations
from boothline.ui.kit import page

urlpatterns = [
    page("p/<str:token>/", door.Exchange, "exchange-token"),
    page("c/<int:grant>/", confirmations.Landing, "portal"),
    page("c/<int:grant>/language/", door.Speak, "portal-language"),
    page("c/<int:grant>/contracts/<str:number>/", confirmations.Contract, "portal-contract"),
    page("c/<int:grant>/contracts/<str:number>/opening/", confirmations.Opening, "portal-opening"),
    page("c/<int:grant>/contracts/<str:number>/confirmation/", confirmations.Confirm, "portal-confirmation"),
    page("c/<int:grant>/contracts/<str:number>/refusal/", confirmations.Decline, "portal-refusal"),
    page("c/<int:grant>/contracts/<str:number>/changes/", confirmations.AskChanges, "portal-changes"),
    page("c/<int:grant>/contracts/<str:number>/changes/withdrawal/", confirmations.TakeBackChanges, "portal-changes-withdrawal"),
    page("c/<int:grant>/contracts/<str:number>/signatory/", confirmations.WishSignatory, "portal-signatory"),
    page("c/<int:grant>/contracts/<str:number>/renewal/", confirmations.AskAgain, "portal-renewal"),
    page("c/<int:grant>/quotations/<str:number>/", quotations.Paper, "portal-quotation"),
    page("c/<int:grant>/briefings/<str:key>/", briefings.BriefingPage, "portal-briefing"),
    page("c/<int:grant>/briefings/<str:key>/choice/", briefings.Choose, "portal-briefing-choice"),
    page("c/<int:grant>/briefings/<str:key>/question/", briefings.Ask, "portal-briefing-question"),
    page("c/<int:grant>/briefings/<str:key>/refusal/", briefings.TurnDown, "portal-briefing-refusal"),
    page("c/<int:grant>/briefings/<str:key>/paper/", briefings.Paper, "portal-briefing-paper"),
    page("c/<int:grant>/pictures/<str:key>/", briefings.Picture, "portal-picture"),
    page("c/<int:grant>/contracts/<str:number>/paper/", confirmations.Paper, "portal-paper"),
    page("c/<int:grant>/orders/<str:number>/", orders.OrderPage, "portal-order"),
    page("c/<int:grant>/orders/<str:number>/problems/new/", orders.ReportProblem, "portal-problem-new"),
    page("c/<int:grant>/shipments/<str:number>/arrival/", orders.SignArrival, "portal-arrival"),
    page("c/<int:grant>/problems/<str:number>/", orders.ProblemPage, "portal-problem"),
    page("c/<int:grant>/problems/<str:number>/message/", orders.WriteMessage, "portal-problem-message"),
    page("c/<int:grant>/problems/<str:number>/agreement/", orders.AgreeToSolution, "portal-problem-agreement"),
    page("c/<int:grant>/problems/<str:number>/refusal/", orders.RefuseSolution, "portal-problem-refusal"),
    page("c/<int:grant>/problems/<str:number>/closing/", orders.CloseProblem, "portal-problem-closing"),
    page("c/<int:grant>/problems/<str:number>/reopening/", orders.ReopenProblem, "portal-problem-reopening"),
    page("c/<int:grant>/problems/<str:number>/photos/<int:key>/", orders.Photo, "portal-problem-photo"),
]
