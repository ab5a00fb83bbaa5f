"""Floor 5. Working time: workdays with holidays and make-up workdays, working hours, and the dated hours of a fair with its roster."""
