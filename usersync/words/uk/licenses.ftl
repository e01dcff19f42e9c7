licenses-title = Ліцензії Webitel
licenses-none = Webitel не показує жодної ліцензії.
licenses-product = продукт
licenses-license = ліцензія
licenses-kind = вид
licenses-used = зайнято
licenses-limit = усього
licenses-held = мають
licenses-get = отримають
licenses-reserved = резерв
licenses-waiting = чекають
licenses-to-buy = докупити
licenses-until = діє до
licenses-peak = найбільше (30 днів)
licenses-named = іменна
licenses-concurrent = конкурентна
licenses-not-to-users = не для користувачів
licenses-expired = (прострочена)
licenses-not-yet-valid = (ще не діє)
licenses-wait = чекають
licenses-refused = Webitel відмовив
licenses-suggestion =
    { $product }: { $holders ->
        [one] має { $holders } користувач
        [few] мають { $holders } користувачі
       *[other] мають { NUMBER($holders) } користувачів
    }; { $exceptions ->
        [0] правила пасують усім
        [one] { $exceptions } виняток
        [few] { $exceptions } винятки
       *[other] { NUMBER($exceptions) } винятків
    }
licenses-would-get = отримали б: { NUMBER($count) }
licenses-without-rule = лишили б свою без правила: { NUMBER($count) }
licenses-nothing-to-suggest = Ніхто у Webitel не має чинної ліцензії: складати правила нема з чого.
