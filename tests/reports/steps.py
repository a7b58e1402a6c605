"""Runs the shell steps of jobs of a workflow, of a pipeline or of an action: steps.py FILE BIN DIRECTORY JOB…

BIN is put in front of PATH; each step runs with bash as the runner does it, in DIRECTORY, and must succeed. `if`s are not read: a
caller names the jobs whose steps would run. Expressions in `env` become words.
"""

import os
import pathlib
import re
import subprocess
import sys

from ruamel.yaml import YAML

file, programs, directory = map(pathlib.Path, sys.argv[1:4])
wanted = sys.argv[4:]
known = YAML(typ="safe").load(file.read_text())


def steps(name):
    """The environment and the script of each step."""
    if name == "action":
        return [(step.get("env", {}), step["run"]) for step in known["runs"]["steps"] if "run" in step]
    if "jobs" in known:
        job = known["jobs"][name]
        return [(step.get("env", {}), step["run"]) for step in job["steps"] if "run" in step]
    return [(known[name].get("variables", {}), line) for line in known[name]["script"]]


def word(value):
    return re.sub(r"\$\{\{.*?\}\}", "stackfleet.toml" if "manifest" in str(value) else "7", str(value))


environment = {
    "PATH": f"{programs}:{os.environ['PATH']}",
    "HOME": str(directory),
    "NO_COLOR": "1",
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "example/platform",
    "GITHUB_SHA": "3f9c2ab13f9c2ab13f9c2ab13f9c2ab13f9c2ab1",
    "GITHUB_RUN_ID": "1",
    "GITHUB_STEP_SUMMARY": str(directory / "summary.md"),
    "GITHUB_OUTPUT": str(directory / "outputs"),
    "CI_API_V4_URL": "https://gitlab.example/api/v4",
    "CI_PROJECT_ID": "1",
    "CI_MERGE_REQUEST_IID": "7",
    "STACKFLEET_COMMENT_TOKEN": "token",
}
count = 0
for job in wanted:
    for variables, script in steps(job):
        variables = {name: word(value) for name, value in variables.items()}
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=directory,
            env={**environment, **variables},
            capture_output=True,
            text=True,
        )
        (directory / "log").open("a").write(ended.stdout + ended.stderr)
        assert ended.returncode == 0, f"{job}: {script}\n{ended.stdout}\n{ended.stderr}"
        count += 1
print(f"{count} shell steps of {file.name} ran")
