"""Floor 5. The working calendar: which days are workdays, holidays and make-up workdays included."""
