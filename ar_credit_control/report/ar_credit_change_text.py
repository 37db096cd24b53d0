"""What a credit change changes, in the reader's words."""


def differences(change):
    """Return each thing that changes, as "what: before → after"."""
    none = change.env._("none")
    if change.change_limit:
        before = _money(change, change.old_limit) if change.old_decided else none
        before = change.env._("unlimited") if change.old_unlimited else before
        after = change.env._("unlimited") if change.new_unlimited else _money(change, change.new_limit)
        after = none if change.new_withdrawn else after
        yield change.env._("Limit: %(before)s → %(after)s", before=before, after=after) + (
            change.env._(" until %s", _date(change, change.valid_until)) if change.valid_until else ''
        )
    if change.change_temp and change.temp_until:
        yield change.env._(
            "Temporary limit: %(amount)s, %(start)s to %(end)s",
            amount=_money(change, change.temp_limit),
            start=_date(change, change.temp_from) or change.env._("today"),
            end=_date(change, change.temp_until),
        )
    elif change.change_temp:
        yield change.env._("Temporary limit: ended")
    if change.change_grade and (change.new_grade_id or change.state != 'draft'):
        yield change.env._(
            "Grade: %(before)s → %(after)s",
            before=change.old_grade_id.name or none,
            after=change.new_grade_id.name or none,
        )
    if change.change_terms:
        yield change.env._(
            "Terms: %(before)s → %(after)s days",
            before=change.old_terms_days if change.old_terms_decided else none,
            after=change.new_terms_days,
        )
        if change.new_payment_term_id:
            yield change.env._(
                "Payment terms: %(before)s → %(after)s",
                before=change.old_payment_term_id.name or none,
                after=change.new_payment_term_id.name,
            )
    if change.change_group:
        yield from _group(change, none)
    if change.order_id:
        yield change.env._("Remaining credit of %s released", change.sudo().order_id.name)
    if change.review_on:
        yield change.env._("Next review: %s", _date(change, change.review_on))


def _group(change, none):
    yield change.env._(
        "Credit group: %(before)s → %(after)s",
        before=change.old_group_id.name or none,
        after=change.new_group_id.name or none,
    )
    if change.new_group_id:
        before = change.old_group_limit
        yield change.env._(
            "Group limit: %(before)s → %(after)s",
            before=_money(change, before),
            after=_money(change, change.new_group_limit),
        )
        if not change.new_mandatory:
            yield change.env._("A limit of 0 lets the group's limit apply")


def _money(change, amount):
    return change.currency_id.format(amount)


def _date(change, day):
    return change.env['ir.qweb.field.date'].value_to_html(day, {}) if day else ''
