-- The staged documents as rows of accounting, in the order of their ids.

-- # account_full_reconcile
insert into account_full_reconcile (id, create_uid, write_uid, create_date, write_date)
select full_id, {STAMP} from gen.cp where is_full order by full_id;

-- # account_partial_reconcile
insert into account_partial_reconcile (id, debit_move_id, credit_move_id, full_reconcile_id, exchange_move_id,
   debit_currency_id, credit_currency_id, company_id, max_date, amount, debit_amount_currency,
   credit_amount_currency, create_uid, write_uid, create_date, write_date)
select t.id, debit_id, credit_id, c.full_id, exch, cu, cu, {company}, max_date, amount, cur_amount, cur_amount, {STAMP}
  from gen.pt t join gen.cp c using (comp),
       lateral (select case cur when 'USD' then {usd} when 'EUR' then {eur} else {gbp} end as cu) q
 order by t.id;

-- # account_move invoices
insert into account_move (id, name, sequence_prefix, sequence_number, journal_id, company_id, partner_id,
   commercial_partner_id, partner_shipping_id, currency_id, invoice_user_id, team_id, state, move_type, auto_post,
   payment_reference, payment_state, invoice_partner_display_name, date, invoice_date, invoice_date_due,
   invoice_payment_term_id, invoice_currency_rate, amount_untaxed, amount_tax, amount_total, amount_residual,
   amount_untaxed_signed, amount_untaxed_in_currency_signed, amount_tax_signed, amount_total_signed,
   amount_total_in_currency_signed, amount_residual_signed, always_tax_exigible, checked, posted_before,
   made_sequence_gap, is_manually_modified, invoice_origin, create_uid, write_uid, create_date, write_date)
select m.id, n.name, coalesce(n.prefix, ''), coalesce(n.num, 0), {j_inv}, {company}, v.contact_id, v.partner_id,
   v.contact_id, v.cur_id, 2, {team}, case when v.draft then 'draft' else 'posted' end,
   case when refund then 'out_refund' else 'out_invoice' end, 'no',
   case when refund then null else n.name end,
   case when s.res_cur = 0 then 'paid' when s.n > 0 then 'partial' else 'not_paid' end,
   rp.complete_name, v.date, v.date, s.due,
   case when refund then null else case v.term when '15' then {t15} when '30' then {t30} when '45' then {t45}
        else {t2x} end end,
   v.rate, untaxed, tax, total, abs(s.res_cur), sg * b_untaxed, sg * untaxed, sg * b_tax, sg * b_total,
   sg * total, s.res, false, not v.draft, not v.draft, false, not v.draft, null,
   2, 2, v.date + time '10:00', v.date + time '10:00'
  from gen.inv v join gen.mv m on m.kind = 1 and m.key = v.i
  left join gen.nm n on n.kind = 1 and n.key = v.i
  join (select rs.i, sum(rs.res_cur) res_cur, sum(rs.res) res, sum(rs.n) n, max(rl.due) due
          from gen.rs rs join gen.rl rl using (rid) group by rs.i) s on s.i = v.i
  join res_partner rp on rp.id = v.contact_id
 order by m.id;

-- # account_move payments
insert into account_move (id, name, sequence_prefix, sequence_number, journal_id, company_id, partner_id,
   commercial_partner_id, currency_id, state, move_type, auto_post, ref, origin_payment_id,
   payment_state, invoice_partner_display_name, date, invoice_date_due, invoice_currency_rate,
   amount_untaxed, amount_tax, amount_total, amount_residual, amount_untaxed_signed,
   amount_untaxed_in_currency_signed, amount_tax_signed, amount_total_signed, amount_total_in_currency_signed,
   amount_residual_signed, always_tax_exigible, checked, posted_before, made_sequence_gap,
   is_manually_modified, create_uid, write_uid, create_date, write_date)
select n.id, n.name, n.prefix, n.num, {j_bank}, {company}, p.id, p.id,
   case y.cur when 'USD' then {usd} when 'EUR' then {eur} else {gbp} end, 'posted', 'entry', 'no',
   'PAY' || y.k, {b_account_payment} + y.k, 'not_paid', rp.complete_name, y.date, y.date, 0,
   0, 0, y.total, 0, 0, 0, 0, y.bal, y.total, 0, true, true, true, false, false,
   2, 2, y.date + time '11:00', y.date + time '11:00'
  from gen.pay y join gen.nm n on n.kind = 2 and n.key = y.k
  join gen.p p on p.idx = y.pidx join res_partner rp on rp.id = p.id order by n.id;

-- # account_move exchange differences
insert into account_move (id, name, sequence_prefix, sequence_number, journal_id, company_id, currency_id,
   state, move_type, auto_post, payment_state, invoice_partner_display_name, date, invoice_date_due,
   invoice_currency_rate, amount_untaxed, amount_tax, amount_total, amount_residual, amount_untaxed_signed,
   amount_untaxed_in_currency_signed, amount_tax_signed, amount_total_signed, amount_total_in_currency_signed,
   amount_residual_signed, always_tax_exigible, checked, posted_before, made_sequence_gap,
   is_manually_modified, create_uid, write_uid, create_date, write_date)
