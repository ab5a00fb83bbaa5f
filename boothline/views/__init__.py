"""Floor 5. How a person wants a list to look: saved views, own or shared; columns, their order and the height of rows."""
