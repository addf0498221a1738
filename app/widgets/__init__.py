"""Small reusable parts of the screen."""
