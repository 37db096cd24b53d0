from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..engine import standing
from ..rules import kpi
from odoo.addons.ar_base.rules.overview import Line, Scope, Tile

# The sections of the page for each role, its own first. The first role that the user has counts.
SECTIONS = {
    'ar_base.group_manager': ('receivables', 'orders', 'collection', 'books'),
    'ar_base.group_controller': ('orders', 'receivables', 'collection', 'books'),
    'ar_base.group_collector': ('collection', 'receivables', 'orders', 'books'),
    'ar_base.group_accountant': ('books', 'receivables', 'collection', 'orders'),
    'ar_base.group_viewer': ('receivables', 'orders', 'collection', 'books'),
}
LARGEST = 10
MONTHS = 24
# The key figures on the page: field, unit, which way is better. 0 days say that nothing gives the figure.
KEY_FIGURES = (
    ('dso', 'days', 'down'),
    ('dso_count_back', 'days', 'down'),
    ('dso_best_possible', 'days', 'down'),
    ('days_delinquent', 'days', 'down'),
    ('days_late', 'days', 'down'),
    ('effectiveness', 'percent', 'up'),
    ('collection_rate', 'percent', 'up'),
    ('turnover', 'times', 'up'),
    ('overdue_ratio', 'percent', 'down'),
    ('bad_debt_ratio', 'percent', 'down'),
    ('allowance_coverage', 'percent', None),
)
NONE_AT_ZERO = {'dso', 'dso_count_back', 'dso_best_possible', 'effectiveness', 'turnover'}
FILTERS = ('salesperson_id', 'grade_id', 'country_id')


