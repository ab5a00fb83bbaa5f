"""Floor 4. People, teams, roles and rights; the company's own profile; signing in."""
