"""The tree of companies in SQL: branches share what their main company (the root) decides."""

from odoo.tools import SQL

FLUSHED = {'res.company': ['parent_path']}


def root(parent_path) -> SQL:
    """Return SQL of the id of the root, from a company's ``parent_path`` (SQL): ``'3/14/'`` is of 3."""
    return SQL("split_part(%s, '/', 1)::int", parent_path)


def root_of(company_id) -> SQL:
    """Return SQL of the id of the root of the company whose id is ``company_id`` (SQL), without a join."""
    return SQL(
        '(SELECT %s FROM res_company company WHERE company.id = %s)',
        root(SQL('company.parent_path')),
        company_id,
    )


def root_among(company_id, roots) -> SQL:
    """Return SQL of the root of ``company_id`` (SQL) from known ``roots``: no table is read, no join is left.

    :param roots: (branch id, root id) of every branch; a company that is not among them is its own root.
    """
    if not roots:
        return company_id
    cases = SQL(' ').join(SQL('WHEN %s THEN %s', branch, main) for branch, main in roots)
    return SQL('CASE %s %s ELSE %s END', company_id, cases, company_id)
