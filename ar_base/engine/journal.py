"""The journal in PostgreSQL: what its tables refuse, how an entry is stamped, added, sealed and verified."""

from itertools import pairwise

from odoo.tools import SQL

ENTRIES, SEALS = 'ar_journal', 'ar_journal_seal'
KEPT = '_kept'  # added to the name of a table that stays when the addon goes


def _digest(entry) -> SQL:
    """Return SQL of an entry's own SHA-256: over all it says, as one JSON array (times in UTC)."""
    row = SQL.identifier(entry)
    return SQL(
        """
        encode(sha256(convert_to(jsonb_build_array(
            %(e)s.id, %(e)s.company_id, to_char(%(e)s.date, 'YYYY-MM-DD"T"HH24:MI:SS.US'), %(e)s.uid,
            %(e)s.login, %(e)s.model, %(e)s.res_id, %(e)s.name, %(e)s.event, %(e)s.figures
        )::text, 'UTF8')), 'hex')
        """,
        e=row,
    )


def _seal(seal) -> SQL:
    """Return SQL of a seal's own SHA-256, as ``rules.journal.seal`` makes it."""
    return SQL(
        r"""encode(sha256(convert_to(
            %(s)s.sha256_before || E'\n' || %(s)s.number || E'\n' || %(s)s.entry_sha256, 'UTF8')), 'hex')""",
        s=SQL.identifier(seal),
    )


# === Refusing ===


def refusals(table) -> SQL:
    """Return what makes PostgreSQL refuse to change, delete or empty the table, to its owner too."""
    return SQL(
        """
        CREATE OR REPLACE FUNCTION ar_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE insufficient_privilege USING MESSAGE =
                'Append-only: ' || TG_OP || ' on ' || TG_TABLE_NAME || ' is refused.';
        END $$;
        DROP TRIGGER IF EXISTS ar_journal_append_only ON %(table)s;
        CREATE TRIGGER ar_journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %(table)s
            FOR EACH STATEMENT EXECUTE FUNCTION ar_journal_refuse();
        ALTER TABLE %(table)s ENABLE ALWAYS TRIGGER ar_journal_append_only;
        """,
        table=SQL.identifier(table),
    )


def refusals_of(table, names) -> SQL:
    """Return the same for a table whose rows may change, but not in columns ``names``.

    Contacts and accounts that Odoo merges are written by SQL: leave their columns out.
    """
    columns = [SQL.identifier(name) for name in names]
    before = SQL(', ').join(SQL('OLD.%s', column) for column in columns)
    after = SQL(', ').join(SQL('NEW.%s', column) for column in columns)
    return SQL(
        """
        DROP TRIGGER IF EXISTS ar_journal_not_changed ON %(table)s;
        CREATE TRIGGER ar_journal_not_changed BEFORE UPDATE ON %(table)s FOR EACH ROW
            WHEN ((%(before)s) IS DISTINCT FROM (%(after)s)) EXECUTE FUNCTION ar_journal_refuse();
        DROP TRIGGER IF EXISTS ar_journal_not_deleted ON %(table)s;
        CREATE TRIGGER ar_journal_not_deleted BEFORE DELETE OR TRUNCATE ON %(table)s
            FOR EACH STATEMENT EXECUTE FUNCTION ar_journal_refuse();
        """,
        table=SQL.identifier(table),
        before=before,
        after=after,
    )


def stamp() -> SQL:
    """Return what makes PostgreSQL itself set the time and the SHA-256 of an entry, whatever was sent."""
    return SQL(
        """
        CREATE OR REPLACE FUNCTION ar_journal_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.date := clock_timestamp() AT TIME ZONE 'UTC';
            NEW.sha256 := %(digest)s;
            RETURN NEW;
        END $$;
        DROP TRIGGER IF EXISTS ar_journal_stamp ON %(table)s;
        CREATE TRIGGER ar_journal_stamp BEFORE INSERT ON %(table)s
            FOR EACH ROW EXECUTE FUNCTION ar_journal_stamp();
        ALTER TABLE %(table)s ENABLE ALWAYS TRIGGER ar_journal_stamp;
        """,
        digest=_digest('new'),
        table=SQL.identifier(ENTRIES),
    )


# === Adding and sealing ===


