-- Customers with contacts, terms and limits, and the whales: one with exactly n open invoices for each n.

-- # stage partners
create unlogged table gen.p as
select g as idx, {b_res_partner}+g as id, r1 < .85 as is_company,
       case when r2 < .6 then 'US' when r2 < .8 then 'DE' else 'GB' end as cc,
       case when r2 >= .6 and r2 < .65 then 'EUR' when r2 >= .8 and r2 < .83 then 'GBP'
            else 'USD' end as cur,
       case when r3 < .2 then '15' when r3 < .7 then '30' when r3 < .9 then '45' else '2x' end as term,
       r4 < .9 as has_email,
       case when r5 < .6 then round((1000 + 100000 * r6^3)::numeric, -2) end as climit,
       case when r1 < .85 then floor(r7 * 3)::int else 0 end as nchild, null::int as whale
  from (select g, random() r1, random() r2, random() r3, random() r4, random() r5,
               random() r6, random() r7 from generate_series(1, {P}) g offset 0) x
union all
select {P} + row_number() over (), {b_res_partner} + {P} + row_number() over (), true, 'US', 'USD',
       '30', true, 1e9, 1, n from (values {whales}) w(n) where n > 0;

-- # stage contacts
create unlogged table gen.c as
select {b_res_partner} + {P} + {nwhales} + row_number() over (order by p.idx, k) as id,
       p.idx as pidx, k, case when k = 2 then 'invoice' else 'contact' end as type
  from gen.p p, generate_series(1, p.nchild) k;
create index on gen.p(idx);
create index on gen.c(pidx);
analyze gen.p;
analyze gen.c;

-- # res_partner
insert into res_partner (id, name, complete_name, commercial_company_name, is_company, active, type,
   lang, tz, color, country_id, city, street, email, email_normalized, ref, partner_share, autopost_bills,
   customer_rank, supplier_rank, message_bounce, commercial_partner_id, parent_id, credit_limit,
   property_payment_term_id, create_uid, write_uid, create_date, write_date)
select id, nm, nm, case when is_company then nm end, is_company, true, 'contact', 'en_US', 'UTC', 0,
   case cc when 'US' then {c_us} when 'DE' then {c_de} else {c_gb} end, 'City ' || idx % 997,
   idx || ' Bench street', case when has_email then 'ar' || idx || '@bench.example' end,
   case when has_email then 'ar' || idx || '@bench.example' end,
   case when whale is not null then 'WHALE' || whale else 'BP' || idx end,
   true, 'ask', 1, 0, 0, id, null,
   case when climit is not null then jsonb_build_object('{company}', climit) end,
   jsonb_build_object('{company}', case term when '15' then {t15} when '30' then {t30}
                                   when '45' then {t45} else {t2x} end), {STAMP}
  from (select p.*, case when whale is not null then 'Bench whale ' || whale
               else 'Customer ' || to_hex((idx::bigint * 2654435761) % 4294967296) || ' ' || idx end nm
          from gen.p p) q
union all
select c.id, 'Contact ' || k, cn.nm || ', Contact ' || k, cn.nm, false, true, c.type, 'en_US', 'UTC',
   0, case p.cc when 'US' then {c_us} when 'DE' then {c_de} else {c_gb} end, 'City ' || p.idx % 997,
   p.idx || ' Bench street', 'c' || c.id || '@bench.example', 'c' || c.id || '@bench.example', null,
   true, 'ask', 1, 0, 0, p.id, p.id,
   case when climit is not null then jsonb_build_object('{company}', climit) end,
   jsonb_build_object('{company}', case p.term when '15' then {t15} when '30' then {t30}
                                   when '45' then {t45} else {t2x} end), {STAMP}
  from gen.c c join gen.p p on p.idx = c.pidx,
       lateral (select case when p.whale is not null then 'Bench whale ' || p.whale
          else 'Customer ' || to_hex((p.idx::bigint * 2654435761) % 4294967296) || ' ' || p.idx end nm) cn;
