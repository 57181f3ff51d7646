"""Programs for maintainers; nothing here is installed with the package."""