class ArOverview(models.AbstractModel):
    _inherit = 'ar.overview'

    # === The page ===

    @api.model
    def ar_page(self, filters=None):
        """Return the first page for the user who asks: figures, aging, trend, key figures.

        What is open is read from the ledger now; the trend and the key figures are those kept by month.

        :param filters: {``salesperson_id``, ``grade_id``, ``country_id``: record id}, each optional.
        :raise AccessError: the user has no role in Receivables.
        """
        self._check_role()
        scope = self._scope(filters or {})
        found = self._standing(scope)
        months = self._months(scope)
        return {
            'as_of': fields.Date.to_string(scope.today),
            'currency_id': scope.currency_id,
            'company': self.env.company.display_name,
            'sections': self._sections(self._receivable_tiles(scope, found)),
            'aging': self._aging(scope, found),
            'largest': self._largest(scope, found),
            'trend': self._trend(months),
            'key_figures': self._key_figures(months),
            'forecast': None if scope.is_filtered else self._forecast(),
            'choices': None if scope.is_filtered else self._choices(found),
        }

    @api.model
    def ar_page_tiles(self, filters=None):
        """Return the sections of the page that the installed addons give, each with its figures.

        :param filters: as for ``ar_page``.
        :raise AccessError: the user has no role in Receivables.
        """
        self._check_role()
        return self._sections(self._tiles(self._scope(filters or {})))

    @api.model
    def _check_role(self):
        if not self.env.user.has_group('ar_base.group_viewer'):
            raise AccessError(self.env._("Only people with a role in Receivables see this page."))

    @api.model
    def _scope(self, filters):
        wanted = {}
        for name in FILTERS:
            try:
                wanted[name] = int(filters.get(name) or 0) or None
            except (TypeError, ValueError):
                wanted[name] = None
        return Scope(self._today(), self.env.company.currency_id.id, **wanted)

    @api.model
    def _sections(self, tiles):
        """Return the sections, the part of the user's role first, each with its tiles, if any."""
        order = next(order for group, order in SECTIONS.items() if self.env.user.has_group(group))
        labels = {
            'receivables': self.env._("Receivables"),
            'orders': self.env._("Orders and Limits"),
            'collection': self.env._("Collection"),
            'books': self.env._("Reconciliation and Allowance"),
        }
        by_section = defaultdict(list)
        for tile in tiles:
            values = tile._asdict()
            by_section[tile.section].append(values | {'lines': [line._asdict() for line in tile.lines]})
        return [{'code': code, 'label': labels[code], 'tiles': by_section[code]} for code in order]

    # === What is open ===

    @api.model
    def _aging_context(self, scope, as_of=None):
        """Return the context of the aging that the page counts, and that its figures open.

        Credits age like any item, so that sums are the ledger's; several currencies are shown in one.
        """
        context = {'aging_credits': 'own_bucket'}
        if as_of:
            context['as_of'] = fields.Date.to_string(as_of)
        if len(self.env.companies.currency_id) > 1:
            context['aging_currency_id'] = scope.currency_id
        return context

    @api.model
    def _items_domain(self, scope):
        return scope.domain('salesperson_id', 'grade_id', 'country_id')

    @api.model
    def _items_query(self, scope, columns, as_of=None):
        """Return SQL of the open items of the scope that the user may see."""
        Item = self.env['ar.open.item'].with_context(**self._aging_context(scope, as_of))
        for model, names in Item._depends.items():
            self.env[model].flush_model(names)
        query = Item._search(self._items_domain(scope))
        parts = [
            standing.aliased(Item._field_to_sql(query.table, standing.COLUMNS[name], query), name)
            for name in columns
        ]
        return query.select(*parts)

    @api.model
    def _standing(self, scope):
        """Return {level: [(id, open, overdue, items)]}; see ``engine.standing``."""
        query = standing.standing(self._items_query(scope, standing.COLUMNS), LARGEST)
        found = defaultdict(list)
        for level, *row in self.env.execute_query(query):
            found[level].append((row[0], row[1] or 0.0, row[2] or 0.0, row[3]))
        return found

    @api.model
    def _last_month(self, scope):
        """Return (open, overdue) at the end of last month: kept, or read where the user sees a part only."""
        end = scope.today.replace(day=1) - relativedelta(days=1)
        companies = self.env.companies
        roots = companies.root_id
        whole = not scope.is_filtered and len(roots) == 1 and roots._ar_tree() <= companies
        if whole and self.env['ar.kpi'].has_access('read'):
            kept = self.env['ar.kpi'].search([('company_id', '=', roots.id), ('month', '=', end)])
            if kept:
                return kept.receivables, kept.overdue
        [row] = self.env.execute_query(
            standing.totals(self._items_query(scope, ('residual', 'days_overdue'), end))
        )
        return row

    @api.model
    def _opens_items(self, scope, name, domain=(), views=('list', 'pivot', 'graph')):
        return self._opens(
            'ar.open.item',
            name,
            [*self._items_domain(scope), *domain],
            self._aging_context(scope),
            views,
        )

    @api.model
    def _receivable_tiles(self, scope, found):
        _ = self.env._
        [(_id, total, overdue, items)] = found['all']
        [(_id, herfindahl, _overdue, customers)] = found['customers']
        before, overdue_before = self._last_month(scope)
        share, share_before = (_percent(*pair) for pair in ((overdue, total), (overdue_before, before)))
        all_items = self._opens_items(scope, _("Open Items"))
        late = self._opens_items(scope, _("Overdue Items"), [('days_overdue', '>', 0), ('residual', '>', 0)])
        points = None if share is None or share_before is None else share - share_before
        largest = sum(row[1] for row in found['customer'])
        return [
            Tile(
                'open',
                'receivables',
                _("Open Receivables"),
                total,
                'money',
                _("What customers owe: the balance of the receivable accounts, credits taken off."),
                all_items,
                (Line(_("Customers"), customers), Line(_("Items"), items)),
                total - before,
            ),
            Tile(
                'overdue',
                'receivables',
                _("Overdue"),
                overdue,
                'money',
                _("Open items whose due date is before today. Credits that are not matched lower nothing."),
                late,
                change=overdue - overdue_before,
                better='down',
            ),
            Tile(
                'overdue_share',
                'receivables',
                _("Overdue Share"),
                share,
                'percent',
                _("Overdue / open."),
                late,
                change=points,
                better='down',
            ),
            Tile(
                'concentration',
                'receivables',
                _("Ten Largest"),
                _percent(largest, total),
                'percent',
                _("What the ten customers with the largest balances owe / open."),
                self._opens_items(
                    scope,
                    _("Ten Largest Customers"),
                    [('commercial_partner_id', 'in', [row[0] for row in found['customer']])],
                    ('pivot', 'list', 'graph'),
                ),
                (
                    Line(_("The largest alone"), _percent(found['customer'][0][1], total), 'percent'),
                    Line(_("Herfindahl index (of 10,000)"), round(10000 * herfindahl)),
                )
                if found['customer']
                else (),
            ),
        ]

    @api.model
    def _aging(self, scope, found):
        """Return the buckets in their order, what has none last."""
        Bucket = self.env['ar.aging.bucket'].sudo()
        rows = {row[0]: row for row in found['bucket']}
        buckets = Bucket.browse([key for key in rows if key]).sorted('sequence')
        result = [
            {
                'name': bucket.name,
                'amount': rows[bucket.id][1],
                'late': index > 0 and bucket.lower is not False,
                'action': self._opens_items(scope, bucket.name, [('bucket_id', '=', bucket.id)]),
            }
            for index, bucket in enumerate(buckets)
        ]
        if None in rows:
            name = self.env._("Without Bucket")
            result.append(
                {
                    'name': name,
                    'amount': rows[None][1],
                    'late': False,
                    'action': self._opens_items(scope, name, [('bucket_id', '=', False)]),
                }
            )
        return result

    @api.model
    def _largest(self, scope, found):
        [(_id, total, _overdue, _items)] = found['all']
        names = {
            partner.id: partner.display_name
            for partner in self.env['res.partner'].sudo().browse([row[0] for row in found['customer']])
        }
        return [
            {
                'id': partner_id,
                'name': names[partner_id],
                'open': amount,
                'overdue': overdue,
                'share': _percent(amount, total),
                'action': self._opens_items(
                    scope, names[partner_id], [('commercial_partner_id', '=', partner_id)]
                ),
            }
            for partner_id, amount, overdue, _items in found['customer']
            if partner_id
        ]

    @api.model
    def _choices(self, found):
        """Return what the page can be filtered by: what the open items have."""
        models_of = {'salesperson': 'res.users', 'grade': 'ar.credit.grade', 'country': 'res.country'}
        return {
            f'{level}_id': [
                (record.id, record.display_name)
                for record in self.env[model].sudo().browse([row[0] for row in found[level]])
            ]
            for level, model in models_of.items()
        }

    @api.model
    def _tiles(self, scope):
        # EXTENDS 'ar_base': early warnings.
        return [*super()._tiles(scope), self.env['ar.warning']._tile(scope)]

    # === What is kept by month ===

    @api.model
    def _months(self, scope):
        """Return the key figures of the last months of the user's main company, the oldest first.

        They are of the whole company: none where the page is filtered, or the user sees a part only.
        """
        Kpi = self.env['ar.kpi']
        if scope.is_filtered or not Kpi.has_access('read'):
            return Kpi
        rows = Kpi.search(
            [('company_id', '=', self.env.company.root_id.id)], limit=MONTHS, order='month desc'
        )
        return rows.sorted('month')

    @api.model
    def _trend(self, months):
        return {
            'months': [row.display_name for row in months],
            'current': [row.receivables - row.overdue for row in months],
            'overdue': [row.overdue for row in months],
            'action': self._opens_months(),
        }

    @api.model
    def _key_figures(self, months):
        described = self.env['ar.kpi'].fields_get([name for name, *_rest in KEY_FIGURES], ['string', 'help'])
        result = []
        for name, unit, better in KEY_FIGURES:
            points = [row[name] if row[name] or name not in NONE_AT_ZERO else None for row in months]
            if any(point is not None for point in points):
                value, *before = points[-1:] + points[-2:-1]
                result.append(
                    {
                        'code': name,
                        'label': described[name]['string'],
                        'definition': described[name].get('help') or '',
                        'unit': unit,
                        'better': better,
                        'value': value,
                        'change': None if None in (value, *before) or not before else value - before[0],
                        'points': points,
                        'months': [row.display_name for row in months],
                        'as_of': fields.Date.to_string(months[-1:].as_of),
                    }
                )
        return result

    @api.model
    def _forecast(self):
        """Return the cash that the main company expects, and what opens it; None = none was made yet."""
        found = self.env['ar.forecast']._for_page(self.env.company.root_id)
        if not found:
            return None
        weeks = self._opens('ar.forecast', self.env._("Expected Cash"), [('id', '=', found['id'])])
        items = self._opens(
            'ar.forecast.item',
            self.env._("Expected Payments"),
            [('forecast_id', '=', found['id'])],
            views=('list', 'pivot'),
        )
        return {**found, 'action': weeks, 'items': items}

    @api.model
    def _opens_months(self):
        return self._opens('ar.kpi', self.env._("Key Figures"), [], views=('list', 'graph', 'form'))


def _percent(part, whole):
    """Return the share in percent, one decimal; None where there is nothing to have a share of."""
    found = kpi.percent(part, whole)
    return None if found is None else round(float(found), 1)
