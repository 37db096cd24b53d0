"""What can be wrong between sales and finance: the types of difference, and which of two is named.

Precedence
----------
A fact is named once. Within a group the first type that fits, in the order of this list, takes it:

* an **order line**: currency, tax, price, quantity, credit without return, delivered not invoiced, invoiced
  not delivered;
* an **invoice of an order**: the order is cancelled, another customer, another salesperson, commission base;
* an **invoice without any order**: that alone;
* a **receipt**: on the wrong customer, else not allocated.

A gap of quantity, price and tax is judged on the order line as a whole, credit notes deducted: a wrong
invoice that was credited is no difference any more. Amounts are in company currency with tax, those of the
tax gap are tax, those of the commission base are without tax.
"""

from typing import NamedTuple


class Type(NamedTuple):
    """A type of difference.

    Attributes:
        code, name: the name is translated as the label of a selection.
        group: the fact that it is about: ``line``, ``invoice``, ``loose`` or ``receipt``.
        side: who clears it: ``sales`` or ``finance``.
        opens: the document that its remedy opens: ``order``, ``bill`` (invoice the order), ``invoice``,
            ``reverse`` (credit the invoice), ``allocate`` (an open invoice of the customer) or ``payment``.
    """

    code: str
    name: str
    group: str
    side: str
    opens: str


TYPES = (
    Type('currency_gap', "Invoiced in another currency", 'line', 'finance', 'reverse'),
    Type('tax_gap', "Tax differs from the order", 'line', 'finance', 'reverse'),
    Type('price_gap', "Price differs from the order", 'line', 'sales', 'reverse'),
    Type('quantity_gap', "Invoiced more than ordered", 'line', 'sales', 'reverse'),
    Type('credit_without_return', "Credited without return", 'line', 'sales', 'order'),
    Type('delivered_not_invoiced', "Delivered, not invoiced", 'line', 'finance', 'bill'),
    Type('invoiced_not_delivered', "Invoiced, not delivered", 'line', 'sales', 'order'),
    Type('cancelled_order', "Open invoice of a cancelled order", 'invoice', 'sales', 'reverse'),
    Type('other_customer', "Invoiced to another customer", 'invoice', 'finance', 'reverse'),
    Type('other_salesperson', "Invoiced under another salesperson", 'invoice', 'sales', 'invoice'),
    Type('commission_base', "Commission base differs", 'invoice', 'sales', 'invoice'),
    Type('invoice_without_order', "Invoice without order", 'loose', 'sales', 'invoice'),
    Type('wrong_customer', "Payment on the wrong customer", 'receipt', 'finance', 'payment'),
    Type('receipt_unallocated', "Receipt not allocated", 'receipt', 'finance', 'allocate'),
)
BY_CODE = {kind.code: kind for kind in TYPES}
SIDES = [('sales', "Sales"), ('finance', "Finance")]


def codes(group):
    """Return the codes of a group in the order of precedence."""
    return [kind.code for kind in TYPES if kind.group == group]
