import { registerAgingView } from "@ar_base/aging/aging_views";
import { graphView } from "@web/views/graph/graph_view";
import { pivotView } from "@web/views/pivot/pivot_view";

// Odoo loads these two kinds of view on first use only.
registerAgingView(graphView);
registerAgingView(pivotView);
