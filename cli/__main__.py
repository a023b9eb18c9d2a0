"""`python -m cli`, for those who look on while it starts."""

from cli import main

main(prog_name="heard")
