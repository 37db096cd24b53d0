"""The frozen aging: lines of a snapshot from grouped open items, and what they add up to."""

from odoo.tools import SQL


def insert_lines(snapshot, grouped, lang) -> SQL:
    """Return the INSERT of the lines of a snapshot, with the names of everything as they are now.

    :param snapshot: the record: its id, date, company and currency.
    :param grouped: SQL of the keys and sums of ``ar.open.item``.
    :param lang: the language of the names that are translated.
    """
    return SQL(
        """
        INSERT INTO ar_aging_snapshot_line (
               snapshot_id, as_of, company_id, company_currency_id, commercial_partner_id, bucket_id,
               account_id, currency_id, salesperson_id, grade_id, customer_group_id, country_id,
               partner_name, bucket_name, bucket_sequence, account_code, account_name, salesperson_name,
               grade_name, customer_group_name, item_count, residual,
               residual_currency,
               disputed, secured, provisioned)
        SELECT %(snapshot)s, %(as_of)s, g.company_id, %(currency)s, g.commercial_partner_id, g.bucket_id,
               g.account_id, g.currency_id, g.salesperson_id, g.grade_id, g.customer_group_id, g.country_id,
               partner.name, %(bucket)s, bucket.sequence, account.code_store->>%(root)s, %(account)s,
               seller.name, %(grade)s, %(group)s, g.item_count, g.residual,
               ROUND(g.residual_currency / currency.rounding) * currency.rounding,
               g.disputed, g.secured, g.provisioned
          FROM (%(grouped)s) g
          LEFT JOIN res_partner partner ON partner.id = g.commercial_partner_id
          LEFT JOIN ar_aging_bucket bucket ON bucket.id = g.bucket_id
          LEFT JOIN account_account account ON account.id = g.account_id
          LEFT JOIN res_currency currency ON currency.id = g.currency_id
          LEFT JOIN res_users u ON u.id = g.salesperson_id
          LEFT JOIN res_partner seller ON seller.id = u.partner_id
          LEFT JOIN ar_credit_grade grade ON grade.id = g.grade_id
          LEFT JOIN res_partner_category tag ON tag.id = g.customer_group_id
        """,
        snapshot=snapshot.id,
        as_of=snapshot.as_of,
        currency=snapshot.company_id.currency_id.id,
        root=str(snapshot.company_id.id),
        grouped=grouped,
        bucket=_translated('bucket', lang),
        account=_translated('account', lang),
        grade=_translated('grade', lang),
        group=_translated('tag', lang),
    )


def _translated(table, lang) -> SQL:
    column = SQL.identifier(table, 'name')
    return SQL("COALESCE(%s->>%s, %s->>'en_US')", column, lang, column)


def total(snapshot_id) -> SQL:
    """Return SQL of what the lines of a snapshot add up to."""
    return SQL(
        'SELECT COALESCE(SUM(residual), 0) FROM ar_aging_snapshot_line WHERE snapshot_id = %s', snapshot_id
    )
