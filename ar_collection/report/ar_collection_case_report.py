"""The referral pack: all that a lawyer or an agency needs, in one PDF that is kept as it was sent."""

import io
import logging

from PIL import Image

from odoo.tools.pdf import PdfFileReader, merge_pdf

_logger = logging.getLogger(__name__)

DPI, A4, MARGIN = 150, (1240, 1754), 75


def pack(case):
    """Return the pack as one PDF: claim and history, statement of account, invoices, and what proves them."""
    proofs, left_out = _proof_pages(case)
    statement = _render(case, 'ar_base.ar_statement_report', case.credit_account_id.id)
    claim = _render(
        case.with_context(pack_left_out=left_out), 'ar_collection.collection_case_report', case.id
    )
    return merge_pdf([claim, statement, *_invoice_pages(case), *proofs])


def _render(case, report, record_id):
    reports = case.env['ir.actions.report'].sudo().with_context(force_report_rendering=True)
    return reports._render_qweb_pdf(report, [record_id])[0]


def _invoice_pages(case):
    """Return each invoice as it was sent to the customer; printed again where no copy was kept."""
    pages = []
    for move in case.sudo().item_ids.move_line_id.move_id.filtered(lambda move: move.is_invoice()):
        kept = move.invoice_pdf_report_id.raw
        pages.append(_as_pdf(kept, 'application/pdf') or _render(case, 'account.account_invoices', move.id))
    return pages


def _proof_pages(case):
    """Return (pages, names of files that cannot be printed) of what is attached to the documents."""
    pages, left_out = [], []
    for attachment in case._proofs():
        page = _as_pdf(attachment.raw, attachment.mimetype)
        if page:
            pages.append(page)
        else:
            left_out.append(attachment.name)
    return pages, left_out


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
    except Exception:  # noqa: BLE001 -- an attachment that is broken or locked must not stop the case
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
