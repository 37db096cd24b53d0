from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.ar_base.rules.overview import Line, Tile

NEAR = 80  # per cent of the limit from which a customer is near it
ENDING = 30  # days ahead


class ArOverview(models.AbstractModel):
    _inherit = 'ar.overview'

    @api.model
    def _tiles(self, scope):
        # EXTENDS 'ar_base': orders on hold, and limits.
        return [*super()._tiles(scope), *self._hold_tiles(scope), *self._limit_tiles(scope)]

    @api.model
    def _hold_tiles(self, scope):
        _, Decision = self.env._, self.env['ar.credit.decision']
        if not Decision.has_access('read'):
            return []
        domain = [
            ('state', '=', 'hold'),
            *scope.domain('salesperson_id', 'grade_id', 'partner_id.country_id'),
        ]
        rows = Decision._read_group(domain, ['company_id'], ['__count', 'order_amount:sum', 'held_on:min'])
        lines = [
            Line(
                _("Value"),
                self._converted(scope, [(company, amount) for company, _count, amount, _day in rows]),
                'money',
            )
        ]
        if rows:
            oldest = min(day for *_rest, day in rows)
            lines.append(Line(_("Oldest since"), fields.Date.to_string(oldest), 'date'))
        if self.env.user.has_group('ar_base.group_controller'):
            mine = [*domain, '|', ('approver_ids', '=', False), ('approver_ids', 'in', self.env.uid)]
            lines.append(
                Line(
                    _("Mine to decide"),
                    Decision.search_count(mine),
                    action=self._opens('ar.credit.decision', _("Mine to Decide"), mine),
                    alarm=True,
                )
            )
        return [
            Tile(
                'holds',
                'orders',
                _("Orders on Hold"),
                sum(count for _company, count, *_rest in rows),
                'count',
                _("Orders that were stopped and wait for a decision. Value: their totals with tax."),
                self._opens('ar.credit.decision', _("Orders on Hold"), domain),
                tuple(lines),
            )
        ]

    @api.model
    def _limit_tiles(self, scope):
        _, Account = self.env._, self.env['ar.credit.account']
        if not Account.has_access('read'):
            return []
        domain = scope.domain('partner_id.ar_salesperson_id', 'grade_id', 'partner_id.country_id')
        over, near = self._limits_used(Account.search(domain, order='id'))
        until = scope.today + timedelta(days=ENDING)
        ending = [
            *domain,
            '|',
            *('&', ('limit_valid_until', '>=', scope.today), ('limit_valid_until', '<=', until)),
            *('&', ('temp_until', '>=', scope.today), ('temp_until', '<=', until)),
        ]
        expired = [*domain, ('limit_valid_until', '<', scope.today)]
        return [
            Tile(
                'limits_over',
                'orders',
                _("Over the Limit"),
                len(over),
                'count',
                _("Customers whose exposure is above their credit limit, or their group's."),
                self._opens('ar.credit.account', _("Over the Limit"), [('id', 'in', over.ids)]),
                (
                    Line(
                        _("Above %s%% of the limit", NEAR),
                        len(near),
                        action=self._opens(
                            'ar.credit.account', _("Near the Limit"), [('id', 'in', near.ids)]
                        ),
                    ),
                ),
                alarm=True,
            ),
            Tile(
                'limits_ending',
                'orders',
                _("Limits Ending"),
                Account.search_count(ending),
                'count',
                _("Limits and temporary limits whose last day is within the next %s days.", ENDING),
                self._opens('ar.credit.account', _("Limits Ending"), ending),
                (
                    Line(
                        _("Expired"),
                        Account.search_count(expired),
                        action=self._opens('ar.credit.account', _("Expired Limits"), expired),
                        alarm=True,
                    ),
                ),
            ),
        ]

    @api.model
    def _limits_used(self, accounts):
        """Return the accounts over their limit, and those that are near it; one query for all exposures."""
        everything = accounts.sudo()
        exposures = (everything | everything.group_id.account_ids)._credit_exposures()
        over, near = [], []
        for account in everything:
            limit, _used, left = account._credit_left(exposures[account.id], exposures)
            if limit is None:
                continue
            if left < 0:
                over.append(account.id)
            elif exposures[account.id].net * 100 > limit * NEAR:
                near.append(account.id)
        return accounts.browse(over), accounts.browse(near)
