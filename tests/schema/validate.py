"""Holds manifests against the schema: python validate.py SCHEMA VALID INVALID, two directories of TOML files."""

import datetime
import json
import pathlib
import sys
import tomllib

from jsonschema import Draft7Validator


def as_json(value):
    """A TOML value as JSON has it: dates are texts."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value


def mistakes(validator, path):
    found = validator.iter_errors(as_json(tomllib.loads(path.read_text(encoding="utf-8"))))
    return [f"{'.'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in found]


def main(schema, valid, invalid):
    schema = json.loads(pathlib.Path(schema).read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    validator = Draft7Validator(schema)
    # Files named *.included.toml are held against the definition of included files.
    included = Draft7Validator({"$ref": "#/definitions/Included", "definitions": schema["definitions"]})
    wrong, counts = [], []
    for directory, wanted in ((valid, True), (invalid, False)):
        files = sorted(pathlib.Path(directory).glob("*.toml"))
        for path in files:
            found = mistakes(included if path.name.endswith(".included.toml") else validator, path)
            if bool(found) == wanted:
                wrong.append(f"{path.name}: {'; '.join(found) or 'is accepted'}")
        counts.append(len(files))
    print("\n".join(wrong + [f"the schema accepts {counts[0]} manifests and refuses {counts[1]}"]))
    return 1 if wrong or 0 in counts else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
