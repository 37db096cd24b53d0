"""What queries read, and is flushed before: {model: names of fields}. Odoo-free."""


def merged(*tables):
    """Return the table of a query that reads what each of the tables says."""
    found = {}
    for table in tables:
        for model, names in table.items():
            found.setdefault(model, set()).update(names)
    return {model: sorted(names) for model, names in found.items()}
