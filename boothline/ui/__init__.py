"""Floor 2. The page kit: declared pages, tables, components. No domain; used only from the rooms' pages."""
