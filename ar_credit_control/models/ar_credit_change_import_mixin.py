from odoo import api, models

# What is imported, and the tick that it stands for.
TICKED = {
    'new_limit': 'change_limit',
    'temp_limit': 'change_temp',
    'new_grade_id': 'change_grade',
    'new_terms_days': 'change_terms',
}


class ArCreditChangeImportMixin(models.AbstractModel):
    """Limits, grades and terms from a spreadsheet: a draft change per row, for ``ar.credit.change``.

    Odoo's own import tests the file first and names what is wrong, row by row. A customer is found by name,
    reference or external id, and gets a credit file where there is none; nothing of it counts before it is
    submitted and approved. A second import makes new changes: the limits in force stay until then.
    """

    _name = 'ar.credit.change.import.mixin'
    _description = "Import of Credit Changes"
    _inherit = ['mail.activity.mixin']

    @api.model
    def get_import_templates(self):
        language = 'zh_CN' if (self.env.lang or '').startswith('zh') else 'en'
        return [
            {
                'label': self.env._("Template for credit limits"),
                'template': f'/ar_credit_control/static/xls/credit_limits_{language}.xlsx',
            }
        ]

    @api.model
    def load(self, fields, data):
        # EXTENDS base
        fields, data = list(fields), [list(row) for row in data]
        if 'credit_account_id' in fields and self.has_access('create'):
            column = fields.index('credit_account_id')
            self._open_files({str(row[column]).strip() for row in data if row[column]})
        for name, tick in TICKED.items():
            if name in fields and tick not in fields:
                column = fields.index(name)
                fields.append(tick)
                for row in data:
                    row.append('1' if row[column] not in (False, None, '') else '0')
        return super().load(fields, data)

    @api.model
    def _open_files(self, names):
        """Open the credit files of customers of these names or references that have none."""
        company = self.env.company.root_id
        partners = self.env['res.partner'].search(
            ['&', ('parent_id', '=', False), '|', ('name', 'in', list(names)), ('ref', 'in', list(names))]
        )
        if partners:
            self.env['ar.credit.account'].sudo()._for_partners(partners, company)
