from odoo import models


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    def _credit_file_facts(self, grade, codes, factor=1.0):
        """Return what the file says today, as fields of ``rules.checks.Figures``: a back-test takes it for every day.

        :param grade: the grade whose terms apply.
        :param codes: the rules that are on; what none of them asks for is not looked up.
        :param factor: of the group's limit.
        """
        self.ensure_one()
        return {
            'limit_valid_until': self.limit_valid_until or None,
            'file_valid_until': self.file_valid_until or None,
            'has_file': bool(self.limit_decided or self.grade_id or self.terms_decided),
            'group_limit': self.group_id.credit_limit * factor
            if self.group_id and not self.is_unlimited
            else None,
            'dunning_level': self._credit_dunning_level() if 'dunning_level' in codes else 0,
            'payment_index': self._payment_indices().get(self.id) if 'payment_index' in codes else None,
            'allowed_days': self.terms_days
            if self.terms_decided
            else grade.max_terms_days
            if grade
            else None,
            'allowed_discount': grade.max_discount if grade else None,
        }
