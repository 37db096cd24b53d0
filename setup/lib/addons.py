#!/usr/bin/env python3
"""Print the suite's addons, one a line, each after those it depends on: what stands in their manifests."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def addons(root=ROOT):
    """Return the names of the folders that hold a manifest, sorted by dependency, then by name."""
    depends = {
        path.parent.name: ast.literal_eval(path.read_text(encoding='utf-8'))['depends']
        for path in sorted(root.glob('*/__manifest__.py'))
    }
    graph = {name: sorted(set(needs) & set(depends)) for name, needs in depends.items()}
    return list(TopologicalSorter(graph).static_order())


if __name__ == '__main__':
    print('\n'.join(addons()))
