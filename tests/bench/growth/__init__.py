"""Measures everything that people press, and every job, beside very many cases."""
