import { odooExceptionTitleMap, WarningDialog } from "@web/core/errors/error_dialogs";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

// A refusal is an answer, not a crash: the client knows exceptions by their exact name only.
const CREDIT_HOLD = "odoo.addons.ar_credit_control.exceptions.CreditHold";

odooExceptionTitleMap.set(CREDIT_HOLD, _t("Credit hold"));
registry.category("error_dialogs").add(CREDIT_HOLD, WarningDialog);
