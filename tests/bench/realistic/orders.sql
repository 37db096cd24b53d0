-- Orders in every state, with their lines and invoices.

-- # stage orders
create unlogged table gen.so as
select row_number() over (order by date, ord)::int as s, z.* from (
  select 1 as ord, i, pidx, contact_id as partner_id, partner_id as commercial_id, date, 'sale' as state,
         case when rso2 < .2 then 'half' else 'full' end as kind
    from gen.inv where not refund and not draft and cur = 'USD' and rso < .28
  union all
  select 2, null, p.idx, p.id, p.id, case when k.st = 'sale' then {D} - floor(120 * r2)::int
         else {D} - floor(45 * r2)::int end, k.st, 'new'
    from (select random() r1, random() r2, random() r3 from generate_series(1, ({N} / 40 + {N} / 20 + {N} / 50 + {N} / 100)) offset 0) r,
         lateral (select case when r3 < .24 then 'sale' when r3 < .71 then 'draft' when r3 < .9 then 'sent'
                              else 'cancel' end as st) k
    join gen.p p on true
   where p.idx = 1 + floor({P} * r1 * r1)::int and p.cur = 'USD'
  union all
  select 3, null, p.idx, p.id, p.id, {D} - floor(120 * random())::int, 'sale', 'new'
    from gen.p p, generate_series(1, greatest(1, p.whale / 10)) k where p.whale is not null) z;

-- # stage order lines
create unlogged table gen.sl as
select {b_sale_order_line} + row_number() over (order by s, k)::int as id, z.*,
       round(qty * price, 2) as sub, case when taxed then round(qty * price * .15, 2) else 0 end as tax
  from (
  select so.s, 1 as k, so.i, so.state, so.kind, v.qty * case when so.kind = 'half' then 2 else 1 end as qty,
         v.qty as inv_qty, v.price, v.tax <> 0 as taxed, v.prod
    from gen.so so join gen.inv v on v.i = so.i
  union all
  select so.s, k, null, so.state, so.kind, 1 + floor(9 * random())::int, 0,
         round((15 + 800 * random()^3)::numeric, 2), p.cc = 'US', floor({nprod} * random())::int
    from gen.so so join gen.p p on p.idx = so.pidx, generate_series(1, 2) k where so.kind = 'new') z;
create index on gen.sl(s);
create unique index on gen.so(s);
analyze gen.so;
analyze gen.sl;

-- # sale_order
insert into sale_order (id, name, company_id, partner_id, partner_invoice_id, partner_shipping_id,
   payment_term_id, currency_id, currency_rate, user_id, team_id, state, invoice_status, date_order, validity_date,
   amount_untaxed, amount_tax, amount_total, locked, require_signature, require_payment, prepayment_percent,
   create_uid, write_uid, create_date, write_date)
select {b_sale_order} + so.s, 'S' || lpad(so.s::text, greatest(6, length(so.s::text)), '0'), {company}, so.partner_id, so.partner_id,
   so.partner_id, case p.term when '15' then {t15} when '30' then {t30} when '45' then {t45} else {t2x} end,
   {usd}, 1.0, 2, {team}, so.state,
   case when so.state <> 'sale' then 'no' when so.kind = 'full' then 'invoiced' else 'to invoice' end,
   so.date + time '09:00', so.date + 30, t.sub, t.tax, t.sub + t.tax, false, true, false, 1.0,
   2, 2, so.date + time '09:00', so.date + time '09:00'
  from gen.so so join gen.p p on p.idx = so.pidx
  join (select s, sum(sub) sub, coalesce(round(sum(sub) filter (where taxed) * .15, 2), 0) tax
          from gen.sl group by s) t on t.s = so.s order by so.s;

-- # sale_order_line
insert into sale_order_line (id, order_id, sequence, company_id, currency_id, order_partner_id, salesman_id,
   product_id, product_uom_id, state, qty_delivered_method, invoice_status, name, product_uom_qty, price_unit,
   technical_price_unit, discount, price_subtotal, price_total, price_tax, price_reduce_taxexcl,
   price_reduce_taxinc, qty_delivered, qty_invoiced, qty_to_invoice, untaxed_amount_invoiced,
   untaxed_amount_to_invoice, customer_lead, collapse_prices, collapse_composition, is_optional,
   create_uid, write_uid, create_date, write_date)
select l.id, {b_sale_order} + l.s, 10, {company}, {usd}, so.partner_id, 2, {prod0} + l.prod, {uom}, l.state,
   'manual', case when l.state <> 'sale' then 'no' when l.kind = 'full' then 'invoiced' else 'to invoice' end,
   '[BS] Bench service ' || l.prod, l.qty, l.price, l.price, 0, l.sub, l.sub + l.tax, l.tax, l.price,
   round((l.sub + l.tax) / l.qty, 2), 0, l.inv_qty, case when l.state = 'sale' then l.qty - l.inv_qty else 0 end,
   round(l.inv_qty * l.price, 2), case when l.state = 'sale' then l.sub - round(l.inv_qty * l.price, 2) else 0 end,
   0, false, false, false, 2, 2, so.date + time '09:00', so.date + time '09:00'
  from gen.sl l join gen.so so on so.s = l.s order by l.id;

-- # order line taxes
insert into account_tax_sale_order_line_rel (sale_order_line_id, account_tax_id)
select id, {tax} from gen.sl where taxed;

-- # order-invoice links
insert into sale_order_line_invoice_rel (invoice_line_id, order_line_id)
select n.id, l.id from gen.sl l join gen.ln n on n.kind = 1 and n.key = l.i and n.seq = 1 where l.i is not null;

-- # invoice origins
update account_move m set invoice_origin = 'S' || lpad(so.s::text, greatest(6, length(so.s::text)), '0')
  from gen.so so join gen.mv v on v.kind = 1 and v.key = so.i where m.id = v.id;
