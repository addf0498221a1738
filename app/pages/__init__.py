"""One folder for each task on screen."""
