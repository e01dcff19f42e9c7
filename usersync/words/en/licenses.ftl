licenses-title = Webitel's licences
licenses-none = Webitel shows no licences.
licenses-product = product
licenses-license = licence
licenses-kind = kind
licenses-used = used
licenses-limit = limit
licenses-held = held
licenses-get = get one
licenses-reserved = reserved
licenses-waiting = waiting
licenses-to-buy = to buy
licenses-until = valid till
licenses-peak = peak (30 days)
licenses-named = named
licenses-concurrent = concurrent
licenses-not-to-users = not for users
licenses-expired = (expired)
licenses-not-yet-valid = (not yet valid)
licenses-wait = wait
licenses-refused = refused by Webitel
licenses-suggestion =
    { $product }: { $holders ->
        [one] { $holders } user holds it
       *[other] { NUMBER($holders) } users hold it
    }; { $exceptions ->
        [0] the rules fit all of them
        [one] { $exceptions } exception
       *[other] { NUMBER($exceptions) } exceptions
    }
licenses-would-get = { NUMBER($count) } would get one
licenses-without-rule = { NUMBER($count) } would keep theirs without a rule
licenses-nothing-to-suggest = Nobody holds a valid licence in Webitel: there is nothing to make rules of.
