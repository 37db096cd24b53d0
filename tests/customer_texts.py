"""What a customer reads of the suite, found in its sources: letters, mails, pages, documents and answers.

A customer's language is that of its contact. Screens of the company's own people are no part of this.
"""

import ast
import re
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ('de', 'fr', 'es', 'it', 'nl', 'pt')

# Files whose templates a customer reads, all of them.
TEMPLATES = (
    'ar_base/views/portal_templates.xml',
    'ar_base/report/ar_customer_statement_report.xml',
    'ar_collection/views/ar_dunning_notice_portal_templates.xml',
    'ar_credit_control/views/sale_order_templates.xml',
    'ar_credit_control_website/views/website_sale_templates.xml',
    'ar_dunning/report/ar_dunning_notice_report.xml',
    'ar_dunning/views/ar_dunning_notice_portal_templates.xml',
    'ar_promise/report/ar_payment_plan_report.xml',
    'ar_promise/views/portal_templates.xml',
    'ar_statement/report/ar_balance_confirmation_report.xml',
    'ar_statement/views/portal_confirmation_templates.xml',
    'ar_statement/views/portal_pay_templates.xml',
)
# A template that stands among screens.
SINGLE_TEMPLATES = ('ar_aging_provision.portal_my_invoices',)

# Fields of records that come with the suite: texts of mails, and names that documents print.
RECORDS = (
    'mail.template,subject',
    'mail.template,body_html',
    'ar.dunning.stage,name',
    'ar.dunning.stage,sms_text',
    'ar.aging.bucket,name',
    'ar.fixed.sum,name',
    'ar.fixed.sum,letter_text',
    'ar.interest.scheme,letter_text',
)

# Selections whose labels a page, a letter or an invoice prints.
SELECTIONS = (
    'ar_base.selection__ar_dispute__reason__',
    'ar_base.selection__ar_statement_print__kind__',
    'ar_promise.selection__ar_promise__state__',
    'ar_promise.selection__ar_payment_plan__state__',
    'ar_dunning_interest.selection__ar_interest_charge__kind__',
)

# Python: the functions of a file whose sentences reach the customer; None stands for all of them.
CODE = {
    'ar_base/controllers/dispute.py': None,
    'ar_base/controllers/portal.py': None,
    'ar_base/models/ar_customer_statement.py': None,
    'ar_base/report/ar_customer_statement_report.py': None,
    'ar_base/models/ar_dispute.py': (
        '_inform_contact',
        '_check_not_disputed',
        '_check_reported',
        '_portal_state',
    ),
    'ar_dunning/controllers/letter.py': None,
    'ar_dunning/models/ar_dunning_notice_letter.py': None,
    'ar_dunning_interest/models/ar_dunning_notice.py': ('_letter_extra_rows',),
    'ar_dunning_interest/models/ar_fixed_sum.py': ('_of_debt',),
    'ar_dunning_interest/models/ar_interest_charge.py': ('_label',),
    'ar_dunning_interest/models/ar_interest_scheme.py': ('_explain',),
    'ar_promise/controllers/portal.py': None,
    'ar_promise/models/ar_commitment_offer_mixin.py': (
        '_check_signable',
        '_notify_by_email_render_layout',
    ),
    'ar_promise/models/ar_payment_plan.py': ('_offer_title', '_check_unpaid'),
    'ar_promise/models/ar_promise.py': ('_portal_refusal', '_promise_on_portal'),
    'ar_statement/controllers/portal_confirmation.py': None,
    'ar_statement/controllers/portal_pay.py': None,
    'ar_statement/controllers/portal_statement.py': None,
    'ar_statement/models/ar_balance_confirmation.py': ('_answer',),
    'ar_statement/models/ar_balance_confirmation_line.py': ('_check_waiting',),
}

_TEMPLATE_ID = re.compile(r'<template\s[^>]*?\bid="([^"]+)"')
_PLACEHOLDER = re.compile(r'%(?:\(\w+\))?[sd]|%%|\{\{.*?\}\}|\{\w+\}')
_TAG = re.compile(r'<[^>]+>')
_SALUTATION = re.compile(r'^<div[^>]*>\s*<p>(.*?)</p>', re.DOTALL)
_CUSTOMER_VIEW = re.compile(r'portal\.portal_|inherit_id="(?:portal|website_sale|sale\.sale_order_portal)')
_CUSTOMER_ROUTE = re.compile(r"auth='public'|route\(\s*\[?'/my/")


def templates(root=ROOT):
    """Return the external ids of the templates that customers read."""
    found = set(SINGLE_TEMPLATES)
    for name in TEMPLATES:
        addon = name.split('/')[0]
        found |= {f'{addon}.{one}' for one in _TEMPLATE_ID.findall((root / name).read_text(encoding='utf-8'))}
    return found


def _said(node, function=''):
    """Yield (function, sentence) of each call of ``_`` below the node."""
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, ast.Call) and child.args:
            called = getattr(child.func, 'attr', getattr(child.func, 'id', ''))
            if called == '_' and isinstance(child.args[0], ast.Constant):
                yield inside, child.args[0].value
        yield from _said(child, inside)


def sentences(root=ROOT):
    """Return {addon: sentences in Python that a customer may read}."""
    found = {}
    for name, functions in CODE.items():
        tree = ast.parse((root / name).read_text(encoding='utf-8'))
        found.setdefault(name.split('/')[0], set()).update(
            text for function, text in _said(tree) if functions is None or function in functions
        )
    return found


def reader(addon, root=ROOT):
    """Return a function that tells whether a customer reads an entry of the addon's catalogues."""
    shown, said = templates(root), sentences(root).get(addon, set())

    def is_read(place, entry):
        kind, _, what = place.partition(':')
        if kind == 'code':
            # Scripts of the portal are the only ones that a customer's browser loads.
            return entry.msgid in said if what.endswith('.py') else '/static/src/portal/' in what
        field, _, xmlid = what.partition(':')
        if field == 'ir.ui.view,arch_db':
            return xmlid in shown
        return field in RECORDS or (
            field == 'ir.model.fields.selection,name' and xmlid.startswith(SELECTIONS)
        )

    return lambda entry: any(is_read(place, entry) for place, _line in entry.occurrences)


def terms(addon, root=ROOT):
    """Return the entries of the addon's .pot that a customer reads."""
    return list(filter(reader(addon, root), polib.pofile(root / addon / 'i18n' / f'{addon}.pot')))


def marks(text):
    """Return what a translation has to keep: placeholders and tags, each as often as it occurs."""
    return sorted(_PLACEHOLDER.findall(text) + _TAG.findall(text))


def salutation(text):
    """Return (salutation, the rest) of the body of a mail; the salutation of any other text is empty.

    Each country has its own, and many of them go without the name.
    """
    first = _SALUTATION.search(text)
    return (first[1], text.replace(first[1], '', 1)) if first else ('', text)


def unlisted(root=ROOT):
    """Return files whose words reach customers, and that are not named above."""
    found = []
    for path in sorted(root.glob('ar_*/**/*')):
        name = path.relative_to(root).as_posix()
        if '/tests/' in name or path.suffix not in ('.py', '.xml'):
            continue
        text = path.read_text(encoding='utf-8')
        if path.suffix == '.xml' and _CUSTOMER_VIEW.search(text) and name not in TEMPLATES:
            if not any(f'id="{xmlid.split(".")[1]}"' in text for xmlid in SINGLE_TEMPLATES):
                found.append(name)
        if path.suffix == '.py' and _CUSTOMER_ROUTE.search(text) and name not in CODE:
            found.append(name)
    return found