def append(uid, model, event, rows) -> SQL:
    """Return the one INSERT of a call's entries; the login is read where it is kept.

    :param rows: (id of the main company, id of the record, its name, its figures as text) each.
    """
    companies, ids, names, figures = (list(column) for column in zip(*rows))
    return SQL(
        """
        INSERT INTO ar_journal (company_id, uid, login, model, res_id, name, event, figures)
        SELECT e.company_id, %(uid)s, (SELECT login FROM res_users WHERE id = %(uid)s), %(model)s, e.res_id,
               e.name, %(event)s, e.figures
          FROM unnest(%(companies)s::int[], %(ids)s::int[], %(names)s::text[], %(figures)s::text[])
               WITH ORDINALITY AS e(company_id, res_id, name, figures, place)
         ORDER BY e.place
        """,
        uid=uid,
        model=model,
        event=event,
        companies=companies,
        ids=ids,
        names=names,
        figures=figures,
    )


def parts(path, columns, ids) -> SQL:
    """Return SQL of (record, number of its parts, SHA-256 over their columns), of the records with parts.

    The SHA-256 is over a line for each part, in the order of their ids: a JSON array of its id and its
    columns. Numbers and booleans count by value: 1.50 is 1.5, and what is not set is false.

    :param path: (table, column that points to the record before) from the record to its parts.
    :param columns: (name, type in PostgreSQL) each.
    """
    tables = SQL.identifier(path[0][0])
    for (before, _), (table, owner) in pairwise(path):
        link = SQL('%s = %s', SQL.identifier(table, owner), SQL.identifier(before, 'id'))
        tables = SQL('%s JOIN %s ON %s', tables, SQL.identifier(table), link)
    last = path[-1][0]
    by_value = {'numeric': 'trim_scale(%s)', 'bool': 'COALESCE(%s, false)'}
    cells = [SQL(by_value.get(kind, '%s'), SQL.identifier(last, name)) for name, kind in columns]
    return SQL(
        r"""
        SELECT %(record)s, count(*), encode(sha256(convert_to(string_agg(
                   json_build_array(%(cells)s)::text, E'\n' ORDER BY %(id)s
               ), 'UTF8')), 'hex')
          FROM %(tables)s WHERE %(record)s = ANY(%(ids)s) GROUP BY 1
        """,
        record=SQL.identifier(*path[0]),
        cells=SQL(', ').join([SQL.identifier(last, 'id'), *cells]),
        id=SQL.identifier(last, 'id'),
        tables=tables,
        ids=list(ids),
    )


def try_lock() -> SQL:
    """Return SQL of whether this transaction is the one that seals; it never waits."""
    return SQL("SELECT pg_try_advisory_xact_lock(hashtext('ar_journal_seal'))")


def unsealed(limit, slack=None) -> SQL:
    """Return SQL of (company, id, SHA-256) of the entries without a seal, in the order in which they get it.

    :param slack: how many entries before the last sealed one are looked at again, for transactions that were
        committed late; None = all, which reads the whole journal.
    """
    first = (
        SQL('0')
        if slack is None
        else SQL('(SELECT COALESCE(MAX(entry_id), 0) - %s FROM ar_journal_seal)', slack)
    )
    return SQL(
        """
        SELECT e.company_id, e.id, e.sha256 FROM ar_journal e
         WHERE e.id > %s AND NOT EXISTS (SELECT FROM ar_journal_seal s WHERE s.entry_id = e.id)
         ORDER BY e.id LIMIT %s
        """,
        first,
        limit,
    )


def heads(company_ids) -> SQL:
    """Return SQL of (company, number, SHA-256, when) of the last seal of each company."""
    return SQL(
        """
        SELECT DISTINCT ON (company_id) company_id, number, sha256, date FROM ar_journal_seal
         WHERE company_id IN %s ORDER BY company_id, number DESC
        """,
        tuple(company_ids) or (0,),
    )


def add_seals(rows) -> SQL:
    """Return the INSERT of seals.

    A transaction that began before others sealed does not see their seals: the same numbers then collide, and
    PostgreSQL fails it with a serialization error, which Odoo replays.

    :param rows: (company, number, entry, its SHA-256, the one before, its own) each.
    """
    return SQL(
        """
        INSERT INTO ar_journal_seal (company_id, number, entry_id, entry_sha256, sha256_before, sha256, date)
        SELECT *, clock_timestamp() AT TIME ZONE 'UTC'
          FROM unnest(%s::int[], %s::int[], %s::int[], %s::text[], %s::text[], %s::text[])
            ON CONFLICT DO NOTHING
        """,
        *(list(column) for column in zip(*rows)),
    )


