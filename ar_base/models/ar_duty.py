from odoo import api, fields, models


class ArDuty(models.Model):
    """One duty in the life of a kind of document, and who has it: the table of segregated duties.

    Shipped as data by the addon of the document. It describes what the server enforces (``ar.approval.mixin``
    and the access rights of the models), and shows where people of the company hold two duties at once.
    """

    _name = 'ar.duty'
    _description = "Segregated Duty"
    _order = 'document, sequence, id'

    document = fields.Char(required=True, translate=True, help="The kind of document.")
    code = fields.Char(required=True, help="The same for all duties on one kind of document.")
    sequence = fields.Integer(default=10)
    duty = fields.Selection(
        [
            ('ask', "Ask"),
            ('change', "Change"),
            ('submit', "Submit"),
            ('decide', "Decide"),
            ('post', "Post"),
            ('pay', "Pay Out"),
            ('benefit', "Benefit"),
        ],
        required=True,
    )
    group_id = fields.Many2one('res.groups', "Role", ondelete='cascade', help="Empty: see the remark.")
    remark = fields.Char(translate=True)
    is_barred = fields.Boolean(
        "Does Not Decide",
        help="With four eyes, a person who did this on a document cannot decide on the same document: the "
        "server refuses it, delegates included.",
    )
    user_ids = fields.Many2many('res.users', string="People", compute='_compute_people')
    both_ids = fields.Many2many(
        'res.users',
        string="Could Also Decide",
        compute='_compute_people',
        help="People who have this duty and decide on the same kind of document. Where the duty is barred, "
        "they cannot do both on one document.",
    )
    is_open = fields.Boolean(
        "One Person Could Do Both",
        compute='_compute_people',
        help="Nothing on the server keeps the same person from both duties on one document.",
    )

    @api.depends('group_id', 'duty', 'code', 'is_barred')
    @api.depends_context('company')
    def _compute_people(self):
        company = self.env.company.root_id.sudo()
        deciding = self.sudo().search([('code', 'in', self.mapped('code')), ('duty', '=', 'decide')])
        people = {group: company._ar_role_holders(group) for group in (self | deciding).sudo().group_id}
        nobody = self.env['res.users']
        deciders = {
            code: nobody.union(*(people.get(duty.group_id, nobody) for duty in duties))
            for code, duties in deciding.grouped('code').items()
        }
        for duty in self:
            duty.user_ids = people.get(duty.sudo().group_id, nobody)
            duty.both_ids = (
                nobody if duty.duty == 'decide' else duty.user_ids & deciders.get(duty.code, nobody)
            )
            duty.is_open = bool(duty.both_ids) and not (duty.is_barred and company.ar_four_eyes)
