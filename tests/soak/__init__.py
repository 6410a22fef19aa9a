"""What is run for as long as one likes: ``python -m tests.soak PART --minutes M --seed S``.

Each part tries many cases, says at its end how many of which kind, and for each failure the command
that runs that one case again.
"""
