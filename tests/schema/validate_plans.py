"""Holds plans against their schema: python validate_plans.py SCHEMA DIRECTORY, with *.json files in it.

Each plan is also held against itself with things that must be refused: a validator that accepts everything would pass otherwise.
"""

import copy
import json
import pathlib
import sys

from jsonschema import Draft202012Validator


def wrong_ones(plan):
    """The plan with one mistake each."""

    def changed(change):
        other = copy.deepcopy(plan)
        change(other)
        return other

    yield "no digest", changed(lambda other: other.pop("digest"))
    yield "a digest of another form", changed(lambda other: other.update(digest="73382a863fb2"))
    yield "another format", changed(lambda other: other.update(format="terraform.plan"))
    yield "another major version", changed(lambda other: other.update(format_version="2.0"))
    yield "a result that there is not", changed(lambda other: other.update(result="fine"))
    yield "no preconditions", changed(lambda other: other.pop("preconditions"))
    yield "a count below zero", changed(lambda other: other["summary"]["instances"].update(create=-1))
    yield "no operations", changed(lambda other: other.pop("operations"))


def right_ones(plan):
    """The plan as a later minor version may write it."""
    later = copy.deepcopy(plan)
    later.update(format_version="1.7", later="something")
    for stack_set in later["stack_sets"]:
        stack_set["action"] = "teleport"
    yield "a later minor version", later


def main(schema, directory):
    schema = json.loads(pathlib.Path(schema).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    wrong, count = [], 0
    for path in sorted(pathlib.Path(directory).glob("*.json")):
        plan = json.loads(path.read_text(encoding="utf-8"))
        found = [f"{'.'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in validator.iter_errors(plan)]
        wrong.extend(f"{path.name}: {one}" for one in found)
        wrong.extend(f"{path.name}: {what} is accepted" for what, other in wrong_ones(plan) if validator.is_valid(other))
        wrong.extend(f"{path.name}: {what} is refused" for what, other in right_ones(plan) if not validator.is_valid(other))
        count += 1
    print("\n".join(wrong + [f"the schema of plans accepts {count} plans"]))
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
