"""How days are written, where the library's way is not ours."""
