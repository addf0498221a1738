"""Actions as data: title, shortcut, menu, and what they do."""
