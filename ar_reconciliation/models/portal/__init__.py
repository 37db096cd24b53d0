"""What customers do on their own page: pay chosen items, and follow links that expire."""

from . import ar_portal_link, payment_transaction
