-- What will be written, staged in the schema gen: documents, settlements, payments, matches, ids, residuals.

-- # stage rates by day
create unlogged table gen.rate as
select d::date as d, c.cur, case when c.cur = 'USD' then 1.0 else
       (select r.rate from res_currency_rate r where r.currency_id = c.cid and r.name <= d::date
          and coalesce(r.company_id, {company}) = {company} order by r.name desc limit 1) end::numeric as rate
  from generate_series({D} - 1200, {D}, interval '1 day') d,
       (values ('USD', {usd}), ('EUR', {eur}), ('GBP', {gbp})) c(cur, cid);
create unique index on gen.rate(cur, d);
analyze gen.rate;

-- # stage documents
create unlogged table gen.inv as
with raw as (
  select g, 1 + least({P} - 1, floor({P} * r1 * r1))::int as pidx, {D} - 1 - floor(1095 * r2)::int as date,
         r3 < .04 as refund, r4 as rdraft, 1 + floor(9 * r5)::int as qty,
         round((15 + 3000 * r6^4)::numeric, 2) as price, r7 < .65 as taxed, r8 < .25 as to_child,
         floor({nprod} * r9)::int as prod, r10 as rso, r11 as rso2
    from (select g, random() r1, random() r2, random() r3, random() r4, random() r5, random() r6,
                 random() r7, random() r8, random() r9, random() r10, random() r11
            from generate_series(1, {N}) g offset 0) z
  union all
  select {N} + row_number() over (), p.idx, {D} - 1 - floor(420 * random())::int, false, 1.0,
         1 + floor(9 * random())::int, round((15 + 500 * random())::numeric, 2), random() < .65,
         false, floor({nprod} * random())::int, 1.0, 1.0
    from gen.p p, generate_series(1, p.whale) k where p.whale is not null),
amt as (
  select raw.*, p.id as partner_id, p.cur, p.term, p.whale, p.cc,
         case p.cur when 'USD' then {usd} when 'EUR' then {eur} else {gbp} end as cur_id,
         coalesce(case when to_child then (select c.id from gen.c c where c.pidx = raw.pidx and c.k = 1) end,
                  p.id) as contact_id,
         (raw.date > {D} - 30 and rdraft < .25) as draft,
         round(qty * price, 2) as untaxed,
         case when p.cur = 'USD' and p.cc = 'US' and taxed then round(qty * price * .15, 2) else 0 end as tax,
         case when refund then -1 else 1 end as sg
    from raw join gen.p p on p.idx = raw.pidx)
select row_number() over (order by amt.date, g)::int as i, amt.*, untaxed + tax as total, r.rate,
       round(untaxed / r.rate, 2) as b_untaxed, round(tax / r.rate, 2) as b_tax,
       round(untaxed / r.rate, 2) + round(tax / r.rate, 2) as b_total,
       (not refund and amt.term = '2x') as two
  from amt join gen.rate r on r.cur = amt.cur and r.d = amt.date;
create unique index on gen.inv(i);
analyze gen.inv;

-- # stage receivable lines
create unlogged table gen.rl as
select row_number() over (order by v.i, k)::int as rid, v.i, k, v.pidx, v.cur, v.cur_id, v.refund, v.draft,
       v.date, v.whale,
       v.sg * case when not two then total when k = 1 then round(total * .3, 2)
                   else total - round(total * .3, 2) end as amt,
       v.sg * case when not two then b_total when k = 1 then round(b_total * .3, 2)
                   else b_total - round(b_total * .3, 2) end as bal,
       case when refund then v.date when two then v.date + case k when 1 then 0 else 60 end
            else v.date + v.days end as due
  from (select *, case when term = '2x' then 30 else term::int end as days from gen.inv) v,
       generate_series(1, case when v.two then 2 else 1 end) k;
create unique index on gen.rl(rid);
analyze gen.rl;

-- # stage settlement
create unlogged table gen.st as
select rid, i, pidx, cur, amt, bal, date, due, is_open, r3, r4,
       case when is_open then case when r2 < .1 and whale is null or r2 < .05 then 'part' else 'open' end
            when r2 < .30 then 'bulk' when r2 < .35 then 'split' else 'single' end as mode,
       case when due > {D} then date + floor(r3 * ({D} - date))::int
            else least({D}, greatest(date, due - 7 + floor(r3 * r3 * 67)::int)) end as paydate
  from (select rl.*, random() r2, random() r3, random() r4,
               random() < case when whale is not null then 1 when {D} < due then .9
                    when {D} - due <= 30 then .45 when {D} - due <= 60 then .25
                    when {D} - due <= 90 then .15 when {D} - due <= 365 then .09 else .05 end as is_open
          from gen.rl rl where not refund and not draft offset 0) x;

