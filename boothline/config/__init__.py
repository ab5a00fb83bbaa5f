"""Floor 19. Settings, environment, root addresses, the command line. The only place that knows all rooms."""
