#!/usr/bin/env python3
"""Print the suite's addons, one a line, each after those it depends on: what stands in their manifests.

With --install, leave out the bridges that come by themselves with an app of Odoo's that the suite does not
bring: installing them would bring the app.
"""

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Apps of Odoo's that stand in our databases whatever else is installed there.
BROUGHT = frozenset({'sale_stock'})


def _manifests(root):
    return {
        path.parent.name: ast.literal_eval(path.read_text(encoding='utf-8'))
        for path in sorted(root.glob('*/__manifest__.py'))
    }


def addons(root=ROOT):
    """Return the names of the folders that hold a manifest, sorted by dependency, then by name."""
    depends = {name: manifest['depends'] for name, manifest in _manifests(root).items()}
    graph = {name: sorted(set(needs) & set(depends)) for name, needs in depends.items()}
    return list(TopologicalSorter(graph).static_order())


def neighbours(root=ROOT):
    """Return {bridge: the apps that it waits for}, of those bridges whose apps the suite does not bring."""
    manifests = _manifests(root)
    waits = {
        name: set(manifest['depends']) - set(manifests) - BROUGHT
        for name, manifest in manifests.items()
        if manifest.get('auto_install')
    }
    return {name: apps for name, apps in waits.items() if apps}


if __name__ == '__main__':
    left_out = neighbours() if '--install' in sys.argv else ()
    print('\n'.join(name for name in addons() if name not in left_out))
