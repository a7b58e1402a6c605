"""Holds a workflow, an action or a pipeline against its public schema: workflows.py SCHEMA FILE"""

import subprocess
import sys

schema, file = sys.argv[1:]
ended = subprocess.run(
    [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, file],
    capture_output=True,
    text=True,
)
assert ended.returncode == 0, ended.stdout + ended.stderr
print(f"{file} is as {schema} says")
