stages-scope-unknown =
    { $count ->
        [one] У Webitel немає користувача з логіном { $logins }.
       *[other] У Webitel немає користувачів з логінами { $logins }.
    }
    .next = Виправте перелік (логіни Webitel).