# === Verifying ===


def first_fault(company_id) -> SQL:
    """Return SQL of (number, entry, fault) of the first entry of the chain that is not as it was sealed.

    Faults: ``gap`` a seal is missing, ``missing`` the entry was deleted, ``changed`` the entry says something
    else, ``chain`` the seal does not follow the one before.
    """
    return SQL(
        """
        WITH seals AS (
            SELECT s.*, lag(s.sha256, 1, '') OVER one AS follows, lag(s.number, 1, 0) OVER one + 1 AS expected
              FROM ar_journal_seal s WHERE s.company_id = %(company)s WINDOW one AS (ORDER BY s.number)
        ), judged AS (
            SELECT s.number, s.entry_id, CASE
                       WHEN s.number != s.expected THEN 'gap'
                       WHEN e.id IS NULL THEN 'missing'
                       WHEN s.entry_sha256 != e.sha256 OR e.sha256 != %(digest)s THEN 'changed'
                       WHEN s.sha256_before != s.follows OR s.sha256 != %(seal)s THEN 'chain'
                   END AS fault
              FROM seals s LEFT JOIN ar_journal e ON e.id = s.entry_id AND e.company_id = s.company_id
        )
        SELECT number, entry_id, fault FROM judged WHERE fault IS NOT NULL ORDER BY number LIMIT 1
        """,
        company=company_id,
        digest=_digest('e'),
        seal=_seal('s'),
    )


def first_changed_waiting(company_id) -> SQL:
    """Return SQL of (0, entry, ``changed``) of the first entry that waits for its seal and was changed."""
    return SQL(
        """
        SELECT 0, e.id, 'changed' FROM ar_journal e
         WHERE e.company_id = %s AND NOT EXISTS (SELECT FROM ar_journal_seal s WHERE s.entry_id = e.id)
           AND e.sha256 IS DISTINCT FROM %s
         ORDER BY e.id LIMIT 1
        """,
        company_id,
        _digest('e'),
    )


def sealed_as(company_id, number) -> SQL:
    """Return SQL of the SHA-256 of a company's seal ``number``."""
    return SQL('SELECT sha256 FROM ar_journal_seal WHERE company_id = %s AND number = %s', company_id, number)


def last_of_each(company_id, model) -> SQL:
    """Return SQL of (record, event, figures) of the last entry about each record of the model."""
    return SQL(
        """
        SELECT DISTINCT ON (res_id) res_id, event, figures FROM ar_journal
         WHERE company_id = %s AND model = %s ORDER BY res_id, id DESC
        """,
        company_id,
        model,
    )


def period(company_id, first, last) -> SQL:
    """Return SQL of the entries of a company from day ``first`` to ``last`` (UTC), as exported."""
    return SQL(
        """
        SELECT s.number, e.id, e.date, e.login, e.uid, e.event, e.model, e.res_id, e.name, e.figures,
               e.sha256, s.sha256_before, s.sha256 AS seal
          FROM ar_journal e LEFT JOIN ar_journal_seal s ON s.entry_id = e.id
         WHERE e.company_id = %s AND e.date >= %s AND e.date < %s::date + 1
         ORDER BY e.id
        """,
        company_id,
        first,
        last,
    )


# === Going and coming back ===


def has_entries() -> SQL:
    return SQL('SELECT EXISTS (SELECT FROM ar_journal)')


def rename(table, to) -> SQL:
    """Return the renaming of a table, so that Odoo neither finds nor drops it; its refusals go with it."""
    return SQL('ALTER TABLE %s RENAME TO %s', SQL.identifier(table), SQL.identifier(to))


def drop() -> SQL:
    """Return what removes an empty journal, and what refused changes to it."""
    return SQL(
        """
        DROP TABLE ar_journal_seal, ar_journal;
        DROP FUNCTION ar_journal_refuse(); DROP FUNCTION ar_journal_stamp();
        """
    )
