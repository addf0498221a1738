"""The desktop application: shows values and starts jobs. Everything it can do, core.cli can do without it."""
