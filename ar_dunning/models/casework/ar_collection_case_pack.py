import io
import logging

from PIL import Image

from odoo import fields, models
from odoo.tools.pdf import PdfFileReader, merge_pdf

_logger = logging.getLogger(__name__)

DPI, A4, MARGIN = 150, (1240, 1754), 75


class ArCollectionCase(models.Model):
    """The hand-over pack: all that a lawyer or an agency needs, in one PDF that is kept as it was handed over."""

    _inherit = 'ar.collection.case'

    def action_make_pack(self):
        """Make the pack anew, as a draft to look at or after hand-over with what happened since; the earlier one is kept."""
        for case in self:
            case._make_pack()
        return True

    def action_open_pack(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_url', 'url': f'/web/content/{self.pack_id.id}', 'target': 'new'}

    def _make_pack(self):
        self.ensure_one()
        proofs, left_out = self._proof_pages()
        statement = self._render('ar_base.ar_statement_report', self.credit_account_id.id)
        documents = [self._claim_pages(left_out), statement, *self._invoice_pages(), *proofs]
        name = f"{self.name.replace('/', '-')} {fields.Date.context_today(self)}.pdf"
        self.pack_id = (
            self.env['ir.attachment']
            .sudo()
            .create(
                {
                    'name': name,
                    'raw': merge_pdf(documents),
                    'mimetype': 'application/pdf',
                    'res_model': self._name,
                    'res_id': self.id,
                }
            )
        )
        self.message_post(body=self.env._("Hand-over pack made: %s", name), attachment_ids=self.pack_id.ids)

    def _render(self, report, record_id):
        return (
            self.env['ir.actions.report']
            .sudo()
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report, [record_id])[0]
        )

    def _claim_pages(self, left_out):
        """Return the first pages: who owes what to whom, every item, and what was done to collect it."""
        return self.with_context(pack_left_out=left_out)._render('ar_dunning.collection_case_report', self.id)

    def _history(self):
        """Return the events of the customer up to now, the oldest first."""
        return (
            self.env['ar.collection.event']
            .sudo()
            .search([('credit_account_id', '=', self.credit_account_id.id)], order='date, id')
        )

    def _invoice_pages(self):
        """Return each invoice as it was sent to the customer; printed anew where no copy was kept."""
        pages = []
        for move in self.sudo().item_ids.move_line_id.move_id.filtered(lambda move: move.is_invoice()):
            kept = move.invoice_pdf_report_id.raw
            pages.append(
                _as_pdf(kept, 'application/pdf') or self._render('account.account_invoices', move.id)
            )
        return pages

    def _proof_pages(self):
        """Return (pages, names of files that cannot be printed): what is attached to the invoices, their orders and deliveries."""
        pages, left_out = [], []
        for attachment in self._proofs():
            page = _as_pdf(attachment.raw, attachment.mimetype)
            if page:
                pages.append(page)
            else:
                left_out.append(attachment.name)
        return pages, left_out

    def _proofs(self):
        """Return the attachments that prove the claim, without the invoices' own prints."""
        moves = self.sudo().item_ids.move_line_id.move_id
        records = [moves]
        if 'sale_line_ids' in self.env['account.move.line']._fields:
            orders = moves.invoice_line_ids.sale_line_ids.order_id
            records.append(orders)
            if 'picking_ids' in orders._fields:
                records.append(orders.picking_ids)
        prints = moves.invoice_pdf_report_id
        domain = ['|'] * (len(records) - 1)
        for model in records:
            domain += ['&', ('res_model', '=', model._name), ('res_id', 'in', model.ids)]
        return (
            self.env['ir.attachment'].sudo().search([*domain, ('res_field', '=', False)], order='id') - prints
        )


def _as_pdf(content, mimetype):
    """Return the file as a PDF that can be merged; None where it is neither a readable PDF nor an image."""
    if not content:
        return None
    try:
        if mimetype == 'application/pdf':
            pages = PdfFileReader(io.BytesIO(merge_pdf([content])), strict=False).getNumPages()
            return content if pages else None
        if (mimetype or '').startswith('image/'):
            return _on_a_page(content)
    except Exception:  # noqa: BLE001 -- customers attach files of every kind; one that is broken or locked must not stop the case
        _logger.info("An attachment of type %s cannot be printed", mimetype, exc_info=True)
    return None


def _on_a_page(content):
    """Return the image as an A4 page, made smaller where it is larger than the page."""
    with Image.open(io.BytesIO(content)) as image, io.BytesIO() as page:
        picture = image.convert('RGB')
        picture.thumbnail((A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN))
        sheet = Image.new('RGB', A4, 'white')
        sheet.paste(picture, (MARGIN, MARGIN))
        sheet.save(page, format='PDF', resolution=DPI)
        return page.getvalue()
