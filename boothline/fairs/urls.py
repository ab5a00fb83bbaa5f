"""Table of contents of this room's pages."""

from boothline.fairs.pages import appointments, editions, exhibitors, exhibits, invitations, roster
from boothline.ui.kit import page

urlpatterns = [
    page("fairs/", editions.FairList, "fairs"),
    page("fairs/new/", editions.NewFair, "fair-new"),
    page("fairs/<int:key>/", editions.FairPage, "fair"),
    page("fairs/<int:key>/edit/", editions.EditFair, "fair-edit"),
    page("fairs/<int:key>/hours/", roster.Hours, "fair-hours"),
    page("fairs/<int:key>/roster/new/", roster.NewDuty, "fair-duty"),
    page("fairs/<int:key>/exhibits/new/", exhibits.NewExhibit, "exhibit-new"),
    page("exhibits/<int:key>/edit/", exhibits.EditExhibit, "exhibit-edit"),
    page("exhibits/<int:key>/removal/", exhibits.RemoveExhibit, "exhibit-removal"),
    page("exhibitors/", exhibitors.ExhibitorList, "exhibitors"),
    page("exhibitors/<int:key>/", exhibitors.ExhibitorPage, "exhibitor"),
    page("exhibitors/<int:key>/customer/", exhibitors.SayCustomer, "exhibitor-customer"),
    page("exhibitors/<int:key>/untying/", exhibitors.IsNoCustomer, "exhibitor-untying"),
    page("shifts/<int:key>/removal/", roster.OffDuty, "shift-removal"),
    page("appointments/", appointments.AppointmentList, "appointments"),
    page("customers/<int:key>/appointments/new/", appointments.NewAppointment, "appointment-new"),
    page("appointments/<int:key>/edit/", appointments.EditAppointment, "appointment-edit"),
    page("appointments/<int:key>/arrival/", appointments.Kept, "appointment-kept"),
    page("appointments/<int:key>/absence/", appointments.Missed, "appointment-missed"),
    page("appointments/<int:key>/cancellation/", appointments.Cancel, "appointment-cancellation"),
    page("invitations/", invitations.InvitationList, "invitations"),
    page("invitations/sending/", invitations.BulkSend, "bulk-invitation-sending"),
    page("invitations/<int:key>/", invitations.InvitationPage, "invitation"),
    page("invitations/<int:key>/sending/", invitations.SendInvitation, "invitation-sending"),
    page("invitations/<int:key>/answer/", invitations.NoteAnswer, "invitation-answer"),
    page("invitations/<int:key>/removal/", invitations.RemoveInvitation, "invitation-removal"),
    page("customers/<int:key>/invitations/new/", invitations.Invite, "invitation-new"),
    page("customers/bulk/invitation/", invitations.BulkInvite, "bulk-invite"),
]
