#!/usr/bin/env python3
"""Makes replacement.txt: which properties of a resource type cannot be changed in place.

The source is the package cfn-lint (MIT-0), which ships the public schemas of CloudFormation's resource types:

    python3 -m venv venv && venv/bin/pip install cfn-lint
    venv/bin/python make_replacement.py > replacement.txt

Lines are sorted by bytes, so that a type is found by bisection in the text itself. Fields, apart by `|`:

1. the type;
2. `createOnlyProperties`: a change makes a new resource. Dotted paths, `*` for the items of a list, apart by commas;
3. `conditionalCreateOnlyProperties`: a change may make one;
4. the property that names the resource, when it is its one identifier and a user may write it;
5. `?` when the schema does not say what a change of the other properties does: the type has no update handler, or the
   schema has neither handlers nor create-only properties.
"""

import datetime
import importlib.metadata
import json
import pathlib
import sys

import cfnlint

START = "/properties/"


def dotted(pointers):
    """JSON pointers below `properties` as dotted paths."""
    return sorted(p.removeprefix(START).replace("/", ".") for p in pointers if p.startswith(START))


def name_of(schema, create_only):
    """The property that names a resource of the type, or nothing."""
    identifier = dotted(schema.get("primaryIdentifier", []))
    if len(identifier) != 1 or identifier[0] not in create_only:
        return ""
    return "" if identifier[0] in dotted(schema.get("readOnlyProperties", [])) else identifier[0]


def line(schema):
    """The line of a type."""
    create_only = dotted(schema.get("createOnlyProperties", []))
    conditional = [p for p in dotted(schema.get("conditionalCreateOnlyProperties", [])) if p not in create_only]
    handlers = schema.get("handlers")
    silent = "update" not in handlers if handlers is not None else not create_only
    fields = [schema["typeName"], ",".join(create_only), ",".join(conditional), name_of(schema, create_only)]
    return "|".join([*fields, "?" if silent else ""])


def main():
    schemas = pathlib.Path(cfnlint.__file__).parent / "data" / "schemas" / "resources"
    lines = {line(json.loads(file.read_text())) for file in schemas.glob("*.json")}
    version = importlib.metadata.version("cfn-lint")
    today = datetime.date.today().isoformat()
    print(f"# Made by make_replacement.py from cfn-lint {version} (MIT-0) on {today}: {len(lines)} types.")
    sys.stdout.write("".join(found + "\n" for found in sorted(lines, key=str.encode)))


if __name__ == "__main__":
    main()
