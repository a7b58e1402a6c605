"""A list of named checks, and what runs them: one line a check, a closing count."""

import time
import traceback

CHECKS = []


def check(function):
    """Adds a check. Its name, with spaces, is what holds when it passes."""
    CHECKS.append(function)
    return function


def run(aws, only=None):
    """Runs all checks, those of `only` (a word in the name) when given; gives the names that failed."""
    failed = []
    for function in CHECKS:
        name = function.__name__.replace("_", " ")
        if only and only not in name:
            continue
        began = time.monotonic()
        try:
            function(aws)
        except Exception as error:  # A check may fail in any way, and the others still count.
            failed.append(name)
            place = traceback.extract_tb(error.__traceback__)
            line = next((frame for frame in reversed(place) if "/checks/" in frame.filename and frame.name == function.__name__), place[-1])
            module = function.__module__
            print(f"FAILED: {name} ({module}.py:{line.lineno}): {type(error).__name__}: {str(error)[:700]}", flush=True)
        else:
            print(f"ok: {name} ({time.monotonic() - began:.2f} s)", flush=True)
    return failed
