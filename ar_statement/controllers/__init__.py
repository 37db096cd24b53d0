from . import portal_confirmation, portal_pay, portal_statement
