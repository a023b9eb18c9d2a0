"""The forms in which the desk was attacked, each for its whole kind."""
