from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from .res_partner import MOVES


class ArCreditAccount(models.Model):
    """Moving a credit file to another customer and back, and merging the files of merged contacts."""

    _inherit = 'ar.credit.account'

    def action_move(self):
        """Ask to which customer the file goes, and why."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.move',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Move to Another Customer"),
            'context': {'default_credit_account_id': self.id},
        }

    # === Moving and merging ===

    def _check_still_a_customer(self):
        """Refuse that an edit of a contact takes a file that says something away from its customer.

        :raise ValidationError: naming who can move the file.
        """
        for account in self:
            partner, parent = account.partner_id, account.partner_id.commercial_partner_id
            if account.merged_into_id:
                raise ValidationError(
                    self.env._(
                        "The credit file of %(customer)s was joined to that of %(parent)s. A credit "
                        "controller parts them with \"Take the Move Back\" in the archived file.",
                        customer=partner.name,
                        parent=account.merged_into_id.partner_id.name,
                    )
                )
            if account._is_blank():
                continue
            names = {'customer': partner.name, 'parent': parent.name}
            if self.env.user.has_group('ar_base.group_controller'):
                raise ValidationError(
                    self.env._(
                        "%(customer)s has a credit file, which an edit of the contact does not move. Open "
                        "the credit file and press \"Move to Another Customer\" to make %(customer)s part of "
                        "%(parent)s.",
                        **names,
                    )
                )
            people = account.company_id._ar_people('ar_base.group_controller')
            people = people.filtered(lambda user: not user.has_group('base.group_system')) or people
            raise ValidationError(
                self.env._(
                    "%(customer)s has a credit file. Only credit control makes %(customer)s part of "
                    "%(parent)s: ask %(people)s to move the file.",
                    people=', '.join(people[:3].mapped('name')) or self.env._("a credit controller"),
                    **names,
                )
            )

    def _is_blank(self):
        """Hook: return whether the file says nothing yet, so that nothing is lost where it is not used."""
        self.ensure_one()
        account = self.sudo().with_context(active_test=False)
        return not (
            account.grade_id or account.note or any(rows for _, _, rows in account._referencing_rows())
        )

    def _move_to(self, partner, reason):
        """Make the customer part of ``partner``, and join the file to that customer's.

        The stricter limit counts, holds and all that is known go along; the file stays, archived, so that
        ``_take_back`` can part the two again. The caller has checked that the user may.
        """
        for account in self.sudo():
            customer, target = account.partner_id, account._for_partner(partner, account.company_id)
            if target == account:
                raise UserError(
                    self.env._("%s already has this credit file: choose another customer.", partner.name)
                )
            files = customer._ar_files()
            customer.with_context(ar_moves_file=MOVES).write({'parent_id': partner.id, 'is_company': False})
            for file in files:
                file._join(file._for_partner(partner, file.company_id), reason)

    def _join(self, target, reason):
        """Give ``target`` what this file has, and keep this one archived."""
        rows = self._hand_rows(target)
        target._merge_values(self)
        self.with_context(ar_moves_file=MOVES).write(
            {'active': False, 'merged_into_id': target.id, 'merged_rows': rows}
        )
        note = {'customer': self.partner_id.name, 'target': target.partner_id.name, 'reason': reason}
        text = self.env._(
            "The credit file of %(customer)s was joined to that of %(target)s: %(reason)s", **note
        )
        for account in (self, target):
            account.message_post(body=text)

    def _take_back(self, reason):
        """Part the file from the one it was joined to: the customer stands alone again, with what it had.

        The other customer's limit stays as strict as it became: raising it takes a credit change.
        """
        for account in self.sudo():
            target, customer = account.merged_into_id, account.partner_id
            if not target:
                raise UserError(self.env._("The credit file of %s was not moved.", customer.name))
            customer.with_context(ar_moves_file=MOVES).write({'parent_id': False, 'is_company': True})
            for key, ids in (account.merged_rows or {}).items():
                model, _, field = key.partition(':')
                rows = self.env[model].sudo().with_context(active_test=False).browse(ids).exists()
                rows = rows.filtered(lambda row, field=field: row[field] == target)
                self._point(rows, field, account)
            account.with_context(ar_moves_file=MOVES).write(
                {'active': True, 'merged_into_id': False, 'merged_rows': False}
            )
            text = self.env._(
                "%(customer)s stands alone again: %(reason)s", customer=customer.name, reason=reason
            )
            for file in (account, target):
                file.message_post(body=text)

    def _move_to_partner(self, partner):
        """Make this the account of ``partner``, or merge it into the one ``partner`` has.

        For merged contacts: the old partner is about to go.
        """
        for account in self:
            if account.merged_into_id:
                account._message_move_to(account.merged_into_id)
                account.unlink()
                continue
            target = self.with_context(active_test=False).search(
                [('partner_id', '=', partner.id), ('company_id', '=', account.company_id.id)]
            )
            if target:
                account._merge_into(target)
            else:
                account.with_context(ar_moves_file=MOVES).partner_id = partner

    def _merge_into(self, target):
        """Move all that belongs to these accounts to ``target`` and delete them; nothing is lost."""
        for account in self - target:
            account._hand_rows(target)
            account._message_move_to(target)
            target._merge_values(account)
            target.message_post(
                body=self.env._(
                    "The credit account of %s was merged into this one.", account.partner_id.display_name
                )
            )
            account.flush_recordset()
            account.unlink()

    def _hand_rows(self, target):
        """Let all that belongs to this file belong to ``target``; return {'model:field': ids} of it."""
        moved = {}
        for model, field, rows in self._referencing_rows():
            moved[f'{model}:{field}'] = rows.ids
            self._point(rows, field, target)
        return {key: ids for key, ids in moved.items() if ids}

    @api.model
    def _point(self, rows, field, account):
        """Let ``field`` of the rows lead to ``account``, facts or not."""
        rows = rows.with_context(tracking_disable=True, ar_moves_file=MOVES)
        write = rows._record_facts if hasattr(rows, '_record_facts') else rows.write
        write({field: account.id})

    def _merge_values(self, other):
        """Take over what this account lacks; of two decisions the stricter one. Upper addons extend it."""
        for name in ('collector_id', 'customer_group_id', 'note'):
            if not self[name] and other[name]:
                self[name] = other[name]
        grades = (self.grade_id | other.grade_id).sorted('sequence')
        if grades and grades[-1] != self.grade_id:
            self.grade_id = grades[-1]

    def _message_move_to(self, target):
        self.env['mail.message'].sudo().search([('model', '=', self._name), ('res_id', '=', self.id)]).write(
            {'res_id': target.id}
        )
        self.env['mail.activity'].sudo().with_context(active_test=False).search(
            [('res_model', '=', self._name), ('res_id', '=', self.id)]
        ).write({'res_id': target.id})

    @api.model
    def _referencing_fields(self):
        """Return (model, field) of every stored many-to-one that leads to a credit account."""
        return [
            (model_name, field.name)
            for model_name, model in self.env.registry.items()
            if model._auto and not model._abstract and not model._transient
            for field in model._fields.values()
            if field.type == 'many2one'
            and field.comodel_name == self._name
            and field.store
            and not field.related
        ]

    def _referencing_rows(self):
        """Yield (model, field, rows) of what leads to this account."""
        for model, field in self._referencing_fields():
            if (model, field) != (self._name, 'merged_into_id'):
                yield (
                    model,
                    field,
                    self.env[model].sudo().with_context(active_test=False).search([(field, '=', self.id)]),
                )
