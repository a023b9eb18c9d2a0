"""Tests of attacks and odd input; each covers a whole kind."""
