from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ar_aging_scheme_id = fields.Many2one(related='company_id.ar_aging_scheme_id', readonly=False)
    ar_four_eyes = fields.Boolean(related='company_id.root_id.ar_four_eyes', readonly=False)
    ar_portal_available_credit = fields.Boolean(
        related='company_id.ar_portal_available_credit', readonly=False
    )
    ar_link_days = fields.Integer(related='company_id.ar_link_days', readonly=False)
    ar_snapshot_monthly = fields.Boolean(related='company_id.ar_snapshot_monthly', readonly=False)
    ar_snapshot_day = fields.Integer(related='company_id.ar_snapshot_day', readonly=False)
    ar_dispute_days = fields.Integer(related='company_id.root_id.ar_dispute_days', readonly=False)
    ar_dispute_escalation_id = fields.Many2one(
        related='company_id.root_id.ar_dispute_escalation_id', readonly=False
    )

    # === A receivables manager sets up receivables, and nothing else ===

    @api.model
    def _ar_as_manager(self):
        """Tell whether the user is no administrator, and opens the page as a receivables manager."""
        user = self.env.user
        return not self.env.su and not user._is_admin() and user.has_group('ar_base.group_manager')

    @api.model
    def _ar_own(self):
        """Return the names of the settings of receivables: fields of the company, none of Odoo's."""
        return {
            name
            for name, field in self._fields.items()
            if (field.related or '').startswith('company_id.')
            and field.related.rsplit('.')[-1].startswith('ar_')
            and not field.readonly
        }

    @api.model
    def _ar_only_own(self, vals):
        """Return of the values those that a receivables manager sets.

        :raise AccessError: they are those of a company in which the user does not work.
        """
        company = vals.get('company_id') or self.env.company.id
        if company not in self.env.user.company_ids.ids:
            raise AccessError(self.env._("You set up the companies in which you work."))
        own = self._ar_own()
        return {'company_id': company, **{name: value for name, value in vals.items() if name in own}}

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        return (*super()._get_view_cache_key(view_id, view_type, **options), self._ar_as_manager())

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == 'form' and self._ar_as_manager():
            for app in arch.xpath("//app[not(@name='ar_base')]"):
                app.getparent().remove(app)
        return arch, view

    @api.model
    def default_get(self, fields):
        if not self._ar_as_manager():
            return super().default_get(fields)
        names = [name for name in fields if name in self._ar_own() | {'company_id'}]
        values = super(ResConfigSettings, self.sudo()).default_get(names)
        return {name: values[name] for name in names if name in values}

    @api.model_create_multi
    def create(self, vals_list):
        if not self._ar_as_manager():
            return super().create(vals_list)
        own = [self._ar_only_own(vals) for vals in vals_list]
        return super(ResConfigSettings, self.sudo()).create(own).sudo(False)

    def write(self, vals):
        if not self._ar_as_manager():
            return super().write(vals)
        self.check_access('write')
        values = self._ar_only_own({'company_id': self.company_id.id, **vals})
        return super(ResConfigSettings, self.sudo()).write(values)

    def _compute_display_name(self):
        # EXTENDS 'base', which looks the name up among actions that only an administrator reads.
        return super(ResConfigSettings, self.sudo())._compute_display_name()

    def execute(self):
        # A manager's settings are fields of the company, which are written already.
        if self._ar_as_manager():
            return {'type': 'ir.actions.client', 'tag': 'reload'}
        return super().execute()
