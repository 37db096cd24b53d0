from odoo import models


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    def _credit_standing(self, grade, factor=1.0):
        """Return what the file says to the rules on any day, as fields of ``rules.checks.Figures``.

        :param grade: the grade whose terms apply.
        :param factor: of the group's limit.
        """
        self.ensure_one()
        return {
            'limit_valid_until': self.limit_valid_until or None,
            'file_valid_until': self.file_valid_until or None,
            'has_file': bool(self.limit_decided or self.grade_id),
            'group_limit': self.group_id.credit_limit * factor if self.group_id and not self.is_unlimited else None,
            'allowed_days': grade.max_terms_days if grade else None,
            'allowed_discount': grade.max_discount if grade else None,
        }