select n.id, n.name, n.prefix, n.num, {j_exch}, {company}, {usd}, 'posted', 'entry', 'no', 'not_paid',
   '#Created by: Administrator', n.date, n.date, 0, 0, 0, 0, 0, 0, 0, 0, abs(a.ibal - a.pbal), 0, 0, true, true,
   true, false, false, 2, 2, n.date + time '12:00', n.date + time '12:00'
  from gen.nm n join gen.ax a on a.aid = n.key where n.kind = 3 order by n.id;

-- # account_move_line (all, in id order)
insert into account_move_line (id, move_id, journal_id, company_id, company_currency_id, sequence, account_id, currency_id,
   partner_id, move_name, parent_state, ref, name, display_type, date, invoice_date, date_maturity,
   debit, credit, balance, amount_currency, amount_residual, amount_residual_currency, reconciled,
   full_reconcile_id, matching_number, quantity, price_unit, price_subtotal, price_total, discount,
   deductible_amount, is_storno, no_followup, product_id, product_uom_id, tax_line_id, tax_group_id,
   tax_repartition_line_id, tax_base_amount, payment_id, discount_balance, discount_amount_currency,
   create_uid, write_uid, create_date, write_date)
select * from (
  -- product lines
  select l.id, l.move_id, {j_inv}, {company}, {usd}, 100, {a_inc}, v.cur_id, v.partner_id, n.name,
     case when v.draft then 'draft' else 'posted' end, null::varchar, '[BS] Bench service ' || v.prod, 'product', v.date, v.date,
     null::date, case when refund then b_untaxed else 0 end, case when refund then 0 else b_untaxed end,
     -sg * b_untaxed, -sg * untaxed, 0::numeric, 0::numeric, false, null::int, null::varchar, qty::numeric, price, untaxed, total,
     0::numeric, 100::float8, false, false, {prod0} + v.prod, {uom}, null::int, null::int, null::int, null::numeric,
     null::int, null::numeric, null::numeric, 2, 2, v.date + time '10:00', v.date + time '10:00'
    from gen.ln l join gen.inv v on v.i = l.key left join gen.nm n on n.kind = 1 and n.key = l.key
   where l.kind = 1 and l.seq = 1
  union all  -- tax lines
  select l.id, l.move_id, {j_inv}, {company}, {usd}, 10000, {a_tax}, v.cur_id, v.partner_id, n.name,
     case when v.draft then 'draft' else 'posted' end, null, '15%', 'tax', v.date, v.date, null,
     case when refund then b_tax else 0 end, case when refund then 0 else b_tax end,
     -sg * b_tax, -sg * tax, 0, 0, false, null, null, 0, 0, 0, 0, 0, 100, false, false, null, null,
     {tax}, {taxgrp}, case when refund then {rep_ref} else {rep_inv} end, -sg * b_untaxed, null, null, null,
     2, 2, v.date + time '10:00', v.date + time '10:00'
    from gen.ln l join gen.inv v on v.i = l.key left join gen.nm n on n.kind = 1 and n.key = l.key
   where l.kind = 1 and l.seq = 2
  union all  -- receivable lines of documents
  select l.id, l.move_id, {j_inv}, {company}, {usd}, 12000, {a_rec}, v.cur_id, v.partner_id, n.name,
     case when v.draft then 'draft' else 'posted' end, null,
     case when v.refund or v.draft then null when v.two then n.name || ' installment #' || rl.k else n.name end,
     'payment_term', v.date, v.date, rl.due, greatest(rl.bal, 0), greatest(-rl.bal, 0), rl.bal, rl.amt,
     rs.res, rs.res_cur, (rs.res = 0 and rs.res_cur = 0), c.full_id,
     coalesce(c.full_id::text, 'P' || c.pmin), 0, 0, 0, 0, 0, 100, false, false, null, null, null, null, null,
     null, null, 0, 0, 2, 2, v.date + time '10:00', v.date + time '10:00'
    from gen.ln l join gen.inv v on v.i = l.key left join gen.nm n on n.kind = 1 and n.key = l.key
    join gen.rl rl on rl.i = l.key and rl.k = l.seq - 2 join gen.rs rs on rs.rid = rl.rid
    left join gen.cp c on c.comp = rs.comp
   where l.kind = 1 and l.seq > 2
  union all  -- outstanding receipts lines of payments
  select l.id, l.move_id, {j_bank}, {company}, {usd}, 100, {a_out}, q.cu, p.id, n.name, 'posted',
     'PAY' || y.k, 'Manual Payment: PAY' || y.k, 'product', y.date, null, y.date, y.bal, 0, y.bal, y.total,
     y.bal, y.total, false, null, null, 1, 0, y.total, y.total, 0, 100, false, false, null, null, null, null,
     null, null, {b_account_payment} + y.k, null, null, 2, 2, y.date + time '11:00', y.date + time '11:00'
    from gen.ln l join gen.pay y on y.k = l.key join gen.nm n on n.kind = 2 and n.key = l.key
    join gen.p p on p.idx = y.pidx,
    lateral (select case y.cur when 'USD' then {usd} when 'EUR' then {eur} else {gbp} end as cu) q
   where l.kind = 2 and l.seq = 1
  union all  -- receivable lines of payments
  select l.id, l.move_id, {j_bank}, {company}, {usd}, 100, {a_rec}, q.cu, p.id, n.name, 'posted',
     'PAY' || y.k, 'Manual Payment: PAY' || y.k, 'product', y.date, null, y.date, 0, y.bal, -y.bal, -y.total,
     ps.res, ps.res_cur, (ps.res = 0 and ps.res_cur = 0), c.full_id, coalesce(c.full_id::text, 'P' || c.pmin),
     1, 0, -y.total, -y.total, 0, 100, false, false, null, null, null, null, null, null,
     {b_account_payment} + y.k, null, null, 2, 2, y.date + time '11:00', y.date + time '11:00'
    from gen.ln l join gen.pay y on y.k = l.key join gen.nm n on n.kind = 2 and n.key = l.key
    join gen.p p on p.idx = y.pidx join gen.ps ps on ps.k = y.k left join gen.cp c on c.comp = ps.comp,
    lateral (select case y.cur when 'USD' then {usd} when 'EUR' then {eur} else {gbp} end as cu) q
   where l.kind = 2 and l.seq = 2
  union all  -- exchange difference lines: 1 receivable, 2 gain or loss
  select l.id, l.move_id, {j_exch}, {company}, {usd}, l.seq - 1,
     case when l.seq = 1 then {a_rec} when a.ibal > a.pbal then {a_loss} else {a_gain} end,
     case a.cur when 'EUR' then {eur} else {gbp} end, p.id, n.name, 'posted', null,
     'Currency exchange rate difference', 'product', n.date, null, null,
     greatest(e.b, 0), greatest(-e.b, 0), e.b, 0, 0, 0, l.seq = 1,
     case when l.seq = 1 then c.full_id end,
     case when l.seq = 1 then coalesce(c.full_id::text, 'P' || c.pmin) end,
     1, 0, 0, 0, 0, 100, false, true, null, null, null, null, null, null, null, null, null,
     2, 2, n.date + time '12:00', n.date + time '12:00'
    from gen.ln l join gen.ax a on a.aid = l.key join gen.nm n on n.kind = 3 and n.key = l.key
    join gen.p p on p.idx = a.pidx join gen.cp c on c.comp = a.comp,
    lateral (select (a.pbal - a.ibal) * case when l.seq = 1 then 1 else -1 end as b) e
   where l.kind = 3
) q order by 1;

