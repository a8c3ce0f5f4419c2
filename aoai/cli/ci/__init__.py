"""``aoai ci``: what a pipeline tells people: a comment, annotations, an issue of the night.

Every text is made from one typed object (``run_summary``) and nothing else, so that it can be made
in one job, without rights, and posted by another.
"""
