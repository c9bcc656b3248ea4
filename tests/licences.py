"""Checks what we link: every licence is on the list of deny.toml, every package comes from the registry, none is
GPL or LGPL alone, and no dependency of our own manifests comes twice. Needs nothing but cargo and Python 3.11."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = set(tomllib.loads((ROOT / "deny.toml").read_text())["licenses"]["allow"])


def allowed(expression: str) -> bool:
    """Whether an SPDX expression can be met with allowed licences: any side of OR, every side of AND."""
    expression = expression.replace("/", " OR ")
    tokens = re.findall(r"\(|\)|[^\s()]+", expression)
    words, index = [], 0
    while index < len(tokens):  # "X WITH Y" is one licence
        if index + 2 < len(tokens) and tokens[index + 1] == "WITH":
            words.append(" ".join(tokens[index : index + 3]))
            index += 3
        else:
            words.append(tokens[index])
            index += 1
    text = " ".join(
        word.lower() if word in ("OR", "AND") else word if word in "()" else str(word in ALLOWED) for word in words
    )
    return bool(eval(text, {"__builtins__": {}}, {}))  # only True, False, and, or, brackets


def main() -> int:
    metadata = json.loads(
        subprocess.run(
            ["cargo", "metadata", "--format-version", "1", "--locked"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout
    )
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    members = set(metadata["workspace_members"])
    linked, todo = set(), list(members)
    while todo:
        node = todo.pop()
        if node in linked:
            continue
        linked.add(node)
        for dependency in nodes[node]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                todo.append(dependency["pkg"])
    faults = []
    for identifier in sorted(linked - members):
        package = packages[identifier]
        name = f"{package['name']} {package['version']}"
        licence = package["license"]
        if licence is None or not allowed(licence):
            faults.append(f"{name}: licence {licence} is not on the list of deny.toml")
        if not (package["source"] or "").startswith("registry+"):
            faults.append(f"{name}: comes from {package['source']}, not from the registry")
    direct: dict[str, set[str]] = {}
    for member in members:
        for dependency in nodes[member]["deps"]:
            if dependency["pkg"] not in members:
                package = packages[dependency["pkg"]]
                direct.setdefault(package["name"], set()).add(package["version"])
    faults += [f"{name}: our manifests ask for {sorted(found)}" for name, found in sorted(direct.items()) if len(found) > 1]
    versions: dict[str, set[str]] = {}
    for identifier in linked - members:
        versions.setdefault(packages[identifier]["name"], set()).add(packages[identifier]["version"])
    doubles = {name: sorted(found) for name, found in versions.items() if len(found) > 1}
    print(f"{len(linked - members)} packages linked; doubles that others force on us: {len(doubles)}")
    for name, found in sorted(doubles.items()):
        print(f"  {name} {', '.join(found)}")
    for fault in faults:
        print(f"fault: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
