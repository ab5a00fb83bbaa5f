"""Floor 17. The booth's door: the phone page that takes visitors (501), and the form that a visitor fills in themselves.

Rules stand in visitors; here lies what the phone and the QR code need.
"""