-- # product line taxes
insert into account_move_line_account_tax_rel (account_move_line_id, account_tax_id)
select l.id, {tax} from gen.ln l join gen.inv v on v.i = l.key where l.kind = 1 and l.seq = 1 and v.tax <> 0;

-- # account_payment
insert into account_payment (id, move_id, journal_id, company_id, payment_method_line_id, payment_method_id,
   currency_id, partner_id, outstanding_account_id, destination_account_id, name, state, payment_type,
   partner_type, memo, date, amount, amount_company_currency_signed, is_reconciled, is_matched,
   create_uid, write_uid, create_date, write_date)
select {b_account_payment} + y.k, n.id, {j_bank}, {company}, {pml}, {pm},
   case y.cur when 'USD' then {usd} when 'EUR' then {eur} else {gbp} end, p.id, {a_out}, {a_rec}, n.name,
   case when y.alloc > 0 and st.ok then 'paid' else 'in_process' end, 'inbound', 'customer', 'PAY' || y.k, y.date,
   y.total, y.bal, y.over = 0, false, 2, 2, y.date + time '11:00', y.date + time '11:00'
  from gen.pay y join gen.nm n on n.kind = 2 and n.key = y.k join gen.p p on p.idx = y.pidx
  left join (select a.pkey, bool_and(iv.res_cur = 0) as ok from gen.ax a
               join (select i, sum(res_cur) as res_cur from gen.rs group by i) iv on iv.i = a.i
              where a.pkey is not null group by a.pkey) st on st.pkey = y.pkey
 order by 1;

-- # invoice-payment links
insert into account_move__account_payment (invoice_id, payment_id)
select distinct m.id, {b_account_payment} + y.k from gen.ax a join gen.pay y on y.pkey = a.pkey
  join gen.mv m on m.kind = 1 and m.key = a.i;
