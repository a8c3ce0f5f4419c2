"""The resources, their inputs, and the waiter that joins a job to its model.

Nothing is imported here: the engine's provider process then loads what a resource needs, when the
first resource of its kind is checked, and the program registers others meanwhile.
"""
