from odoo import api, fields, models

from ..rules.overview import Line, Tile


class ArOverview(models.AbstractModel):
    """The first page: what each addon has to say of how things stand, collected for who asks.

    Everything is read as that user: record rules decide what is counted, and a figure of a model that the
    user may not read is not there.
    """

    _name = 'ar.overview'
    _description = "Overview of Receivables"

    @api.model
    def _tiles(self, scope):
        """Hook: return the figures (``rules.overview.Tile``) that an addon adds to the first page.

        Extend what ``super()`` returns (here: disputes). The number of queries must not depend on the
        number of records.

        :param scope: ``rules.overview.Scope``.
        """
        _, Dispute = self.env._, self.env['ar.dispute']
        if not Dispute.has_access('read'):
            return []
        domain = [
            ('state', '=', 'open'),
            *scope.domain(
                'customer_id.ar_salesperson_id', 'credit_account_id.grade_id', 'customer_id.country_id'
            ),
        ]
        late = [*domain, ('deadline', '<', scope.today)]
        rows = Dispute._read_group(domain, ['company_id'], ['__count', 'amount_company:sum'])
        disputed = self._converted(scope, [(company, amount) for company, _count, amount in rows])
        return [
            Tile(
                'disputes',
                'collection',
                _("Disputes"),
                sum(count for _company, count, _amount in rows),
                'count',
                _("Disputes without an answer. Late: the deadline of the answer has passed."),
                self._opens('ar.dispute', _("Open Disputes"), domain),
                (
                    Line(_("Disputed"), disputed, 'money'),
                    Line(
                        _("Late"),
                        Dispute.search_count(late),
                        action=self._opens('ar.dispute', _("Late Disputes"), late),
                        alarm=True,
                    ),
                ),
            )
        ]

    @api.model
    def _opens(self, model, name, domain, context=None, views=('list', 'form')):
        """Return the action that opens the records of ``domain``."""
        return {
            'type': 'ir.actions.act_window',
            'name': name,
            'res_model': model,
            'views': [(False, view) for view in views],
            'domain': domain,
            'context': context or {},
            'target': 'current',
        }

    @api.model
    def _converted(self, scope, amounts):
        """Return the sum of (company or currency, amount), converted at the rates of the day and rounded."""
        target, company = self.env['res.currency'].browse(scope.currency_id), self.env.company
        total = 0.0
        for source, amount in amounts:
            currency = source if source._name == 'res.currency' else source.sudo().currency_id
            total += currency._convert(amount, target, company, scope.today) if amount else 0.0
        return target.round(total)

    @api.model
    def _today(self):
        return fields.Date.context_today(self)
