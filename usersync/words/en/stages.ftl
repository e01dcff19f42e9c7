stages-scope-unknown =
    { $count ->
        [one] Webitel has no user with the login { $logins }.
       *[other] Webitel has no users with the logins { $logins }.
    }
    .next = Correct the scope (Webitel usernames, one each).
