from . import confirmation, portal, statement