-- # stage credit note matches
create unlogged table gen.rm as
select r.rid as ref_rid, s.rid as rid, -r.amt as amt
  from (select rid, pidx, amt, row_number() over (partition by pidx order by rid) as n
          from (select *, random() r1 from gen.rl where refund and not draft and cur = 'USD' offset 0) x
         where r1 < .75) r
  join (select rid, pidx, amt, row_number() over (partition by pidx order by amt desc) as n
          from gen.st where cur = 'USD' and mode in ('single', 'split', 'open')) s
    on s.pidx = r.pidx and s.n = r.n and s.amt > 1 - r.amt;

-- # stage allocations
create unlogged table gen.al as
with base as (
  select s.*, s.amt - coalesce(m.amt, 0) as rem from gen.st s left join gen.rm m using (rid))
select row_number() over ()::int as aid, x.* from (
  select rid, i, pidx, cur, 's' || rid as pkey, false as bulk, rem as amt, paydate, null::int as ref_rid
    from base where mode = 'single'
  union all
  select rid, i, pidx, cur, 'b' || pidx || cur || to_char(paydate, 'YYYYQ'), true, rem, paydate, null
    from base where mode = 'bulk'
  union all
  select rid, i, pidx, cur, 'x' || rid, false, round(rem * .4, 2), paydate, null
    from base where mode = 'split'
  union all
  select rid, i, pidx, cur, 'y' || rid, false, rem - round(rem * .4, 2), least({D}, paydate + 20), null
    from base where mode = 'split'
  union all
  select rid, i, pidx, cur, 'p' || rid, false, round(amt * (.3 + .4 * r4)::numeric, 2), paydate, null
    from base where mode = 'part'
  union all
  select m.rid, s.i, s.pidx, s.cur, null, false, m.amt, null, m.ref_rid from gen.rm m join gen.st s using (rid)
) x;

-- # stage payments
create unlogged table gen.pay as
with al as (
  select pkey, min(pidx) as pidx, min(cur) as cur, sum(amt) as alloc, max(paydate) as date,
         min(i) as i, count(*) as n from gen.al where pkey is not null group by pkey),
al2 as (select *, random() ro, random() ra from al offset 0)
select row_number() over (order by date, pkey)::int as k, x.*, r.rate,
       round((alloc + over) / r.rate, 2) as bal, alloc + over as total
  from (select pkey, pidx, cur, alloc, date, i, n,
               case when ro < .02 then round((10 + 40 * ra)::numeric, 2) else 0 end as over from al2
        union all
        select 'u' || g, 1 + floor({P} * r1)::int, 'USD', 0, {D} - 1 - floor(500 * r2 * r2)::int, null, 0,
               round((20 + 2000 * r3^3)::numeric, 2)
          from (select g, random() r1, random() r2, random() r3
                  from generate_series(1, {P} / 20) g offset 0) z) x
  join gen.rate r on r.cur = x.cur and r.d = x.date;
create unique index on gen.pay(pkey);
analyze gen.pay;
analyze gen.al;

-- # stage allocations in company currency
create unlogged table gen.ax as
select a.aid, a.rid, a.i, a.pidx, a.cur, a.pkey, a.bulk, a.ref_rid, a.amt,
       greatest(l.date, coalesce(y.date, f.date)) as max_date,
       case when a.cur = 'USD' then a.amt else
         round(l.bal * sum(a.amt) over wl / l.amt, 2) - round(l.bal * (sum(a.amt) over wl - a.amt) / l.amt, 2)
       end as ibal,
       case when a.cur = 'USD' then a.amt else
         round(y.bal * sum(a.amt) over wp / y.total, 2) - round(y.bal * (sum(a.amt) over wp - a.amt) / y.total, 2)
       end as pbal,
       case when a.bulk then 'B' || a.pkey else 'L' || a.rid end as comp
  from gen.al a join gen.rl l on l.rid = a.rid
  left join gen.pay y on y.pkey = a.pkey
  left join gen.rl f on f.rid = a.ref_rid
window wl as (partition by a.rid order by a.aid), wp as (partition by a.pkey order by a.aid);
create index on gen.ax(rid);
create index on gen.ax(pkey);
analyze gen.ax;

-- # stage entries in date order
create unlogged table gen.mv as
select {b_account_move} + row_number() over (order by date, kind, key)::int as id, m.* from (
  select 1 as kind, i as key, date from gen.inv
  union all select 2, k, date from gen.pay
  union all select 3, aid, least((date_trunc('month', max_date) + interval '1 month - 1 day')::date, {D})
    from gen.ax where ibal <> pbal) m;
create unique index on gen.mv(kind, key);
analyze gen.mv;

