from odoo import fields, models
from odoo.tools import get_lang

from ..report.rtl import drawable


class ArDunningNotice(models.Model):
    """The letter itself: recipient, words, figures and documents, in the customer's language."""

    _inherit = 'ar.dunning.notice'

    def action_print_letter(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_url', 'url': f'/ar_dunning/letter/{self.id}', 'target': 'new'}

    # === Addressing ===

    def _letter_contact(self):
        """Return the recipient of the letter: the collections contact, else the invoice address."""
        self.ensure_one()
        return self.credit_account_id.dunning_contact_id or self.partner_id.browse(
            self.partner_id.address_get(['invoice'])['invoice']
        )

    def _letter_lang(self):
        contact = self._letter_contact()
        return contact.lang or self.partner_id.lang or self.env.lang

    def _letter_sender(self):
        """Return the user who signs it: the customer's collector, else the creator of the run."""
        self.ensure_one()
        return self.collector_id or self.sudo().run_id.create_uid

    def _in_customer_lang(self):
        """Return the letter as superuser, in the customer's language and the letter's company."""
        self.ensure_one()
        lang = get_lang(self.env, self._letter_lang()).code
        return self.sudo().with_company(self.company_id).with_context(lang=lang)

    # === Words ===

    def _letter_words(self):
        """Return (subject, body) of the stage's text for this letter."""
        notice = self._in_customer_lang()
        template = notice.stage_id.template_id
        if not template:
            return notice.env._("Overdue: %s", notice.currency_id.format(notice.total)), ''
        lang = notice.env.lang
        subject = template._render_field('subject', notice.ids, set_lang=lang)[notice.id]
        body = template._render_field('body_html', notice.ids, set_lang=lang, options={'post_process': True})[
            notice.id
        ]
        return subject, body

    def _letter_mail(self, link):
        """Return (subject, body, body to keep) of the mail: words, items, how to pay, a link to the letter.

        :param link: what the customer gets. What is kept leads to the same page, but only those who log in:
            the customer's own link is in the mail and nowhere else.
        """
        subject, words = self._letter_words()
        notice = self._in_customer_lang()
        values = notice._letter_values(subject, words)
        body, kept = (
            notice.env['ir.qweb']._render('ar_dunning.letter_mail', {**values, 'url': url})
            for url in (link, notice._letter_url())
        )
        return subject, body, kept

    def _sms_words(self):
        notice = self._in_customer_lang()
        return (
            (notice.stage_id.sms_text or '')
            .replace('{number}', notice.name or '')
            .replace('{amount}', notice.currency_id.format(notice._letter_total()))
        )

    # === Figures ===

    def _letter_extra_rows(self):
        """Hook: return [(label, amount)] of what the letter demands besides the items and the fee."""
        self.ensure_one()
        return []

    def _letter_legal_basis(self):
        """Hook: return the law or contract that grants what the letter demands besides the items, as text."""
        self.ensure_one()
        return ''

    def _letter_rows(self):
        """Return [(label, amount)] that lead from the sum of the items to the amount to be paid."""
        fee = [(self.env._("Dunning fee"), self.fee)] if self.fee else []
        return fee + self._letter_extra_rows()

    def _letter_total(self):
        return self.currency_id.round(self.total + sum(amount for _label, amount in self._letter_rows()))

    def _letter_values(self, subject, body):
        """Return the values of the letter's templates; ``self`` is in the customer's language."""
        lines = self.line_ids.filtered(lambda line: line.included or line.kind == 'credit')
        bank = self._letter_bank()
        return {
            'notice': self,
            'company': self.company_id,
            'contact': self._letter_contact(),
            'sender': self._letter_contact_person(),
            'subject': subject,
            'words': body,
            'rtl': self.env['res.lang']._get_data(code=self.env.lang).direction == 'rtl',
            'lines': lines.sorted(lambda line: (line.kind == 'credit', line.date_maturity, line.id)),
            'rows': self._letter_rows(),
            'total': self._letter_total(),
            'legal': self._letter_legal_basis(),
            'bank': bank,
            'qr': self._letter_qr(bank),
            'style': self._letter_style(),
            'date': fields.Date.context_today(self),
            'address': self._letter_address,
        }

    def _letter_contact_person(self):
        sender = self._letter_sender()
        return sender if sender.active and not sender._is_superuser() else sender.browse()

    def _letter_bank(self):
        """Return the bank account to pay to: the one of the invoices, else the company's first."""
        own = self.line_ids.filtered('included').move_id.partner_bank_id[:1]
        return (
            own if own.partner_id == self.company_id.partner_id else self.company_id.partner_id.bank_ids[:1]
        )

    def _letter_qr(self, bank):
        """Return the picture of a payment code, if the account and currency have one; else None."""
        return bank and bank.build_qr_code_base64(
            self._letter_total(), self.name or '', self.name or '', self.currency_id, self.partner_id
        )

    def _letter_url(self):
        """Return the address of the letter's page for a customer who logs in."""
        return self.get_base_url() + self._link_paths['read'] % self.id

    def _link_items(self):
        # EXTENDS 'ar_base': what the letter demands is paid, disputed and promised by its link; the credits
        # that it takes off are taken off.
        counted = self.line_ids.filtered(lambda line: line.included or line.kind == 'credit')
        return counted.move_line_id

    def _letter_address(self, partner):
        lines = partner._display_address(without_company=True).splitlines()
        return '\n'.join(line.strip() for line in lines if line.strip())

    def _letter_style(self):
        """Return the inline styles: mail programs keep no others."""
        rtl = self.env['res.lang']._get_data(code=self.env.lang).direction == 'rtl'
        start, end = ('right', 'left') if rtl else ('left', 'right')
        cell = "padding:5px 6px;vertical-align:top;"
        return {
            'th': f"{cell}border-bottom:1px solid #1f2937;font-weight:bold;text-align:{start};",
            'th_num': f"{cell}border-bottom:1px solid #1f2937;font-weight:bold;text-align:{end};",
            'td': f"{cell}border-bottom:1px solid #e5e7eb;text-align:{start};",
            'num': f"{cell}border-bottom:1px solid #e5e7eb;text-align:{end};white-space:nowrap;",
            'sum': f"{cell}text-align:{end};white-space:nowrap;",
            'label': f"{cell}text-align:{start};",
            'start': start,
            'end': end,
            'font': "'DejaVu Sans',sans-serif"
            if rtl
            else "'Lato','Noto Sans','Noto Sans CJK SC','DejaVu Sans',Arial,sans-serif",
        }

    # === Documents ===

    def _letter_documents(self, printed=False):
        """Return [(file name, bytes)] that go with the letter, as its stage says.

        :param printed: the letter goes on paper, so that the letter itself is always among them.
        """
        notice = self._in_customer_lang()
        documents = []
        if printed or notice.stage_id.attach_letter:
            documents.append(notice._letter_pdf())
        if notice.stage_id.attach_statement:
            documents.append(notice.credit_account_id._statement_pdf())
        if notice.stage_id.attach_invoices:
            documents += notice._letter_invoices()
        return documents

    def _letter_pdf(self):
        """Return (file name, bytes) of the letter.

        It needs no server: the page has no links to styles, pictures or scripts.
        """
        notice = self._in_customer_lang()
        subject, body = notice._letter_words()
        values = notice._letter_values(subject, body)
        html = str(notice.env['ir.qweb']._render('ar_dunning.letter_page', values))
        report = (
            notice.env['ir.actions.report']
            .with_context(ar_page_without_scripts=True)
            .new({'paperformat_id': notice.env.ref('ar_base.ar_statement_paperformat').id})
        )
        name = (notice.name or notice.env._("Letter")).replace('/', '-')
        return f"{name}.pdf", report._run_wkhtmltopdf([drawable(html) if values['rtl'] else html])

    def _letter_invoices(self):
        documents = []
        for move in self.line_ids.filtered('included').move_id.filtered(lambda move: move.is_invoice()):
            found = move._get_invoice_legal_documents('pdf', allow_fallback=True)
            if found:
                documents.append((found['filename'], found['content']))
        return documents

    def _kept_letter(self):
        """Return (file name, bytes) of the letter as it was sent, else as it would be."""
        self.ensure_one()
        kept = (
            self.sudo()
            .delivery_ids.filtered(
                lambda delivery: delivery.state in ('sent', 'waiting', 'sending', 'unknown')
            )
            .attachment_ids.sorted('id')[:1]
        )
        return (kept.name, self.env['ar.kept.document']._content(kept)) if kept else self._letter_pdf()
