"""``aoai ci``: what a pipeline found, as a comment, as annotations and as a nightly issue.

Each text is made from one typed object (``run_summary``) and nothing else, so that one job can make
it without write access, and another post it.
"""