-- # stage entry names
create unlogged table gen.nm as
select id, kind, key, date, prefix, num,
       prefix || lpad(num::text, greatest(pad, length(num::text)), '0') as name
  from (select m.*, pf.prefix, case when kind = 3 then 4 else 5 end as pad,
               row_number() over (partition by pf.prefix order by m.id)::int as num
          from gen.mv m left join gen.inv v on m.kind = 1 and v.i = m.key,
               lateral (select case when kind = 1 then case when v.refund then 'RINV/' else 'INV/' end
                                         || to_char(m.date, 'YYYY') || '/'
                                    when kind = 2 then 'PBNK1/' || to_char(m.date, 'YYYY') || '/'
                                    else 'EXCH/' || to_char(m.date, 'YYYY/MM') || '/' end as prefix) pf
         where not coalesce(v.draft, false)) z;
create unique index on gen.nm(kind, key);
analyze gen.nm;

-- # stage line ids
create unlogged table gen.ln as
select {b_account_move_line} + row_number() over (order by move_id, seq)::int as id, z.* from (
  select m.id as move_id, m.kind, m.key, s.seq from gen.mv m join gen.inv v on m.kind = 1 and v.i = m.key,
         lateral (select 1 as seq union all select 2 where v.tax <> 0 union all select 3
                  union all select 4 where v.two) s
  union all
  select m.id, m.kind, m.key, s.seq from gen.mv m, (values (1), (2)) s(seq) where m.kind in (2, 3)) z;
create unique index on gen.ln(kind, key, seq);
analyze gen.ln;

-- # stage residuals of receivable lines
create unlogged table gen.rs as
select l.rid, l.i, l.k, n.id as line_id, l.amt - coalesce(s.amt, 0) as res_cur,
       l.bal - coalesce(s.ibal, 0) as res, coalesce(s.n, 0) as n, s.comp
  from gen.rl l join gen.ln n on n.kind = 1 and n.key = l.i and n.seq = 2 + l.k
  left join (select rid, sum(amt) amt, sum(ibal) ibal, count(*) n, min(comp) comp from gen.ax group by rid
             union all
             select ref_rid, -sum(amt), -sum(ibal), count(*), min(comp) from gen.ax
              where ref_rid is not null group by ref_rid) s on s.rid = l.rid;
create unique index on gen.rs(rid);
create index on gen.rs(i);
analyze gen.rs;

-- # stage payment residuals
create unlogged table gen.ps as
select y.k, y.pkey, n.id as line_id, -(y.over) as res_cur, -(y.bal - coalesce(s.pbal, 0)) as res, s.comp
  from gen.pay y join gen.ln n on n.kind = 2 and n.key = y.k and n.seq = 2
  left join (select pkey, sum(pbal) pbal, min(comp) comp from gen.ax where pkey is not null group by pkey) s
    using (pkey);
create unique index on gen.ps(pkey);
analyze gen.ps;

-- # stage partials
create unlogged table gen.pt as
select {b_account_partial_reconcile} + row_number() over (order by max_date, aid, ord)::int as id, z.* from (
  select a.aid, 1 as ord, a.comp, a.max_date, rs.line_id as debit_id, coalesce(ps.line_id, rr.line_id) as credit_id,
         least(a.ibal, a.pbal) as amount, a.amt as cur_amount, a.cur,
         case when a.ibal <> a.pbal then (select id from gen.mv where kind = 3 and key = a.aid) end as exch
    from gen.ax a join gen.rs rs on rs.rid = a.rid
    left join gen.ps ps on ps.pkey = a.pkey left join gen.rs rr on rr.rid = a.ref_rid
  union all
  select a.aid, 2, a.comp, greatest(a.max_date, m.date),
         case when a.ibal > a.pbal then rs.line_id else n.id end,
         case when a.ibal > a.pbal then n.id else ps.line_id end,
         abs(a.ibal - a.pbal), 0, a.cur, null
    from gen.ax a join gen.rs rs on rs.rid = a.rid join gen.ps ps on ps.pkey = a.pkey
    join gen.mv m on m.kind = 3 and m.key = a.aid
    join gen.ln n on n.kind = 3 and n.key = a.aid and n.seq = 1
   where a.ibal <> a.pbal) z;

-- # stage components
create unlogged table gen.cp as
select comp, pmin, bool_and_full as is_full,
       case when bool_and_full then {b_account_full_reconcile}
            + (row_number() over (partition by bool_and_full order by pmin))::int end as full_id
  from (select c.comp, c.pmin, coalesce(l.ok, true) and coalesce(y.ok, true) as bool_and_full
          from (select comp, min(id) as pmin from gen.pt group by comp) c
          left join (select comp, bool_and(res_cur = 0 and res = 0) as ok from gen.rs where comp is not null
                      group by comp) l using (comp)
          left join (select comp, bool_and(res_cur = 0 and res = 0) as ok from gen.ps where comp is not null
                      group by comp) y using (comp)) z;
create unique index on gen.cp(comp);
analyze gen.cp;
analyze gen.pt;
