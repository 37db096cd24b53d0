from odoo import models


class IrActionsReport(models.Model):
    _inherit = 'ir.actions.report'

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """Print a page without scripts as soon as it is loaded.

        Odoo gives the scripts of every page a second (``report.print_delay``): with thousands of letters,
        that is the whole run.
        """
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.env.context.get('ar_page_without_scripts'):
            command += ['--javascript-delay', '0']
        return command
