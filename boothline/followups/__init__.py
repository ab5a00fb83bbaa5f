"""Floor 9. Following up: every touch ends with a next step or an explicit end; Today says whom to contact and why."""
